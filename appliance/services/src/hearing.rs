//! Who hears whom, and whose voice is recorded: functions of where a call stands, told to the
//! engine whenever they change.

use std::collections::BTreeMap;

use hotline_call::{CallId, Command, Heard, LegId};

use crate::stage::{Call, Stage};
use crate::state::State;
use crate::talk::{Room, Tracks};
use crate::{Action, Fact, Outcome, PlaybackId, RecordingId, Say, SuperviseMode};

/// What a leg hears.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Ear {
    from: Vec<Heard>,
    /// Nobody is there: music.
    music: bool,
}

/// What each leg of a call hears, and what is recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Hearing {
    ears: BTreeMap<LegId, Ear>,
    recording: Option<(RecordingId, Tracks)>,
}

impl State {
    /// What each leg hears that is not over.
    fn hearing(&self, id: CallId) -> Hearing {
        let call = self.calls.get(&id);
        let ear = |leg| (leg, call.map_or_else(Ear::default, |call| call.ear(leg)));
        let recording = call.and_then(|call| call.recording.zip(call.talk()));
        Hearing {
            ears: self.legs_of(id).map(ear).collect(),
            recording: recording.map(|(recording, talk)| (recording, talk.tracks())),
        }
    }

    /// Whether anybody may hear anybody in the call; else nothing is to be compared, which is so
    /// for all who wait.
    fn is_heard(&self, id: CallId) -> bool {
        let stage = self.calls.get(&id).map(|call| &call.stage);
        matches!(stage, Some(Stage::Talking(_) | Stage::Outside(_)))
    }

    /// The same of all calls these facts are about.
    pub(crate) fn hearing_of(&self, facts: &[Fact]) -> BTreeMap<CallId, Hearing> {
        let mut heard = BTreeMap::new();
        for id in facts.iter().filter_map(|fact| fact.what.call()) {
            heard.entry(id).or_insert_with(|| {
                if self.is_heard(id) {
                    self.hearing(id)
                } else {
                    Hearing::default()
                }
            });
        }
        heard
    }

    /// Tells the engine what has changed since it was like that.
    pub(crate) fn tell_hearing(&self, before: &BTreeMap<CallId, Hearing>, outcome: &mut Outcome) {
        for (id, before) in before {
            if *before == Hearing::default() && !self.is_heard(*id) {
                continue;
            }
            let now = self.hearing(*id);
            for (leg, ear) in now.ears {
                let heard = before.ears.get(&leg).cloned().unwrap_or_default();
                if ear.from != heard.from {
                    let from = ear.from;
                    outcome
                        .actions
                        .push(Action::Door(Command::Hear { leg, from }));
                }
                // Whatever is played outside a conversation is played by those who know why.
                let talks = self.calls.get(id).is_some_and(|call| call.talk().is_some());
                if ear.music != heard.music && talks {
                    outcome.actions.push(self.music(leg, ear.music));
                }
            }
            if let Some((recording, tracks)) = now.recording {
                let told = match &before.recording {
                    Some((id, told)) if *id == recording => told.clone(),
                    // It has just begun, with the agent who came.
                    _ => Tracks {
                        first: tracks.first,
                        ..Tracks::default()
                    },
                };
                if told != tracks {
                    outcome.actions.push(Action::RetargetRecording {
                        recording,
                        agent: tracks.first,
                        supervisor: tracks.third,
                        also: tracks.also,
                    });
                }
            }
        }
    }

    /// Music begins or ends. It never ends by itself, so nobody is told of its end.
    fn music(&self, leg: LegId, begins: bool) -> Action {
        if begins {
            Action::Play {
                leg,
                playback: PlaybackId(self.seq),
                say: vec![Say::Music],
                repeat: true,
                over: false,
            }
        } else {
            Action::StopPlayback { leg }
        }
    }
}

impl Call {
    /// What a leg of the call hears: everybody who is in the same room and not on hold, or music;
    /// and a supervisor who speaks. A leg that rings, or is being released, hears nothing.
    fn ear(&self, leg: LegId) -> Ear {
        let talk = match &self.stage {
            Stage::Talking(talk) => talk,
            // Ringing tone, and whatever the network says.
            Stage::Outside(outside) if outside.leg == leg && outside.rings => {
                let from = vec![Heard::unchanged(self.leg)];
                return Ear { from, music: false };
            }
            _ => return Ear::default(),
        };
        let customer = (self.leg, Room::Main);
        let present = talk.seats.iter().filter(|seat| !seat.is_held);
        let present = present.map(|seat| (seat.leg, seat.room));
        let present: Vec<_> = std::iter::once(customer).chain(present).collect();
        let room_of = |leg: LegId| present.iter().find(|(other, _)| *other == leg);
        let company_of = |leg: LegId| {
            let room = room_of(leg).map(|(_, room)| *room);
            let others = present
                .iter()
                .filter(move |(other, at)| *other != leg && Some(*at) == room);
            others.map(|(other, _)| *other)
        };
        let there = talk.supervision.as_ref().filter(|s| s.rings.is_none());
        let over = there.and_then(|s| Some((s, talk.seat(s.over)?.leg)));
        let mut from: Vec<LegId> = company_of(leg).collect();
        match over {
            // What the agent hears, and the agent.
            Some((there, over)) if there.leg == leg => {
                from = std::iter::once(over).chain(company_of(over)).collect();
            }
            Some((there, over)) if over == leg && there.speaks() => from.push(there.leg),
            Some((there, over)) if there.mode == SuperviseMode::Barge && from.contains(&over) => {
                from.push(there.leg);
            }
            _ => {}
        }
        // Who waits for a phone to answer does not hear music as if put on hold.
        let is_alone = room_of(leg).is_some_and(|(_, room)| {
            from.is_empty() && !(*room == Room::Aside && talk.ringing.is_some())
        });
        Ear {
            from: from.into_iter().map(Heard::unchanged).collect(),
            music: is_alone,
        }
    }
}
