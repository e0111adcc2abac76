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
pub(super) const OUTSIDE_MS: u64 = 45_000;

impl State {
    /// The agent gives the call to a telephone here.
    pub(super) fn give_to_phone(
        &self,
        d: &mut Decision,
        part: Part<'_>,
        phone: PhoneId,
    ) -> Result<(), Refused> {
        let agent = self.at_phone_now(phone)?;
        Self::transferred(d, part, Destination::Phone(phone));
        self.ring_phone(d, part, (agent, phone), RingPurpose::Transfer);
        self.leave(d, part, None);
        Ok(())
    }

    /// Who is at a telephone that can be rung now.
    pub(super) fn at_phone_now(&self, phone: PhoneId) -> Result<AgentId, Refused> {
        match self.bell_of(phone).map_err(Refused::NoWay)? {
            Bell::Phone(agent, _) => Ok(agent),
            Bell::Outside(..) => Err(Refused::NoWay(Passed::NotAPerson)),
        }
    }

    pub(super) fn ring_phone(
        &self,
        d: &mut Decision,
        part: Part<'_>,
        (agent, phone): (AgentId, PhoneId),
        purpose: RingPurpose,
    ) {
        let leg = self.next_leg();
        d.fact(What::PartyRung {
            call: part.id,
            agent,
            leg,
            by: part.seat.agent,
            purpose,
            ring_ms: super::RING_MS,
            line: None,
        });
        d.command(Command::Ring {
            leg,
            device: Device::Phone(phone),
            caller: part.call.caller.clone(),
        });
    }

    /// The agent gives the call to somebody outside, whom the agent may call.
    pub(super) fn give_outside(
        &self,
        d: &mut Decision,
        part: Part<'_>,
        number: Number,
    ) -> Result<(), Refused> {
        let way = self.first_way(d, part.seat.agent, &number)?;
        Self::transferred(d, part, Destination::Outside(number));
        let for_whom = (part.seat.agent, RingPurpose::Transfer);
        self.ring_outside(d, part.id, part.call, for_whom, way);
        self.leave(d, part, None);
        Ok(())
    }

    /// The first line to a number outside, and what is dialled on it.
    pub(super) fn first_way(
        &self,
        d: &Decision,
        by: AgentId,
        number: &Number,
    ) -> Result<(LineId, Number), Refused> {
        let way = self.way_outside(d, by, number);
        let way = way.map_err(Refused::NoWay)?;
        let no_line = Passed::Refused(crate::route::Refusal::NoLine);
        let line = way.lines.first().copied();
        Ok((line.ok_or(Refused::NoWay(no_line))?, way.number))
    }

    pub(super) fn ring_outside(
        &self,
        d: &mut Decision,
        id: CallId,
        call: &Call,
        (by, purpose): (AgentId, RingPurpose),
        (line, number): (LineId, Number),
    ) {
        let leg = self.next_leg();
        d.fact(What::PartyRung {
            call: id,
            agent: AgentId::NOBODY,
            leg,
            by,
            purpose,
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
        let Some(number) = given.number().filter(|_| is_of_the_line(because)) else {
            return false;
        };
        if ringing.agent != AgentId::NOBODY || given.lines.is_empty() {
            return false;
        }
        let Ok(way) = self.way_outside(d, ringing.by, number) else {
            return false;
        };
        let is_untried = |line: &&_| !given.lines.contains(*line);
        let Some(line) = way.lines.iter().find(is_untried) else {
            return false;
        };
        self.end_ringing(d, id, &ringing, OfferOutcome::Unreachable, Some(gone));
        let for_whom = (ringing.by, ringing.purpose);
        self.ring_outside(d, id, call, for_whom, (*line, way.number));
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
