//! What happens to a call centre from outside, said so that it can be said again: by callers and
//! phones, never by numbers that the core gives out, for those change when a step is left out.

use std::fmt;

use hotline_call::{Cause, Digit, LineId, Number, PhoneId};
use hotline_services::schedule::Override;
use hotline_services::{AgentId, Configuration, Event, Request, StorageState};

use crate::office::phone_of;

/// Who is at the far end of a leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Who {
    /// The caller of this number in the order of calling.
    Caller(u32),
    /// A phone of ours.
    Phone(PhoneId),
    /// Somebody outside whom we call on this line.
    Outside(LineId),
}

/// One thing that happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// A caller calls on a line; `person` stands for the number shown, `None` withholds it.
    Calls {
        caller: u32,
        line: LineId,
        person: Option<u32>,
    },
    /// A phone of ours dials.
    Dials {
        phone: PhoneId,
        number: Number,
    },
    Presses(Who, Digit),
    /// A door tells of the newest leg there.
    Rings(Who),
    Answers(Who),
    Holds(Who),
    Retrieves(Who),
    /// The far end goes.
    Goes(Who, Cause),
    /// A door tells of the oldest leg there that it was asked to end that it is over; if there is
    /// none, of the last one once more.
    IsOver(Who),
    /// What is heard there has been heard to its end.
    HearsOut(Who),
    LineService(LineId, bool),
    PhoneService(PhoneId, bool),
    Asks(Request),
    /// An agent opens the first page, or closes the last one.
    Browser(AgentId, bool),
    Configures(Box<Configuration>),
    /// Somebody sets day or night by hand, or the plan again.
    SetsByHand(Option<Override>),
    Storage(StorageState),
    RecordingFails {
        caller: u32,
    },
    /// Somebody sets the wall clock, so many milliseconds on or back.
    WallClock(i64),
    /// The process dies and starts again.
    Crash(Crash),
    /// Something that no door should tell.
    Absurd(Box<Event>),
}

impl Step {
    /// The caller it is about.
    pub(crate) const fn caller(&self) -> Option<u32> {
        match *self {
            Self::Calls { caller, .. } | Self::RecordingFails { caller } => Some(caller),
            _ => match self.who() {
                Some(Who::Caller(caller)) => Some(caller),
                _ => None,
            },
        }
    }

    /// The phone, or the phone of the agent, it is about.
    pub(crate) const fn phone(&self) -> Option<PhoneId> {
        match self {
            Self::PhoneService(phone, _) | Self::Dials { phone, .. } => Some(*phone),
            Self::Asks(request) => Some(phone_of(request.agent())),
            Self::Browser(agent, _) => Some(phone_of(*agent)),
            _ => match self.who() {
                Some(Who::Phone(phone)) => Some(phone),
                _ => None,
            },
        }
    }

    const fn who(&self) -> Option<Who> {
        match *self {
            Self::Presses(who, _)
            | Self::Rings(who)
            | Self::Answers(who)
            | Self::Holds(who)
            | Self::Retrieves(who)
            | Self::Goes(who, _)
            | Self::IsOver(who)
            | Self::HearsOut(who) => Some(who),
            _ => None,
        }
    }

    /// A number for each kind that is no matter of one caller or phone.
    pub(crate) const fn kind(&self) -> u64 {
        match self {
            Self::Absurd(_) => 1,
            Self::Crash(_) => 2,
            Self::WallClock(_) => 3,
            Self::Storage(_) => 4,
            Self::LineService(..) => 5,
            Self::Configures(_) => 6,
            Self::RecordingFails { .. } => 7,
            Self::Rings(_) => 8,
            Self::PhoneService(..) => 9,
            Self::Dials { .. } => 10,
            Self::SetsByHand(_) => 11,
            _ if matches!(self.who(), Some(Who::Outside(_))) => 12,
            _ => 0,
        }
    }
}

/// How the process dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Crash {
    /// Facts of the last so many milliseconds had not reached the disk.
    pub lost_ms: u64,
    /// How long the machine was off.
    pub off_ms: u64,
    /// What its monotonic clock shows then.
    pub mono_ms: u64,
    /// Whether somebody noted until when the program was alive.
    pub is_watched: bool,
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Caller(n) => write!(f, "caller {n}"),
            Self::Phone(phone) => write!(f, "phone {}", phone.0),
            Self::Outside(line) => write!(f, "who is called on line {}", line.0),
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Calls {
                caller,
                line,
                person,
            } => {
                let shown = person.map_or("no number".to_owned(), |p| format!("person {p}"));
                write!(f, "caller {caller} ({shown}) calls on line {}", line.0)
            }
            Self::Dials { phone, number } => write!(f, "phone {} dials {number}", phone.0),
            Self::Presses(who, digit) => write!(f, "{who} presses {digit}"),
            Self::Rings(who) => write!(f, "{who} rings"),
            Self::Answers(who) => write!(f, "{who} answers"),
            Self::Holds(who) => write!(f, "{who} holds"),
            Self::Retrieves(who) => write!(f, "{who} retrieves"),
            Self::Goes(who, cause) => write!(f, "{who} goes with {cause}"),
            Self::IsOver(who) => write!(f, "the leg of {who} is told to be over"),
            Self::HearsOut(who) => write!(f, "{who} has heard all"),
            Self::LineService(line, is_in) => {
                write!(f, "line {} is {}", line.0, in_or_out(*is_in))
            }
            Self::PhoneService(phone, is_in) => {
                write!(f, "phone {} is {}", phone.0, in_or_out(*is_in))
            }
            Self::Asks(request) => write!(f, "{request:?}"),
            Self::Browser(agent, is_open) => {
                let does = if *is_open { "opens" } else { "closes" };
                write!(f, "agent {} {does} the browser", agent.0)
            }
            Self::Configures(c) => {
                let (agents, queues) = (c.agents.len(), c.queues.len());
                write!(f, "configured: {agents} agents, {queues} queues")
            }
            Self::SetsByHand(by_hand) => write!(f, "set by hand: {by_hand:?}"),
            Self::Storage(state) => write!(f, "storage: {state:?}"),
            Self::RecordingFails { caller } => write!(f, "the recording of caller {caller} fails"),
            Self::WallClock(ms) => write!(f, "the wall clock is set by {ms} ms"),
            Self::Crash(crash) => write!(f, "the process dies: {crash:?}"),
            Self::Absurd(event) => write!(f, "out of nowhere: {event:?}"),
        }
    }
}

const fn in_or_out(is_in: bool) -> &'static str {
    if is_in {
        "in service"
    } else {
        "out of service"
    }
}
