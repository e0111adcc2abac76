mod about;
mod acted;
mod asked;
mod at_phone;
mod callback;
mod calling;
mod desk;
mod left;
mod numbered;
mod outcome;
mod parked;
mod reached;
mod routed;
mod supervision;
mod told;
mod voicemail;

pub use self::acted::{Acted, ScheduleSet};
pub use self::asked::{OtherAsked, PartiesTurned};
pub use self::at_phone::{AtPhone, AtPhoneStep, CodeRefused, SoundKept, Spoken};
pub use self::callback::{CallbackOutcome, CallbackStep};
pub use self::calling::{CallDialled, CallRefused, DialRefused};
pub use self::desk::DeskStep;
pub use self::left::{Overflowed, QueueLeft};
pub use self::numbered::Fact;
pub use self::outcome::{Doing, EndOutcome, OfferOutcome, RingPurpose, TransferMode};
pub use self::parked::{CallParked, NextLine};
pub use self::reached::{AcceptAsked, Goal, Passed, PersonPassed, PersonRung, PersonSought};
pub use self::routed::{CallRouted, CallScreened, DedicatedSought, OriginKnown};
pub use self::supervision::{
    ForceReleased, StateForced, SupervisionMoved, SupervisionRung, TakenOver,
};
pub use self::told::{
    CallNoted, HelpAcknowledged, RecordingPaused, TransferAwaited, WaitAnnounced, WrapupExtended,
};
pub use self::voicemail::{MailboxEntered, MarkedBy, MessageMark, VoicemailLeft, VoicemailMarked};
use crate::blacklist::ListChange;
use crate::{
    AgentId, Because, BusinessTypeId, Configuration, Destination, MenuId, QueueId, RecordingId,
    Standing, StorageState, SuperviseMode, Why,
};
use hotline_call::{CallId, CallerId, Cause, Device, Digit, LegId, LineId, Moment, Number, Party};
use serde::{Deserialize, Serialize};

/// The kinds of fact. Fields are only ever added, with a default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum What {
    /// The program started; whatever was going on in the life before is over.
    Started {
        /// When that life was seen alive last, on its own clocks, if that was noted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        last_alive: Option<Moment>,
    },
    /// The administrator set something.
    Configured {
        /// All that is set, whole.
        configuration: Box<Configuration>,
    },
    /// Numbers were put on the black or the white list, or taken off.
    ListsChanged {
        /// What changed.
        change: ListChange,
    },
    /// Day or night was set by hand.
    ScheduleSet(ScheduleSet),
    /// Somebody did something on a screen.
    Acted(Acted),
    /// The room on the disk changed.
    StorageChanged {
        /// What it is now.
        state: StorageState,
    },
    /// A line or phone can be used.
    DeviceInService {
        /// Which.
        device: Device,
    },
    /// A line or phone cannot be used.
    DeviceOutOfService {
        /// Which.
        device: Device,
    },
    /// An agent began work, ready.
    AgentSignedIn {
        /// Who.
        agent: AgentId,
    },
    /// An agent ended work.
    AgentSignedOut {
        /// Who.
        agent: AgentId,
    },
    /// An agent became ready, or took back a state that was pending.
    AgentReady {
        /// Who.
        agent: AgentId,
    },
    /// An agent became not ready; `by` the system after missed calls.
    AgentNotReady {
        /// Who.
        agent: AgentId,
        /// Why: "lunch"; "no_answer" when the system did it.
        reason: String,
        /// Who decided it.
        by: Party,
    },
    /// An agent in a call asked for a state that will apply after wrap-up: `None` sign-out.
    AgentStatePending {
        /// Who.
        agent: AgentId,
        /// The reason of "not ready", or `None` for signing out.
        not_ready: Option<String>,
    },
    /// The phone of a ready agent has been out of service for 10 s.
    AgentDeviceDown {
        /// Who.
        agent: AgentId,
    },
    /// The phone of that agent is back; the agent is ready as before.
    AgentDeviceUp {
        /// Who.
        agent: AgentId,
    },
    /// An agent whose phone was busy or unreachable may be rung again.
    AgentRested {
        /// Who.
        agent: AgentId,
    },
    /// Somebody set something at a phone for the phone, or for oneself.
    Desk(DeskStep),
    /// Time for notes began; it ends by itself `wrapup_ms` later.
    WrapupStarted {
        /// Who.
        agent: AgentId,
        /// About which call.
        call: CallId,
        /// How long at most.
        wrapup_ms: u64,
        /// For which queue.
        queue: Option<QueueId>,
    },
    /// Time for notes is longer by so much.
    WrapupExtended(WrapupExtended),
    /// An agent said what a call came to; all that was said before is replaced.
    CallNoted(CallNoted),
    /// Time for notes ended.
    WrapupEnded {
        /// Who.
        agent: AgentId,
        /// About which call.
        call: CallId,
    },
    /// Somebody calls. The first fact of a call.
    CallOffered {
        /// The new call.
        call: CallId,
        /// The customer's leg.
        leg: LegId,
        /// Where it came in; `None`: a phone of ours calls one of our numbers.
        line: Option<LineId>,
        /// That phone.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        phone: Option<hotline_call::PhoneId>,
        /// Who is signed in at it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<AgentId>,
        /// Who calls.
        caller: CallerId,
        /// Which of our numbers was dialled.
        called: Option<Number>,
    },
    /// A phone of ours calls somebody outside. The first fact of a call.
    CallDialled(CallDialled),
    /// A call that we make goes on the next line, for the one before failed or rang.
    NextLine(NextLine),
    /// The telephone of the person we call rings.
    CallAlerting {
        /// The call.
        call: CallId,
    },
    /// No call came of a number that was dialled on a phone of ours.
    DialRefused(DialRefused),
    /// Somebody on site has seen that help was called.
    HelpAcknowledged(HelpAcknowledged),
    /// What is known of the number of a call.
    OriginKnown(OriginKnown),
    /// An entry of the blacklist met a call.
    CallScreened(CallScreened),
    /// Where a call that came in leads, and by which route.
    CallRouted(CallRouted),
    /// Who calls is known, and counts in a queue.
    CallerRecognised {
        /// The call.
        call: CallId,
        /// What counts.
        standing: Standing,
    },
    /// What the call is about is known.
    CallTagged {
        /// The call.
        call: CallId,
        /// What it is about.
        business_type: BusinessTypeId,
    },
    /// A call was not let in; the first and last fact of it.
    CallRefused(CallRefused),
    /// We answered; the caller hears us.
    CallAnswered {
        /// The call.
        call: CallId,
    },
    /// The caller entered a menu or hears it again; `attempt` counts from 1.
    MenuEntered {
        /// The call.
        call: CallId,
        /// Which menu.
        menu: MenuId,
        /// How many times by now, this one included.
        attempt: u32,
    },
    /// The greeting was played to its end; input is awaited.
    MenuAwaitsInput {
        /// The call.
        call: CallId,
    },
    /// The caller pressed a key.
    DigitPressed {
        /// The call.
        call: CallId,
        /// Which key.
        digit: Digit,
        /// How long it was held.
        duration_ms: u32,
    },
    /// The key led to no choice.
    MenuInvalid {
        /// The call.
        call: CallId,
        /// Which key.
        digit: Digit,
    },
    /// No key in time.
    MenuNoInput {
        /// The call.
        call: CallId,
    },
    /// The caller waits in a queue.
    Queued {
        /// The call.
        call: CallId,
        /// Which queue.
        queue: QueueId,
        /// 1 is next.
        position: u32,
        /// Back from an agent whose phone failed, and before all others therefore.
        #[serde(default)]
        again: bool,
        /// How much longer the caller counts as having waited.
        #[serde(default)]
        bonus_s: u32,
        /// The agent who transferred the caller and is not to be rung.
        without: Option<AgentId>,
        /// The earlier call of the same number whose place this is.
        kept: Option<CallId>,
    },
    /// These agents are tried for the caller before all others.
    DedicatedSought(DedicatedSought),
    /// No dedicated agent can take the caller; any able agent may now.
    DedicatedGivenUp {
        /// The call.
        call: CallId,
    },
    /// Each level that is demanded for the caller is lower by so much now.
    DemandRelaxed {
        /// The call.
        call: CallId,
        /// By how much, in all.
        by: u8,
    },
    /// One more phone may ring for the caller.
    RingWidened {
        /// The call.
        call: CallId,
    },
    /// The caller was told about the wait, and from what that was known.
    WaitAnnounced(WaitAnnounced),
    /// The caller has waited for so long that the queue's timeline took a step.
    Overflowed(Overflowed),
    /// The caller left the queue by a key.
    QueueLeft(QueueLeft),
    /// The announcement is over; the caller hears music while waiting.
    MusicStarted {
        /// The call.
        call: CallId,
    },
    /// A caller is led straight to somebody.
    PersonSought(PersonSought),
    /// Somebody to whom a caller was led is not rung.
    PersonPassed(PersonPassed),
    /// The phone of somebody is rung to whom a caller was led.
    PersonRung(PersonRung),
    /// Who has answered outside is asked to press 1.
    AcceptAsked(AcceptAsked),
    /// An agent's phone is rung for the caller, and why this agent.
    AgentOffered {
        /// The call.
        call: CallId,
        /// The queue it waits in.
        queue: QueueId,
        /// Whose phone.
        agent: AgentId,
        /// The agent's leg, new.
        leg: LegId,
        /// The agents of the queue, the chosen one first.
        why: Vec<Why>,
        /// Why this caller, and by which rule this agent.
        #[serde(default)]
        because: Because,
    },
    /// An agent takes a caller, for whom another phone rings, by a call of the own phone.
    PickedUp {
        /// The call.
        call: CallId,
        /// Who.
        agent: AgentId,
        /// The leg that the agent's phone began.
        leg: LegId,
    },
    /// The agent has answered while other phones, which go on for a moment, ring for the caller.
    OfferAnswered {
        /// The call.
        call: CallId,
        /// Whose phone.
        agent: AgentId,
        /// The agent's leg.
        leg: LegId,
    },
    /// The ringing ended without a conversation; the caller still waits, unless gone.
    OfferEnded {
        /// The call.
        call: CallId,
        /// Whose phone.
        agent: AgentId,
        /// The agent's leg.
        leg: LegId,
        /// How.
        outcome: OfferOutcome,
    },
    /// Caller and agent talk.
    Connected {
        /// The call.
        call: CallId,
        /// Who.
        agent: AgentId,
        /// The agent's leg.
        leg: LegId,
    },
    /// Caller and agent no longer talk. Every `Connected` has one.
    Disconnected {
        /// The call.
        call: CallId,
        /// Who.
        agent: AgentId,
        /// The agent's leg.
        leg: LegId,
    },
    /// An agent's phone is rung for a conversation because another agent asked for it.
    PartyRung {
        /// The call.
        call: CallId,
        /// Whose phone.
        agent: AgentId,
        /// The leg, new.
        leg: LegId,
        /// Who asked for it, or gave the call away.
        by: AgentId,
        /// What for.
        purpose: RingPurpose,
        /// How long at most.
        ring_ms: u64,
        /// The line, if it is somebody outside.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        line: Option<LineId>,
    },
    /// Somebody is to be asked aside who is no agent.
    OtherAsked(OtherAsked),
    /// Who was asked has answered: two talk, aside.
    ConsultBegan {
        /// The call.
        call: CallId,
        /// Who was asked.
        agent: AgentId,
        /// The leg.
        leg: LegId,
    },
    /// An agent who was asked has gone without having been with the customer.
    ConsultEnded {
        /// The call.
        call: CallId,
        /// Who was asked.
        agent: AgentId,
        /// The leg.
        leg: LegId,
    },
    /// Who asks another went to the other of the two: customer or agent.
    Swapped {
        /// The call.
        call: CallId,
        /// Who.
        agent: AgentId,
    },
    /// An agent who called a colleague changed places with that one.
    PartiesTurned(PartiesTurned),
    /// An agent gave the call on.
    Transferred {
        /// The call.
        call: CallId,
        /// Who.
        by: AgentId,
        /// To whom.
        to: Destination,
        /// How.
        mode: TransferMode,
    },
    /// Who was asked and has not answered yet gets the call on answering.
    TransferAwaited(TransferAwaited),
    /// To whom the call was given did not take it.
    TransferFailed {
        /// The call.
        call: CallId,
        /// Who gave it.
        by: AgentId,
        /// To whom.
        agent: AgentId,
        /// Why.
        outcome: OfferOutcome,
    },
    /// What an agent does in a conversation has changed because of what somebody else did.
    AgentDoing {
        /// The call.
        call: CallId,
        /// Who.
        agent: AgentId,
        /// What.
        doing: Doing,
    },
    /// The phone of a supervisor is rung, who wants to be with an agent.
    SupervisionRung(SupervisionRung),
    /// An agent or a supervisor pressed a key of a code.
    KeyPressed {
        /// The call.
        call: CallId,
        /// Whose leg.
        leg: LegId,
        /// What has been pressed so far and may become a code; empty once it is one, or none.
        keys: String,
    },
    /// The supervisor has answered and is with the agent.
    SupervisionBegan {
        /// The call.
        call: CallId,
        /// The supervisor's leg.
        leg: LegId,
    },
    /// The supervisor is heard by others than before.
    SupervisionChanged {
        /// The call.
        call: CallId,
        /// The supervisor's leg.
        leg: LegId,
        /// How now.
        mode: SuperviseMode,
    },
    /// The supervisor is no longer with the agent, or did not answer.
    SupervisionEnded {
        /// The call.
        call: CallId,
        /// The supervisor's leg.
        leg: LegId,
    },
    /// A supervisor who was with another agent is with this one now.
    SupervisionMoved(SupervisionMoved),
    /// A supervisor talks to the customer instead of the agent.
    TakenOver(TakenOver),
    /// A supervisor ended a call, or took an agent out of it.
    ForceReleased(ForceReleased),
    /// A supervisor set the state of an agent; the change itself follows, perhaps later.
    StateForced(StateForced),
    /// An agent has parked the customer, who hears music.
    CallParked(CallParked),
    /// A caller is to be called back.
    Callback(CallbackStep),
    /// The agent put the others on hold.
    Held {
        /// The call.
        call: CallId,
        /// The agent's leg.
        leg: LegId,
    },
    /// The agent took the others back.
    Retrieved {
        /// The call.
        call: CallId,
        /// The agent's leg.
        leg: LegId,
    },
    /// A recording began.
    RecordingStarted {
        /// The call.
        call: CallId,
        /// Its name.
        recording: RecordingId,
    },
    /// Nothing is recorded for a while: silence of true length in the file.
    RecordingPaused(RecordingPaused),
    /// The recording goes on after a pause.
    RecordingResumed {
        /// The call.
        call: CallId,
        /// Its name.
        recording: RecordingId,
    },
    /// A person at a phone hears the own mailbox, or speaks a sentence.
    AtPhone(AtPhone),
    /// What was spoken at a phone is what callers hear.
    SoundKept(SoundKept),
    /// A code was dialled or pressed that the role of the person does not permit.
    CodeRefused(CodeRefused),
    /// A caller hears the greeting of a mailbox.
    MailboxEntered(MailboxEntered),
    /// A caller has left a message.
    VoicemailLeft(VoicemailLeft),
    /// A message was heard, or dealt with, or deleted.
    VoicemailMarked(VoicemailMarked),
    /// A recording ended.
    RecordingStopped {
        /// The call.
        call: CallId,
        /// Its name.
        recording: RecordingId,
    },
    /// A recording could not be written to its end.
    RecordingFailed {
        /// The call.
        call: CallId,
        /// Its name.
        recording: RecordingId,
    },
    /// The caller is told goodbye; after that we hang up.
    FarewellStarted {
        /// The call.
        call: CallId,
        /// What the outcome will be.
        outcome: EndOutcome,
    },
    /// It is decided that the call ends; what is left of it is cleared.
    CallEnding {
        /// The call.
        call: CallId,
        /// How it ends.
        outcome: EndOutcome,
        /// Who ended it.
        by: Party,
        /// Why.
        cause: Cause,
    },
    /// We asked a door to end a leg and wait for it to tell that it is over.
    LegReleasing {
        /// The call.
        call: CallId,
        /// Which leg.
        leg: LegId,
        /// Why.
        cause: Cause,
    },
    /// A leg is over.
    LegReleased {
        /// The call.
        call: CallId,
        /// Which leg.
        leg: LegId,
        /// Why.
        cause: Cause,
    },
    /// The caller and all that we did for the call are gone: its last fact but for wrap-up.
    CallEnded {
        /// The call.
        call: CallId,
        /// How it ended.
        outcome: EndOutcome,
        /// Who ended it.
        by: Party,
        /// Why.
        cause: Cause,
    },
    /// A kind a newer program wrote. Skipped.
    #[serde(other)]
    Unknown,
}
