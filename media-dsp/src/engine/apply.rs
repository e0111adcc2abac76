//! What each command does.

use super::playback::Playback;
use super::{Channel, Command, Engine, Event, Refusal, Sink, VoiceSettings};

impl Engine {
    /// Takes a command; it is heard from the next tick on. What cannot be done is told as
    /// [`Event::CommandRefused`] and changes nothing.
    pub fn apply(&mut self, command: Command, sink: &mut impl Sink) {
        let (channel, done) = match command {
            Command::Hear { channel, from } => (channel, self.hear(channel, &from, sink)),
            Command::Play {
                channel,
                playback,
                clips,
                repeat,
                over,
            } => {
                let playback = Playback::new(playback, clips, repeat, over);
                (channel, self.play(channel, playback, sink))
            }
            Command::StopPlayback { channel } => {
                let ear = self.ear(channel);
                (
                    channel,
                    ear.map(|(ear, retired)| ear.stop_playback(retired, sink)),
                )
            }
            Command::SetGain { channel, gain_db } => {
                let usable = self.require_in_use(channel);
                let ear = usable.and_then(|()| self.ear(channel));
                (channel, ear.map(|(ear, _)| ear.set_gain_db(gain_db)))
            }
            Command::OpenStream {
                channel,
                law,
                event_payload_type,
            } => (
                channel,
                self.open_stream(channel, law, event_payload_type, sink),
            ),
            Command::PauseStream { channel, paused } => (
                channel,
                self.stream(channel).map(|stream| stream.pause(paused)),
            ),
            Command::CloseStream { channel } => (channel, self.close_stream(channel, sink)),
            Command::Record { .. }
            | Command::RetargetRecording { .. }
            | Command::PauseRecording { .. }
            | Command::StopRecording { .. } => self.apply_to_recording(command, sink),
            Command::LineInUse { channel, in_use } => {
                (channel, self.line_in_use(channel, in_use, sink))
            }
            Command::ReceiveCallerId { channel, on } => (
                channel,
                self.line(channel).map(|line| line.receive_caller_id(on)),
            ),
            Command::ListenForProgress { channel, on } => (
                channel,
                self.line(channel).map(|line| line.listen_for_progress(on)),
            ),
            Command::SetVoice { channel, voice } => (channel, self.set_voice(channel, voice)),
            Command::CancelEcho { channel, on } => {
                (channel, self.line(channel).map(|line| line.cancel_echo(on)))
            }
            Command::MeasureLine { channel, on } => {
                (channel, self.line(channel).map(|line| line.measure(on)))
            }
        };
        if let Err(why) = done {
            sink.event(Event::CommandRefused { channel, why });
        }
    }

    fn apply_to_recording(
        &mut self,
        command: Command,
        sink: &mut impl Sink,
    ) -> (Channel, Result<(), Refusal>) {
        match command {
            Command::Record { recording, a, b } => self.record(recording, a, b),
            Command::RetargetRecording {
                recording,
                b,
                c,
                also,
            } => (
                Channel::NONE,
                self.retarget_recording(recording, [b, c], &also, sink),
            ),
            Command::PauseRecording { recording, paused } => {
                (Channel::NONE, self.pause_recording(recording, paused))
            }
            Command::StopRecording { recording } => {
                self.stop_recording(recording, sink);
                (Channel::NONE, Ok(()))
            }
            _ => (Channel::NONE, Ok(())),
        }
    }

    fn set_voice(&mut self, channel: Channel, voice: VoiceSettings) -> Result<(), Refusal> {
        match self.line(channel) {
            Ok(line) => line.set_voice(voice),
            Err(_) => self.stream(channel)?.set_voice(voice),
        }
        Ok(())
    }

    fn play(
        &mut self,
        channel: Channel,
        playback: Playback,
        sink: &mut impl Sink,
    ) -> Result<(), Refusal> {
        if let Err(why) = self.require_in_use(channel) {
            self.retired.add(playback.into_clips(), sink);
            return Err(why);
        }
        let ear = &mut self.ears[channel.index()];
        ear.play(playback, &mut self.retired, sink);
        Ok(())
    }
}
