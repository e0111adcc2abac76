//! Carries out what the centre has decided: for a line, a phone, the engine, the recorder.

use hotline_call::{
    CallerId, Cause, Command, Device, Event as DoorEvent, Heard, LegId, LineId, Moment, Number,
};
use hotline_dsp::engine::{Clip, Command as MediaCommand, MAX_ALSO, MAX_SOURCES, Source};
use hotline_services::{Action, Event, Outcome, PlaybackId, RecordingId, Say};
use std::sync::Arc;

use super::dials::Dial;
use super::legs::Ends;
use super::task::{Task, named};
use crate::lines::{FxoPort, PortDoors};

impl Task {
    pub(super) fn carry_out(&mut self, at: Moment, outcome: Outcome) {
        if !outcome.facts.is_empty() {
            for fact in &outcome.facts {
                // Nobody may be listening.
                let _ = self.w.told.send(Arc::new(fact.clone()));
            }
            self.told_seq = outcome.facts.last().map_or(self.told_seq, |fact| fact.seq);
            let is_dial = |action: &Action| matches!(action, Action::Door(Command::Dial { .. }));
            if outcome.actions.iter().any(is_dial) {
                self.w.store.append_at_once(outcome.facts);
            } else {
                self.w.store.append(outcome.facts);
            }
        }
        for action in outcome.actions {
            match action {
                Action::Door(command) => self.door_command(at, command),
                Action::Play {
                    leg,
                    playback,
                    say,
                    repeat,
                    over,
                } => {
                    self.play(leg, playback.0, &say, (repeat, over));
                }
                Action::CheckPin { leg, agent, pin } => self.check_pin(leg, agent, &pin),
                Action::KeepSound { spoken, recording } => self.keep_sound(spoken, recording),
                Action::StopPlayback { leg } => {
                    self.loading.remove(&leg);
                    if let Some(channel) = self.legs.channel(leg) {
                        self.w.engine.send(MediaCommand::StopPlayback { channel });
                    }
                }
                Action::StartRecording { .. }
                | Action::RetargetRecording { .. }
                | Action::PauseRecording { .. }
                | Action::ResumeRecording { .. }
                | Action::StopRecording { .. } => self.record(at, action),
            }
        }
    }

    /// What is to be done about a recording.
    fn record(&mut self, at: Moment, action: Action) {
        let pause = |recording: RecordingId, paused| MediaCommand::PauseRecording {
            recording: recording.0,
            paused,
        };
        let command = match action {
            Action::StartRecording {
                recording,
                call,
                customer,
                agent,
            } => {
                let channel = |leg| self.legs.channel(leg);
                let other = agent.map_or(Some(None), |leg| channel(leg).map(Some));
                let (Some(a), Some(other)) = (channel(customer), other) else {
                    return;
                };
                let b = other.unwrap_or(a);
                if !self.w.recorder.begin(recording, call, at) {
                    let failed = Event::RecordingFailed(recording);
                    return self.pending.push_back((at, failed));
                }
                let recording = recording.0;
                self.w.engine.send(MediaCommand::Record { recording, a, b });
                if other.is_some() {
                    return;
                }
                // One voice alone.
                MediaCommand::RetargetRecording {
                    recording,
                    b: None,
                    c: None,
                    also: heapless::Vec::new(),
                }
            }
            Action::RetargetRecording {
                recording,
                agent,
                supervisor,
                also,
            } => MediaCommand::RetargetRecording {
                recording: recording.0,
                b: agent.and_then(|leg| self.legs.channel(leg)),
                c: supervisor.and_then(|leg| self.legs.channel(leg)),
                also: also
                    .into_iter()
                    .filter_map(|leg| self.legs.channel(leg))
                    .take(MAX_ALSO)
                    .collect(),
            },
            Action::PauseRecording { recording } => pause(recording, true),
            Action::ResumeRecording { recording } => pause(recording, false),
            Action::StopRecording { recording } => MediaCommand::StopRecording {
                recording: recording.0,
            },
            _ => return,
        };
        self.w.engine.send(command);
    }

    fn door_command(&mut self, at: Moment, command: Command) {
        match command {
            Command::Answer { leg } => match self.legs.ends(leg) {
                Some(Ends::Line(line)) => {
                    self.with_port_later(line, |port, doors| port.answer(at, doors), at);
                }
                Some(Ends::Phone) => {
                    self.legs.expect_speech(leg, Some(at));
                    self.w.phones.answer(leg);
                }
                None => tracing::debug!(%leg, "to be answered, but is over already"),
            },
            Command::Ring {
                leg,
                device,
                caller,
            } => self.ring(at, leg, device, caller),
            Command::Release { leg, cause } if self.dials.forget(leg) => {
                self.legs.remove(leg);
                let released = DoorEvent::Released { leg, cause };
                self.pending.push_back((at, Event::Door(released)));
            }
            Command::Release { leg, cause } => match self.legs.ends(leg) {
                Some(Ends::Line(line)) => {
                    self.with_port_later(line, |port, doors| port.release(at, cause, doors), at);
                }
                Some(Ends::Phone) => self.w.phones.release(leg, cause),
                None => tracing::debug!(%leg, "to be released, but is over already"),
            },
            Command::RefuseTransfer { leg } => self.w.phones.refuse_transfer(leg),
            Command::Dial {
                leg,
                device,
                number,
                ..
            } => self.dial_later(at, leg, device, number),
            Command::Hear { leg, from } => self.hear(leg, &from),
        }
    }

    /// As `with_port`, but what the port tells waits for its turn: the centre is in the middle of
    /// its actions.
    fn with_port_later(
        &mut self,
        line: LineId,
        act: impl FnOnce(&mut FxoPort, PortDoors<'_>) -> Vec<DoorEvent>,
        at: Moment,
    ) {
        let Some(port) = self.ports.get_mut(usize::from(line.0)) else {
            return;
        };
        let told = act(
            port,
            PortDoors {
                hooks: &mut self.w.hooks,
                engine: &self.w.engine,
                legs: &mut named(&self.door_legs),
            },
        );
        for event in told {
            if let DoorEvent::Released { leg, .. } = &event {
                self.legs.remove(*leg);
            }
            self.pending.push_back((at, Event::Door(event)));
        }
    }

    fn ring(&mut self, at: Moment, leg: LegId, device: Device, caller: CallerId) {
        let Device::Phone(phone) = device else {
            tracing::error!(%leg, %device, "a line is dialled, not rung");
            return self.cannot_ring(at, leg);
        };
        match self.w.net.allocate() {
            Some(slot) => {
                self.legs.add(leg, slot.channel, Ends::Phone);
                self.w.phones.ring(leg, phone, caller, slot);
            }
            None => {
                tracing::error!(%leg, "no stream or RTP port is free; see [rtp] in the configuration");
                self.cannot_ring(at, leg);
            }
        }
    }

    /// Dials once the fact that tells of it is on the disk.
    fn dial_later(&mut self, at: Moment, leg: LegId, device: Device, number: Number) {
        let line = match device {
            Device::Line(line) if usize::from(line.0) < self.ports.len() => line,
            _ => {
                tracing::error!(%leg, %device, "there is no such line to dial on");
                return self.cannot_ring(at, leg);
            }
        };
        let dial = Dial { leg, line, number };
        if self.ports[usize::from(line.0)].leg().is_some() {
            return self.dial(at, &dial);
        }
        let channel = hotline_dsp::engine::Channel(line.0);
        self.legs.add(leg, channel, Ends::Line(line));
        self.dials.wait(self.told_seq, at, dial);
    }

    /// Dials what has waited for the disk.
    pub(super) fn dial_what_is_due(&mut self, now: Moment) {
        if self.dials.is_empty() {
            return;
        }
        let committed = *self.w.store.committed().borrow();
        while let Some((dial, is_kept)) = self.dials.due(now, committed) {
            if !is_kept {
                tracing::warn!(leg = %dial.leg, "dialled before the disk has kept it, which is slow");
            }
            self.dial(now, &dial);
            self.drain();
        }
    }

    fn dial(&mut self, at: Moment, dial: &Dial) {
        let (leg, line) = (dial.leg, dial.line);
        // A line that is in use gives the leg back, and keeps the one that it has.
        let in_use = self.ports[usize::from(line.0)].leg();
        let channel = hotline_dsp::engine::Channel(line.0);
        self.legs.add(leg, channel, Ends::Line(line));
        self.with_port_later(
            line,
            |port, doors| port.dial(at, leg, &dial.number, doors),
            at,
        );
        if let Some(other) = in_use {
            self.legs.add(other, channel, Ends::Line(line));
        }
    }

    fn cannot_ring(&mut self, at: Moment, leg: LegId) {
        let released = DoorEvent::Released {
            leg,
            cause: Cause::NO_CIRCUIT,
        };
        self.pending.push_back((at, Event::Door(released)));
    }

    /// Lets a leg hear others; those without a channel are not there to be heard.
    fn hear(&self, leg: LegId, from: &[Heard]) {
        let Some(channel) = self.legs.channel(leg) else {
            return;
        };
        if !from.is_empty() {
            self.w.phones.early(leg);
        }
        let source = |heard: &Heard| {
            self.legs.channel(heard.leg).map(|channel| Source {
                channel,
                gain_db: heard.gain_db,
            })
        };
        if from.len() > MAX_SOURCES {
            tracing::error!(%leg, others = from.len(), "more are to be heard at once than can be");
        }
        let from = from.iter().filter_map(source).take(MAX_SOURCES).collect();
        self.w.engine.send(MediaCommand::Hear { channel, from });
    }

    fn play(&mut self, leg: LegId, playback: u64, say: &[Say], (repeat, over): (bool, bool)) {
        if self.plays_later(leg, playback, say) {
            return;
        }
        let clip = |say: &Say| {
            let clip = self.w.prompts.clip(say);
            if clip.is_none() {
                tracing::error!(%leg, ?say, "no sound has been made for this; not heard");
            }
            clip
        };
        let clips = say.iter().filter_map(clip).collect();
        self.send_playback(leg, playback, clips, (repeat, over));
    }

    /// Lets a leg hear these sounds, if it is still there.
    pub(super) fn send_playback(
        &mut self,
        leg: LegId,
        playback: u64,
        sounds: Vec<Clip>,
        (repeat, over): (bool, bool),
    ) {
        let Some(channel) = self.legs.channel(leg) else {
            return;
        };
        let mut clips = heapless::Vec::new();
        for sound in sounds {
            if clips.push(sound).is_err() {
                tracing::error!(%leg, "a playback has more parts than fit; the rest is not heard");
                break;
            }
        }
        self.w.phones.early(leg);
        if clips.is_empty() && !repeat {
            let ended = Event::PlaybackEnded(PlaybackId(playback));
            let at = self.w.clock.now();
            self.pending.push_back((at, ended));
            return;
        }
        self.w.engine.send(MediaCommand::Play {
            channel,
            playback,
            clips,
            repeat,
            over,
        });
    }
}
