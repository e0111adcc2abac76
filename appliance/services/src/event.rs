use std::fmt;

use hotline_call::{CallId, Moment, Number, PhoneId};
use serde::{Deserialize, Serialize};

use crate::blacklist::ListChange;
use crate::emergency::NoticeId;
use crate::fact::Acted;
use crate::permission::Verdict;
use crate::route::Mailbox;
use crate::schedule::{Override, ScheduleId};
use crate::{
    AgentId, Configuration, MessageMark, Passed, PlaybackId, QueueId, RecordingId, WhyNot,
    WrapupCodeId,
};

/// What can happen to the call centre.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// A door tells of a leg or a device.
    Door(hotline_call::Event),
    /// What an `Action::Play` started has been heard to its end (never told of a repeating one,
    /// nor of one that was stopped or replaced).
    PlaybackEnded(PlaybackId),
    /// The recorder could not write; what it had is kept.
    RecordingFailed(RecordingId),
    /// The only one who is recorded has said nothing for so long; told at every full second.
    RecordingSilent {
        /// Which recording.
        recording: RecordingId,
        /// For how long.
        silent_s: u32,
    },
    /// The administrator has set something; the configuration has been checked.
    Configure(Box<Configuration>),
    /// Somebody has put numbers on the black or the white list, or taken some off; planned by
    /// `NumberLists::plan`.
    ChangeLists(Box<ListChange>),
    /// Somebody did something on a screen, which is to be kept.
    Acted(Box<Acted>),
    /// Somebody has set day or night by hand, or the plan again.
    SetSchedule {
        /// Of which schedule.
        schedule: ScheduleId,
        /// What holds, and until when; `None`: the plan again.
        by_hand: Option<Override>,
    },
    /// A person asks for something from a screen.
    Request(Request),
    /// What an `Action::CheckPin` has found out.
    PinChecked {
        /// The leg of the phone.
        leg: hotline_call::LegId,
        /// It is the agent's PIN.
        is_right: bool,
    },
    /// An agent has opened the first page, or closed the last one.
    Browser {
        /// Who.
        agent: AgentId,
        /// Opened.
        is_open: bool,
        /// It is the agent's telephone too.
        is_the_phone: bool,
    },
    /// The room left for facts and recordings has changed.
    Storage(StorageState),
    /// The time of [`crate::CallCentre::poll_timeout`] has come.
    Timeout,
    /// The program starts: every leg of a life before is gone.
    Started {
        /// The number of this life, greater than any before.
        boot: u64,
        /// When the life of the last fact was seen alive last, on its own clocks, if somebody kept
        /// watch: what was going on then lasted at least until there.
        last_alive: Option<Moment>,
    },
}

/// What a person at a screen asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "request", rename_all = "snake_case")]
pub enum Request {
    /// The agent begins work, ready for calls.
    SignIn {
        /// Who.
        agent: AgentId,
    },
    /// The agent ends work; in a call this waits for the end of wrap-up.
    SignOut {
        /// Who.
        agent: AgentId,
    },
    /// Ready for calls.
    Ready {
        /// Who.
        agent: AgentId,
    },
    /// Not ready; in a call this waits for the end of wrap-up.
    NotReady {
        /// Who.
        agent: AgentId,
        /// Why: "lunch".
        reason: String,
    },
    /// Wrap-up is done before its time.
    WrapupDone {
        /// Who.
        agent: AgentId,
    },
    /// More time for notes; as much again as the queue gives, twice at most.
    ExtendWrapup {
        /// Who.
        agent: AgentId,
    },
    /// What the call came to, while talking or after it; replaces what was said before.
    NoteCall {
        /// Who.
        agent: AgentId,
        /// Which call; `None`: the one in hand. Of one behind the agent, for half an hour, only the
        /// note is taken.
        call: Option<CallId>,
        /// One of the codes of the queue.
        code: Option<WrapupCodeId>,
        /// In words, up to 2000 characters.
        note: String,
    },
    /// The agent ends the call from the screen, or leaves it if others stay with the customer.
    HangUp {
        /// Who.
        agent: AgentId,
    },
    /// Something about the call the agent is in.
    InCall {
        /// Who.
        agent: AgentId,
        /// What.
        what: InCall,
    },
    /// Nobody need be called back any more.
    CancelCallback {
        /// Who asks.
        by: Supervisor,
        /// The call in which it was promised.
        of: CallId,
    },
    /// A message was heard, or dealt with, or is to be deleted.
    Message {
        /// Who asks.
        by: Supervisor,
        /// Which message.
        recording: RecordingId,
        /// What it is to be.
        mark: MessageMark,
    },
    /// Somebody has seen that help was called.
    AcknowledgeHelp {
        /// Who.
        by: Supervisor,
        /// Of which call for help.
        notice: NoticeId,
    },
    /// A supervisor asks for something about an agent.
    Supervise {
        /// Who asks.
        by: Supervisor,
        /// Over whom.
        agent: AgentId,
        /// What.
        what: Supervise,
    },
}

/// A person who supervises, as signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Supervisor {
    /// The account.
    pub account: String,
    /// The key of its role.
    pub role: String,
    /// The groups of this person.
    pub groups: Vec<QueueId>,
    /// The agent this person is; without one there is no phone to listen at.
    pub agent: Option<AgentId>,
}

/// What a supervisor asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "supervise", rename_all = "snake_case")]
pub enum Supervise {
    /// Be with the agent; who is already is heard by others from now on.
    Begin {
        /// How.
        mode: SuperviseMode,
    },
    /// Be with the agent no more.
    End,
    /// Talk to the customer instead of the agent.
    TakeOver {
        /// Why; must be said.
        reason: String,
    },
    /// End the call.
    Release {
        /// If others talk with the customer too, only this agent goes.
        only_agent: bool,
        /// Why; must be said.
        reason: String,
    },
    /// Set the state of the agent; in a call it applies after the notes.
    SetState {
        /// What it is to be.
        state: ForcedState,
        /// Why; must be said.
        reason: String,
    },
}

/// Who hears a supervisor. What the agent hears, the supervisor hears too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SuperviseMode {
    /// Nobody.
    Listen,
    /// The agent alone.
    Whisper,
    /// Everybody the agent talks to.
    Barge,
}

/// A state that a supervisor can set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ForcedState {
    /// Not at work.
    SignedOut,
    /// Not ready, for the reason said.
    NotReady,
    /// Ready.
    Ready,
}

/// What an agent in a call asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "in_call", rename_all = "snake_case")]
pub enum InCall {
    /// Put the others on hold.
    Hold,
    /// Take them back.
    Retrieve,
    /// Give the call on without asking.
    Transfer {
        /// To whom.
        to: Destination,
    },
    /// Ask somebody aside: an agent, who is at a telephone here, somebody outside. The customer waits.
    Consult {
        /// Whom.
        to: Destination,
    },
    /// Give the call to who was asked, also while the phone still rings.
    Complete,
    /// Go to the other of the two: customer or who is asked.
    Swap,
    /// Ask no more; be with the customer again.
    Cancel,
    /// Take who is asked to the customer: all talk.
    Merge,
    /// Park the customer, to be fetched at any phone.
    Park,
    /// Record nothing while the customer says what is not to be kept; goes on by itself after 60 s.
    PauseRecording,
    /// Go on recording.
    ResumeRecording,
}

/// Where an agent gives a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Destination {
    /// To another agent.
    Agent(AgentId),
    /// To a queue.
    Queue(QueueId),
    /// To a telephone here, whoever is signed in at it.
    Phone(PhoneId),
    /// To a number outside that the agent may dial.
    Outside(Number),
    /// To a mailbox.
    Voicemail(Mailbox),
}

impl Request {
    /// The agent it is about.
    #[must_use]
    pub const fn agent(&self) -> AgentId {
        match *self {
            Self::SignIn { agent }
            | Self::SignOut { agent }
            | Self::Ready { agent }
            | Self::NotReady { agent, .. }
            | Self::WrapupDone { agent }
            | Self::ExtendWrapup { agent }
            | Self::NoteCall { agent, .. }
            | Self::HangUp { agent }
            | Self::InCall { agent, .. }
            | Self::Supervise { agent, .. } => agent,
            Self::Message { ref by, .. }
            | Self::CancelCallback { ref by, .. }
            | Self::AcknowledgeHelp { ref by, .. } => match by.agent {
                Some(agent) => agent,
                None => AgentId::NOBODY,
            },
        }
    }
}

/// A request that cannot be met, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// There is no such agent.
    NoSuchAgent(AgentId),
    /// The agent is signed out.
    SignedOut(AgentId),
    /// The agent is not in a call.
    NotInACall(AgentId),
    /// The agent is not in wrap-up.
    NotInWrapup(AgentId),
    /// Its notes cannot be changed any more.
    NotesClosed(AgentId),
    /// The notes lack one of the queue's codes.
    CodeRequired(AgentId),
    /// The queue has no such code.
    NoSuchCode(WrapupCodeId),
    /// Time for notes was made longer as often as may be.
    NoMoreTime(AgentId),
    /// There is no such message.
    NoSuchMessage(RecordingId),
    /// Nobody is to be called back whose call was this.
    NoSuchCallback(CallId),
    /// There is no such notice of a call for help, or somebody has acknowledged it.
    NoSuchNotice(NoticeId),
    /// There is no such queue.
    NoSuchQueue(QueueId),
    /// Nobody of the queue is signed in.
    QueueUnstaffed(QueueId),
    /// Nobody is taken into the queue for now.
    QueueDisabled(QueueId),
    /// As many wait in the queue as may.
    QueueFull(QueueId),
    /// The other agent cannot be rung now.
    NotFree(AgentId, WhyNot),
    /// Who is outside, or at the other phone, cannot be called, and why.
    NoWay(Passed),
    /// No more messages can be left.
    MailboxFull,
    /// An agent can give a call to others only.
    Oneself,
    /// Others are on hold already.
    OnHold,
    /// Nobody is on hold.
    NotOnHold,
    /// Another agent is being asked.
    Consulting,
    /// The agent asks nobody.
    NotConsulting(AgentId),
    /// The agent is only asked by another; the call is the other's.
    OnlyConsulted(AgentId),
    /// A phone rings for the call; it must answer, or stop, first.
    StillRinging,
    /// Others talk with the customer too.
    InConference,
    /// No more can take part.
    ConferenceFull,
    /// The call was given on as often as a call may.
    TooManyTransfers,
    /// A call is parked on every place there is.
    NoParkingPlace,
    /// The call is not recorded.
    NotRecorded,
    /// It is a call for help, which is recorded whole.
    CallForHelp,
    /// The recording is paused already.
    RecordingPaused,
    /// The recording is not paused.
    RecordingNotPaused,
    /// The person may not.
    NotPermitted(Verdict),
    /// Another supervisor is in the call: that account.
    Supervised(String),
    /// The person is not with this agent.
    NotSupervising,
    /// The person is no agent and so has no phone to be rung.
    NoPhone,
    /// Somebody else sits at the agent's phone.
    PhoneTaken,
    /// A reason must be said.
    NoReason,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchAgent(a) => write!(f, "there is no agent {}", a.0),
            Self::SignedOut(a) => write!(f, "agent {} is signed out; sign in first", a.0),
            Self::NotInACall(a) => write!(f, "agent {} is not in a call", a.0),
            Self::NotesClosed(a) => {
                write!(f, "agent {} cannot write about this call any more", a.0)
            }
            Self::NotInWrapup(a) => write!(f, "agent {} is not in wrap-up", a.0),
            Self::CodeRequired(a) => write!(f, "agent {} must choose a wrap-up code first", a.0),
            Self::NoSuchCode(code) => write!(f, "the queue has no wrap-up code {}", code.0),
            Self::NoMoreTime(a) => write!(f, "agent {} had more time for notes twice", a.0),
            Self::NoSuchMessage(id) => write!(f, "there is no message {}", id.0),
            Self::NoSuchCallback(of) => write!(f, "no callback was promised in call {of}"),
            Self::NoSuchNotice(id) => {
                write!(f, "notice {} was acknowledged already", id.0)
            }
            Self::NoSuchQueue(q) => write!(f, "there is no queue {}", q.0),
            Self::QueueUnstaffed(q) => write!(f, "nobody is signed in to queue {}", q.0),
            Self::QueueDisabled(q) => write!(f, "queue {} takes nobody for now", q.0),
            Self::QueueFull(q) => write!(f, "queue {} is full", q.0),
            Self::NotFree(a, why) => write!(f, "agent {} cannot be rung: {why}", a.0),
            Self::NotConsulting(a) => write!(f, "agent {} asks nobody", a.0),
            Self::OnlyConsulted(a) => {
                write!(f, "agent {} is only asked; the call is the other's", a.0)
            }
            Self::NotPermitted(verdict) => write!(f, "{verdict}"),
            Self::Supervised(account) => write!(f, "{account} is in this call already"),
            Self::NotSupervising => f.write_str("begin to listen first"),
            Self::NoPhone => {
                f.write_str("your account is no agent's, so there is no phone to ring")
            }
            Self::PhoneTaken => f.write_str("another agent has signed in at your phone"),
            Self::NoReason => f.write_str("say why"),
            Self::NoParkingPlace => f.write_str("a call is parked on every place"),
            Self::NotRecorded => f.write_str("the call is not recorded"),
            Self::CallForHelp => f.write_str("a call for help is recorded whole"),
            Self::RecordingPaused => f.write_str("the recording is paused already"),
            Self::RecordingNotPaused => f.write_str("the recording is not paused"),
            Self::NoWay(why) => write!(f, "there is no way to call: {why}"),
            Self::MailboxFull => f.write_str("no more messages can be left there"),
            Self::Oneself => f.write_str("choose another agent than oneself"),
            Self::OnHold => f.write_str("the call is on hold already"),
            Self::NotOnHold => f.write_str("the call is not on hold"),
            Self::Consulting => f.write_str("end the consultation first"),
            Self::StillRinging => f.write_str("a phone still rings for the call"),
            Self::InConference => f.write_str("others talk with the customer too"),
            Self::ConferenceFull => f.write_str("no more than five can talk with each other"),
            Self::TooManyTransfers => f.write_str("the call was given on three times already"),
        }
    }
}

impl std::error::Error for Refused {}

/// The room left on the disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StorageState {
    /// All is well.
    #[default]
    Normal,
    /// Only the reserve for facts is left: new calls are refused with cause 42, no new recordings,
    /// calls in progress go on and end with their facts written.
    ReserveReached,
}
