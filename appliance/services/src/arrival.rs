//! A call comes in: the lists say whether it is let in, the routes where it leads.

use hotline_call::{CallId, CallerId, Cause, Command, LegId, LineId, Number};

use crate::CallRefused;
use crate::acd::farewell;
use crate::blacklist::{Direction, Entry, ListAction, Screening, Subject};
use crate::decision::Decision;
use crate::fact::OriginKnown;
use crate::region::Origin;
use crate::route::{Announcement, Arriving, Inbound, Leads, Target};
use crate::stage::Call;
use crate::state::State;
use crate::{CallRouted, CallScreened, EndOutcome, Goal, Say, Standing, StorageState, What};

/// A customer who calls.
pub(crate) struct Arrival {
    pub leg: LegId,
    pub line: LineId,
    pub caller: CallerId,
    pub called: Option<Number>,
}

impl State {
    /// Lets a call in and answers it at once, or turns it away unanswered.
    pub(crate) fn decide_offered(&self, d: &mut Decision, arrival: Arrival) {
        let Arrival {
            leg,
            line,
            caller,
            called,
        } = arrival;
        if self.legs.contains_key(&leg) {
            return;
        }
        let id = CallId(self.last_call + 1);
        let arriving = Arriving {
            line,
            called: called.as_ref(),
            caller: caller.number.as_ref(),
        };
        let plan = &self.configuration.dial_plan;
        let found = plan.route(arriving, &self.by_hand, d.at().wall_ms);
        if let Some(cause) = self.why_refused(line, &found) {
            d.fact(What::CallRefused(CallRefused {
                call: id,
                leg,
                line,
                caller,
                cause,
            }));
            return d.command(Command::Release { leg, cause });
        }
        d.fact(What::CallOffered {
            call: id,
            leg,
            line: Some(line),
            phone: None,
            by: None,
            caller: caller.clone(),
            called: called.clone(),
        });
        if let Some(number) = &caller.number {
            self.note_origin(d, id, number);
        }
        let blocked = self.blocked(d, &caller);
        if let Some(Entry { id: entry, draft }) = &blocked {
            d.fact(What::CallScreened(CallScreened {
                call: id,
                entry: *entry,
                direction: Direction::In,
                action: draft.action.clone(),
                listed: Some(draft.listed.clone()),
            }));
        }
        let mut call = Call::offered(d.at(), leg, caller);
        call.called = called;
        match blocked.map(|entry| entry.draft.action) {
            Some(ListAction::Voicemail(mailbox)) => {
                Self::answer(d, id, leg);
                self.leave_message(d, id, &call, mailbox);
            }
            Some(ListAction::Busy) => {
                Self::answer(d, id, leg);
                tell_goodbye(d, id, leg, EndOutcome::Refused, Say::BusyTone);
            }
            Some(ListAction::Announcement(says)) => {
                Self::answer(d, id, leg);
                tell_goodbye(d, id, leg, EndOutcome::Refused, sentence(&says));
            }
            Some(ListAction::QueueLow) => self.welcome(d, id, call, &found, true),
            None => self.welcome(d, id, call, &found, false),
        }
    }

    fn why_refused(&self, line: LineId, found: &Inbound) -> Option<Cause> {
        if self.storage == StorageState::ReserveReached {
            Some(Cause::CONGESTION)
        } else if self.line_calls.contains_key(&line) {
            Some(Cause::NO_CIRCUIT)
        } else if found.leads == Leads::Nowhere && self.configuration.menus.is_empty() {
            Some(Cause::TEMPORARY_FAILURE)
        } else {
            None
        }
    }

    /// What is known of the number of a call is kept with it: a later directory may say otherwise.
    pub(crate) fn note_origin(&self, d: &mut Decision, call: CallId, number: &Number) {
        if let Some(origin) = self.origin(d, number) {
            d.fact(What::OriginKnown(OriginKnown { call, origin }));
        }
    }

    fn origin(&self, d: &Decision, number: &Number) -> Option<Origin> {
        let numbers = &self.configuration.dial_plan.numbers;
        d.directory().origin(numbers, &numbers.canonical(number))
    }

    /// The entry of the blacklist that meets this caller.
    fn blocked(&self, d: &Decision, caller: &CallerId) -> Option<Entry> {
        let number = caller.number.as_ref();
        let numbers = &self.configuration.dial_plan.numbers;
        let canonical = number.map(|n| numbers.canonical(n));
        let origin = number.and_then(|number| self.origin(d, number));
        let regions = origin.map_or_else(Vec::new, |origin| origin.region_names());
        let subject = Subject {
            number: canonical.as_deref(),
            regions: &regions,
            is_vip: self.standing_of(caller).is_some_and(|s| s.vip.is_some()),
        };
        match self.lists.screen(subject, Direction::In, d.at().wall_ms) {
            Screening::Blocked(entry) => Some(entry.clone()),
            Screening::Unlisted | Screening::Allowed { .. } => None,
        }
    }

    fn answer(d: &mut Decision, id: CallId, leg: LegId) {
        d.fact(What::CallAnswered { call: id });
        d.command(Command::Answer { leg });
    }

    /// A call that has just begun is known, answered, and led to where its route says.
    pub(crate) fn welcome(
        &self,
        d: &mut Decision,
        id: CallId,
        mut call: Call,
        found: &Inbound,
        is_last: bool,
    ) {
        if found.route.is_some() {
            d.fact(What::CallRouted(CallRouted {
                call: id,
                route: found.route,
                ruling: found.ruling.clone(),
                leads: found.leads.clone(),
            }));
        }
        let standing = self.standing_of(&call.caller);
        if standing.is_some() || is_last {
            let standing = Standing {
                is_last,
                ..standing.unwrap_or_default()
            };
            call.standing = standing.clone();
            d.fact(What::CallerRecognised { call: id, standing });
        }
        if let Some(business_type) = self.business_type_of(call.called.as_ref()) {
            d.fact(What::CallTagged {
                call: id,
                business_type,
            });
        }
        Self::answer(d, id, call.leg);
        self.lead(d, id, &call, &found.leads);
    }

    fn lead(&self, d: &mut Decision, id: CallId, call: &Call, leads: &Leads) {
        match leads {
            Leads::To(target) => self.send_to(d, id, call, target),
            Leads::Nowhere => Self::meet(d, id, call, self.configuration.menus.first()),
            Leads::Closed => farewell(d, id, call, EndOutcome::NobodyHere),
        }
    }

    /// Sends a caller to where a route, or a key of a menu, leads.
    pub(crate) fn send_to(&self, d: &mut Decision, id: CallId, call: &Call, target: &Target) {
        match target {
            Target::Menu(menu) => Self::meet(d, id, call, self.configuration.menu(*menu)),
            Target::Queue(queue) => self.enter_queue(d, id, call, *queue),
            Target::Announcement(says) => {
                tell_goodbye(d, id, call.leg, EndOutcome::Announced, sentence(says));
            }
            Target::Agent(agent) => self.seek(d, id, call, Goal::Agent(*agent)),
            Target::Phone(phone) => self.seek(d, id, call, Goal::Phone(*phone)),
            Target::Voicemail(mailbox) => self.leave_message(d, id, call, *mailbox),
        }
    }

    fn meet(d: &mut Decision, id: CallId, call: &Call, menu: Option<&crate::Menu>) {
        match menu {
            Some(menu) => Self::enter_menu(d, id, call, menu, 1, None),
            None => farewell(d, id, call, EndOutcome::Failed),
        }
    }
}

fn sentence(says: &Announcement) -> Say {
    Say::Text(says.text.clone(), says.language)
}

/// The caller hears this, and no more.
fn tell_goodbye(d: &mut Decision, id: CallId, leg: LegId, outcome: EndOutcome, says: Say) {
    d.fact(What::FarewellStarted { call: id, outcome });
    d.play(leg, vec![says], false);
}
