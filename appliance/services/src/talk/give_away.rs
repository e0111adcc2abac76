//! A call is given to a telephone, to a number outside, or to a mailbox. Nobody of ours may be left
//! in it then; it is recorded on, and comes back if nobody answers.

use hotline_call::{CallId, Cause, Command, Device, LegId, LineId, Number, PhoneId};

use super::request::Part;
use crate::calling::is_of_the_line;
use crate::decision::Decision;
use crate::forward::Bell;
use crate::route::Mailbox;
use crate::stage::Call;
use crate::state::State;
use crate::{AgentId, Destination, OfferOutcome, Passed, Refused, RingPurpose, TransferMode, What};

/// How long somebody outside is rung for a call: the network needs some of it to get there.
const OUTSIDE_MS: u64 = 45_000;

impl State {
    /// The agent gives the call to a telephone here.
    pub(super) fn give_to_phone(
        &self,
        d: &mut Decision,
        part: Part<'_>,
        phone: PhoneId,
    ) -> Result<(), Refused> {
        let bell = self.bell_of(phone).map_err(Refused::NoWay)?;
        let Bell::Phone(agent, phone) = bell else {
            return Err(Refused::NoWay(Passed::NotAPerson));
        };
        Self::transferred(d, part, Destination::Phone(phone));
        let leg = self.next_leg();
        d.fact(What::PartyRung {
            call: part.id,
            agent,
            leg,
            by: part.seat.agent,
            purpose: RingPurpose::Transfer,
            ring_ms: super::RING_MS,
            line: None,
        });
        d.command(Command::Ring {
            leg,
            device: Device::Phone(phone),
            caller: part.call.caller.clone(),
        });
        self.leave(d, part, None);
        Ok(())
    }

    /// The agent gives the call to somebody outside, whom the agent may call.
    pub(super) fn give_outside(
        &self,
        d: &mut Decision,
        part: Part<'_>,
        number: Number,
    ) -> Result<(), Refused> {
        let by = part.seat.agent;
        let way = self.way_outside(by, &number, d.at().wall_ms);
        let way = way.map_err(Refused::NoWay)?;
        let no_line = Passed::Refused(crate::route::Refusal::NoLine);
        let line = way.lines.first().copied();
        let line = line.ok_or(Refused::NoWay(no_line))?;
        Self::transferred(d, part, Destination::Outside(number));
        self.ring_outside(d, part.id, part.call, by, (line, way.number));
        self.leave(d, part, None);
        Ok(())
    }

    fn ring_outside(
        &self,
        d: &mut Decision,
        id: CallId,
        call: &Call,
        by: AgentId,
        (line, number): (LineId, Number),
    ) {
        let leg = self.next_leg();
        d.fact(What::PartyRung {
            call: id,
            agent: AgentId::NOBODY,
            leg,
            by,
            purpose: RingPurpose::Transfer,
            ring_ms: OUTSIDE_MS,
            line: Some(line),
        });
        d.command(Command::Dial {
            leg,
            device: Device::Line(line),
            number,
            caller: call.caller.clone(),
        });
    }

    /// The line failed on which somebody outside is rung for a call that an agent gave away: the
    /// next one is taken; whether it is. `gone` is the leg that a door has told to be over.
    pub(crate) fn party_on_next_line(
        &self,
        d: &mut Decision,
        id: CallId,
        call: &Call,
        because: Cause,
        gone: LegId,
    ) -> bool {
        let talk = call.talk();
        let Some((ringing, given)) = talk.and_then(|t| Some((t.ringing?, t.given.as_ref()?)))
        else {
            return false;
        };
        if ringing.agent != AgentId::NOBODY || !is_of_the_line(because) {
            return false;
        }
        let Ok(way) = self.way_outside(ringing.by, &given.number, d.at().wall_ms) else {
            return false;
        };
        let is_untried = |line: &&_| !given.lines.contains(*line);
        let Some(line) = way.lines.iter().find(is_untried) else {
            return false;
        };
        self.end_ringing(d, id, &ringing, OfferOutcome::Unreachable, Some(gone));
        self.ring_outside(d, id, call, ringing.by, (*line, way.number));
        true
    }

    /// The agent lets the customer leave a message.
    pub(super) fn give_to_mailbox(
        &self,
        d: &mut Decision,
        part: Part<'_>,
        mailbox: Mailbox,
    ) -> Result<(), Refused> {
        if part.talk.hosts().count() > 1 {
            return Err(Refused::InConference);
        }
        if !self.has_mailbox(mailbox) {
            return Err(Refused::NoWay(Passed::Gone));
        }
        if self.is_full(mailbox) {
            return Err(Refused::MailboxFull);
        }
        Self::transferred(d, part, Destination::Voicemail(mailbox));
        Self::stop_recording(d, part.id, part.call);
        self.leave(d, part, None);
        self.leave_message(d, part.id, part.call, mailbox);
        Ok(())
    }

    fn transferred(d: &mut Decision, part: Part<'_>, to: Destination) {
        d.fact(What::Transferred {
            call: part.id,
            by: part.seat.agent,
            to,
            mode: TransferMode::Blind,
        });
    }
}
