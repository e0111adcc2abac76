//! What a fact is about.

use hotline_call::CallId;

use super::{
    AcceptAsked, AtPhone, CallDialled, CallNoted, CallParked, CallRefused, CallRouted,
    CallScreened, CallbackStep, DedicatedSought, ForceReleased, HelpAcknowledged, MailboxEntered,
    NextLine, OriginKnown, OtherAsked, Overflowed, PartiesTurned, PersonPassed, PersonRung,
    PersonSought, QueueLeft, RecordingPaused, SoundKept, SupervisionMoved, SupervisionRung,
    TakenOver, TransferAwaited, VoicemailLeft, WaitAnnounced, What, WrapupExtended,
};
use crate::AgentId;

impl What {
    /// The call it is about, if it is about one.
    #[must_use]
    #[allow(
        clippy::too_many_lines,
        reason = "one line for each kind: a new one cannot be forgotten"
    )]
    pub const fn call(&self) -> Option<CallId> {
        match *self {
            Self::Started { .. }
            | Self::Configured { .. }
            | Self::ListsChanged { .. }
            | Self::ScheduleSet(_)
            | Self::Acted(_)
            | Self::StorageChanged { .. }
            | Self::DeviceInService { .. }
            | Self::DeviceOutOfService { .. }
            | Self::AgentSignedIn { .. }
            | Self::AgentSignedOut { .. }
            | Self::AgentReady { .. }
            | Self::AgentNotReady { .. }
            | Self::AgentStatePending { .. }
            | Self::AgentDeviceDown { .. }
            | Self::AgentDeviceUp { .. }
            | Self::AgentRested { .. }
            | Self::StateForced(_)
            | Self::Desk(_)
            | Self::DialRefused(_)
            | Self::VoicemailMarked(_)
            | Self::CodeRefused(_)
            | Self::Unknown => None,
            Self::Callback(ref step) => step.call(),
            Self::HelpAcknowledged(HelpAcknowledged { call, .. }) => call,
            Self::WrapupStarted { call, .. }
            | Self::WrapupEnded { call, .. }
            | Self::CallOffered { call, .. }
            | Self::CallDialled(CallDialled { call, .. })
            | Self::CallAlerting { call }
            | Self::NextLine(NextLine { call, .. })
            | Self::OriginKnown(OriginKnown { call, .. })
            | Self::CallScreened(CallScreened { call, .. })
            | Self::CallRouted(CallRouted { call, .. })
            | Self::CallerRecognised { call, .. }
            | Self::CallTagged { call, .. }
            | Self::CallRefused(CallRefused { call, .. })
            | Self::CallAnswered { call }
            | Self::MenuEntered { call, .. }
            | Self::MenuAwaitsInput { call }
            | Self::DigitPressed { call, .. }
            | Self::MenuInvalid { call, .. }
            | Self::MenuNoInput { call }
            | Self::Queued { call, .. }
            | Self::DedicatedSought(DedicatedSought { call, .. })
            | Self::DedicatedGivenUp { call }
            | Self::DemandRelaxed { call, .. }
            | Self::RingWidened { call }
            | Self::WaitAnnounced(WaitAnnounced { call, .. })
            | Self::PersonSought(PersonSought { call, .. })
            | Self::PersonPassed(PersonPassed { call, .. })
            | Self::PersonRung(PersonRung { call, .. })
            | Self::AcceptAsked(AcceptAsked { call, .. })
            | Self::Overflowed(Overflowed { call, .. })
            | Self::QueueLeft(QueueLeft { call, .. })
            | Self::WrapupExtended(WrapupExtended { call, .. })
            | Self::CallNoted(CallNoted { call, .. })
            | Self::MusicStarted { call }
            | Self::AgentOffered { call, .. }
            | Self::PickedUp { call, .. }
            | Self::OfferAnswered { call, .. }
            | Self::OfferEnded { call, .. }
            | Self::Connected { call, .. }
            | Self::Disconnected { call, .. }
            | Self::PartyRung { call, .. }
            | Self::OtherAsked(OtherAsked { call, .. })
            | Self::ConsultBegan { call, .. }
            | Self::ConsultEnded { call, .. }
            | Self::Swapped { call, .. }
            | Self::PartiesTurned(PartiesTurned { call, .. })
            | Self::Transferred { call, .. }
            | Self::TransferAwaited(TransferAwaited { call, .. })
            | Self::TransferFailed { call, .. }
            | Self::AgentDoing { call, .. }
            | Self::SupervisionRung(SupervisionRung { call, .. })
            | Self::KeyPressed { call, .. }
            | Self::SupervisionBegan { call, .. }
            | Self::SupervisionChanged { call, .. }
            | Self::SupervisionEnded { call, .. }
            | Self::SupervisionMoved(SupervisionMoved { call, .. })
            | Self::TakenOver(TakenOver { call, .. })
            | Self::ForceReleased(ForceReleased { call, .. })
            | Self::Held { call, .. }
            | Self::Retrieved { call, .. }
            | Self::RecordingStarted { call, .. }
            | Self::RecordingPaused(RecordingPaused { call, .. })
            | Self::MailboxEntered(MailboxEntered { call, .. })
            | Self::AtPhone(AtPhone { call, .. })
            | Self::SoundKept(SoundKept { call, .. })
            | Self::CallParked(CallParked { call, .. })
            | Self::VoicemailLeft(VoicemailLeft { call, .. })
            | Self::RecordingResumed { call, .. }
            | Self::RecordingStopped { call, .. }
            | Self::RecordingFailed { call, .. }
            | Self::FarewellStarted { call, .. }
            | Self::CallEnding { call, .. }
            | Self::LegReleasing { call, .. }
            | Self::LegReleased { call, .. }
            | Self::CallEnded { call, .. } => Some(call),
        }
    }

    /// The agent it is about, if it is about one.
    #[must_use]
    pub const fn agent(&self) -> Option<AgentId> {
        let agent = match *self {
            Self::CallOffered { by, .. } => by,
            Self::Desk(ref step) => Some(step.agent()),
            Self::CallDialled(CallDialled { agent, .. })
            | Self::Callback(CallbackStep::Dialled { agent, .. })
            | Self::AgentSignedIn { agent }
            | Self::AgentSignedOut { agent }
            | Self::AgentReady { agent }
            | Self::AgentNotReady { agent, .. }
            | Self::AgentStatePending { agent, .. }
            | Self::AgentDeviceDown { agent }
            | Self::AgentDeviceUp { agent }
            | Self::AgentRested { agent }
            | Self::WrapupStarted { agent, .. }
            | Self::WrapupEnded { agent, .. }
            | Self::WrapupExtended(WrapupExtended { agent, .. })
            | Self::CallNoted(CallNoted { agent, .. })
            | Self::AgentOffered { agent, .. }
            | Self::PickedUp { agent, .. }
            | Self::OfferAnswered { agent, .. }
            | Self::OfferEnded { agent, .. }
            | Self::PartyRung { agent, .. }
            | Self::PersonRung(PersonRung { agent, .. })
            | Self::ConsultBegan { agent, .. }
            | Self::ConsultEnded { agent, .. }
            | Self::AgentDoing { agent, .. }
            | Self::Connected { agent, .. }
            | Self::Disconnected { agent, .. } => Some(agent),
            _ => None,
        };
        match agent {
            Some(AgentId::NOBODY) => None,
            agent => agent,
        }
    }
}
