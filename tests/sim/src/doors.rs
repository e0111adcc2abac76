//! The doors as the core sees them: which legs are open, what each hears, which are to end. They
//! decide nothing and tell nothing by themselves; steps do.

use std::collections::BTreeMap;

use hotline_call::{Cause, Command, Device, LegId, LegIds, LineId, PhoneId};
use hotline_services::{Action, PlaybackId, RecordingId};

use crate::step::Who;

/// One leg that the doors have not told to be over.
#[derive(Clone, Debug)]
struct Leg {
    who: Who,
    hears: Option<Heard>,
    /// The core asked to end it with this cause.
    ending: Option<Cause>,
}

/// What a leg hears.
#[derive(Clone, Copy, Debug)]
struct Heard {
    playback: PlaybackId,
    repeat: bool,
}

/// What the core asked of a door that somebody may react to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// A phone is rung.
    Ring { phone: PhoneId, leg: LegId },
    /// Somebody outside is called.
    Dial { line: LineId, leg: LegId },
    /// A leg is to end.
    Release { who: Who, leg: LegId },
    /// A leg hears something that will end.
    Play { who: Who, leg: LegId },
}

#[derive(Clone, Debug)]
pub(crate) struct Doors {
    legs: BTreeMap<LegId, Leg>,
    at: BTreeMap<Who, Vec<LegId>>,
    /// The last leg that was over, for doors that tell it twice.
    past: BTreeMap<Who, (LegId, Cause)>,
    past_caller: Option<(u32, LegId, Cause)>,
    recordings: BTreeMap<LegId, RecordingId>,
    /// Callers by line. A line can have one; two are told of now and then all the same.
    lines: BTreeMap<LineId, Vec<u32>>,
    ids: LegIds,
}

impl Doors {
    /// No legs; new ones are numbered after `last`.
    pub(crate) fn new(last: LegId) -> Self {
        Self {
            legs: BTreeMap::new(),
            at: BTreeMap::new(),
            past: BTreeMap::new(),
            past_caller: None,
            recordings: BTreeMap::new(),
            lines: BTreeMap::new(),
            ids: LegIds::for_doors(last.0),
        }
    }

    /// Somebody calls on a line.
    pub(crate) fn begin(&mut self, caller: u32, line: LineId) -> LegId {
        let leg = self.ids.take();
        self.lines.entry(line).or_default().push(caller);
        self.open(leg, Who::Caller(caller));
        leg
    }

    /// A phone of ours dials.
    pub(crate) fn dials(&mut self, phone: PhoneId) -> LegId {
        let leg = self.ids.take();
        self.open(leg, Who::Phone(phone));
        leg
    }

    /// Who is on a line.
    pub(crate) fn callers_on(&self, line: LineId) -> &[u32] {
        self.lines.get(&line).map_or(&[], Vec::as_slice)
    }

    fn open(&mut self, leg: LegId, who: Who) {
        let new = Leg {
            who,
            hears: None,
            ending: None,
        };
        self.legs.insert(leg, new);
        self.at.entry(who).or_default().push(leg);
    }

    /// Carries out what the core asks.
    pub(crate) fn carry_out(&mut self, action: &Action) -> Option<Asked> {
        match *action {
            Action::Door(Command::Ring {
                leg,
                device: Device::Phone(phone),
                ..
            }) => {
                self.open(leg, Who::Phone(phone));
                Some(Asked::Ring { phone, leg })
            }
            Action::Door(Command::Dial {
                leg,
                device: Device::Line(line),
                ..
            }) => {
                self.open(leg, Who::Outside(line));
                Some(Asked::Dial { line, leg })
            }
            Action::Door(Command::Release { leg, cause }) => {
                let open = self.legs.get_mut(&leg)?;
                open.ending = Some(cause);
                Some(Asked::Release { who: open.who, leg })
            }
            Action::Play {
                leg,
                playback,
                repeat,
                ..
            } => {
                let open = self.legs.get_mut(&leg)?;
                open.hears = Some(Heard { playback, repeat });
                let who = open.who;
                (!repeat).then_some(Asked::Play { who, leg })
            }
            Action::StopPlayback { leg } => {
                self.legs.get_mut(&leg)?.hears = None;
                None
            }
            Action::StartRecording {
                recording,
                customer,
                ..
            } => {
                self.recordings.insert(customer, recording);
                None
            }
            _ => None,
        }
    }

    /// Whether the leg is open.
    pub(crate) fn is_open(&self, leg: LegId) -> bool {
        self.legs.contains_key(&leg)
    }

    /// Whether the core has asked to end the leg.
    pub(crate) fn is_to_end(&self, leg: LegId) -> bool {
        self.legs
            .get(&leg)
            .is_some_and(|open| open.ending.is_some())
    }

    /// Who is at the leg.
    pub(crate) fn who(&self, leg: LegId) -> Option<Who> {
        self.legs.get(&leg).map(|open| open.who)
    }

    /// The newest open leg there.
    pub(crate) fn newest(&self, who: Who) -> Option<LegId> {
        self.at.get(&who)?.last().copied()
    }

    /// The oldest leg there that is to end; if none is, the last one that was over.
    pub(crate) fn ending(&self, who: Who) -> Option<(LegId, Cause)> {
        let open = self.at.get(&who).into_iter().flatten();
        let mut ending = open.filter_map(|leg| Some((*leg, self.legs.get(leg)?.ending?)));
        ending.next().or_else(|| match who {
            Who::Phone(_) | Who::Outside(_) => self.past.get(&who).copied(),
            Who::Caller(n) => {
                let (caller, leg, cause) = self.past_caller?;
                (caller == n).then_some((leg, cause))
            }
        })
    }

    /// What the newest leg there hears, if it will end.
    pub(crate) fn hears(&self, who: Who) -> Option<PlaybackId> {
        let heard = self.legs.get(&self.newest(who)?)?.hears?;
        (!heard.repeat).then_some(heard.playback)
    }

    /// What was heard there has ended.
    pub(crate) fn heard_out(&mut self, who: Who) {
        if let Some(leg) = self.newest(who).and_then(|leg| self.legs.get_mut(&leg)) {
            leg.hears = None;
        }
    }

    /// The recording of this caller's talk, also one that has ended.
    pub(crate) fn recording(&self, caller: u32) -> Option<RecordingId> {
        let leg = self.newest(Who::Caller(caller))?;
        self.recordings.get(&leg).copied()
    }

    /// A leg is over.
    pub(crate) fn end(&mut self, leg: LegId, cause: Cause) {
        self.recordings.remove(&leg);
        let Some(Leg { who, .. }) = self.legs.remove(&leg) else {
            return;
        };
        match who {
            Who::Phone(_) | Who::Outside(_) => {
                self.past.insert(who, (leg, cause));
            }
            Who::Caller(n) => {
                self.past_caller = Some((n, leg, cause));
                self.lines.retain(|_, callers| {
                    callers.retain(|caller| *caller != n);
                    !callers.is_empty()
                });
            }
        }
        if let Some(there) = self.at.get_mut(&who) {
            there.retain(|other| *other != leg);
            if there.is_empty() {
                self.at.remove(&who);
            }
        }
    }

    /// Whoever has an open leg.
    pub(crate) fn everybody(&self) -> Vec<Who> {
        self.at.keys().copied().collect()
    }
}
