use std::collections::BTreeMap;

use hotline_call::{CallId, CallerId, Cause, LegId, LineId, Moment, Number, Party, PhoneId};

use crate::at_phone::Person;
use crate::calling::Outside;
use crate::forward::Reach;
use crate::park::Parked;
use crate::region::Origin;
use crate::talk::{Supervision, Talk};
use crate::voicemail::Leaving;
use crate::{
    AgentId, BusinessTypeId, EndOutcome, Language, MenuId, PlaybackId, QueueId, RecordingId,
    Standing, What,
};

/// One call that has not ended.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Call {
    pub leg: LegId,
    /// The line it came in on or went out on; `None`: a phone of ours calls a number of ours.
    pub line: Option<LineId>,
    /// Who calls from a phone of ours.
    pub by: Option<AgentId>,
    /// The phone of ours from which a number of ours was dialled: who calls is on it.
    pub phone: Option<PhoneId>,
    /// We call somebody.
    pub is_outbound: bool,
    /// Somebody calls for help.
    pub is_emergency: bool,
    /// It is made of this promise to call back.
    pub callback: Option<CallId>,
    /// The person outside, whoever called.
    pub caller: CallerId,
    pub called: Option<Number>,
    /// What is known of the number of who is outside.
    pub origin: Option<Origin>,
    pub offered: Moment,
    pub language: Language,
    /// What is known of the caller that counts in a queue.
    pub standing: Standing,
    pub business_type: Option<BusinessTypeId>,
    pub stage: Stage,
    pub stage_since: Moment,
    /// What the caller hears that will end by itself.
    pub hears: Option<PlaybackId>,
    pub recording: Option<RecordingId>,
    /// Until when nothing is recorded.
    pub paused: Option<Moment>,
    /// Menus entered since the caller last pressed a key.
    pub unheeded: u32,
    /// How often agents gave it on.
    pub hops: u32,
    /// How often each agent was rung for this caller in vain.
    pub tried: BTreeMap<AgentId, u32>,
}

impl Call {
    /// More is known of who is outside, or what it is about.
    pub fn learn(&mut self, what: &What) {
        match what {
            What::CallerRecognised { standing, .. } => self.standing = standing.clone(),
            What::OriginKnown(known) => self.origin = Some(known.origin.clone()),
            What::CallTagged { business_type, .. } => self.business_type = Some(*business_type),
            _ => {}
        }
    }
}

/// Where a call stands. A stage owns its deadline, so no timer outlives it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) enum Stage {
    /// The line rings, unanswered. We answer at once, so this is never seen between two events.
    Ringing,
    /// The greeting is heard; keys are taken already.
    Greeting {
        menu: MenuId,
        attempt: u32,
        until: Moment,
    },
    /// The greeting is over, a key is awaited.
    Input {
        menu: MenuId,
        attempt: u32,
        until: Moment,
    },
    /// We call somebody outside, who has not answered.
    Outside(Outside),
    /// The caller is led straight to somebody, whose phone rings.
    Reaching(Reach),
    /// In the queue; agents' phones may ring.
    Waiting(Wait),
    /// Agents talk with the caller, have put the caller on hold, or another one is rung.
    Talking(Talk),
    /// An agent has parked the customer, who hears music.
    Parked(Parked),
    /// The caller leaves a message.
    Mailbox(Leaving),
    /// A person here does something at a phone with the box alone.
    AtPhone(Person),
    /// The caller is told goodbye.
    Farewell { outcome: EndOutcome, until: Moment },
    /// Legs are being cleared.
    Ending {
        outcome: EndOutcome,
        by: Party,
        cause: Cause,
    },
}

/// What an agent does at the phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) enum Hold {
    Talking,
    OnHold,
}

/// A caller's place in a queue.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Wait {
    pub queue: QueueId,
    pub since: Moment,
    /// Before all others: the agent's phone failed in mid-call.
    pub first: bool,
    pub until: Moment,
    /// How much longer the caller counts as having waited.
    pub bonus_s: u32,
    /// The agent who transferred the caller and is not to be rung.
    pub without: Option<AgentId>,
    /// Who is tried before all others.
    pub seeks: Option<Seek>,
    /// By how much each level demanded is lowered.
    pub relaxed: u8,
    /// How many phones may ring at once, and since when so many.
    pub width: usize,
    pub widened: Moment,
    /// The last step taken of the queue's timeline.
    pub overflowed_s: u32,
    /// Queues whose agents may take the caller too.
    pub also: Vec<QueueId>,
    /// What the caller was told about the wait.
    pub told: Told,
    /// Until when the caller can agree to be called back at the number read out.
    pub asked: Option<Moment>,
    /// Phones that ring for the caller, the one rung first, first.
    pub offers: Vec<Offer>,
}

/// What a caller was told about the wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Told {
    /// When last, or when that was thought of and nothing was to be said.
    pub last: Option<Moment>,
    /// The place told last: so many are ahead.
    pub ahead: Option<u32>,
    /// The minutes told last, and how many were ahead then.
    pub minutes: Option<(u32, u32)>,
}

impl Told {
    pub const NOTHING: Self = Self {
        last: None,
        ahead: None,
        minutes: None,
    };
}

/// Agents who look after a caller and are tried before all others.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Seek {
    /// The first one first.
    pub agents: Vec<AgentId>,
    /// The caller is held no longer for one who is busy.
    pub until: Moment,
}

/// An agent's phone that rings for a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Offer {
    pub agent: AgentId,
    pub leg: LegId,
    /// The agent is not waited for any longer.
    pub until: Moment,
    /// Answered while others still ring: when, and by which fact.
    pub answered: Option<(Moment, u64)>,
}

impl Wait {
    /// A wait that begins now.
    pub const fn new(queue: QueueId, since: Moment, until: Moment) -> Self {
        Self {
            queue,
            since,
            first: false,
            until,
            bonus_s: 0,
            without: None,
            seeks: None,
            relaxed: 0,
            width: 1,
            widened: since,
            overflowed_s: 0,
            also: Vec::new(),
            told: Told::NOTHING,
            asked: None,
            offers: Vec::new(),
        }
    }
}

impl Call {
    /// The place in a queue, also while agents' phones ring.
    pub const fn wait(&self) -> Option<&Wait> {
        match &self.stage {
            Stage::Waiting(wait) => Some(wait),
            _ => None,
        }
    }

    /// The conversation.
    pub const fn talk(&self) -> Option<&Talk> {
        match &self.stage {
            Stage::Talking(talk) => Some(talk),
            _ => None,
        }
    }

    /// The supervisor whose leg this is.
    pub fn supervised_by(&self, leg: LegId) -> Option<&Supervision> {
        let supervision = self.talk()?.supervision.as_ref();
        supervision.filter(|there| there.leg == leg)
    }

    /// The place in a queue, to be changed.
    pub const fn wait_mut(&mut self) -> Option<&mut Wait> {
        match &mut self.stage {
            Stage::Waiting(wait) => Some(wait),
            _ => None,
        }
    }

    /// Goes to another stage; nothing that is heard now ends by itself.
    pub fn enter(&mut self, at: Moment, stage: Stage) {
        self.stage = stage;
        self.stage_since = at;
        self.hears = None;
    }
}
