//! Up to three voices side by side, 20 ms at a time; those of a larger company share the third track.

use heapless::Vec as Bounded;

use crate::level;

use super::{BLOCK, Channel, Engine, Event, FRAME, MAX_ALSO, RecordedBlock, Refusal, Sink};

/// What is quieter is no voice: speech of a far subscriber is 20 dB louder (ITU-T P.56: active level
/// −20 to −35 dBm0), the noise of a poor line 5 dB quieter (ITU-T G.123: −50 dBm0p).
const VOICE_DBM0: f32 = -45.0;
/// So many 20 ms of it in a row are one: a click of the line is none.
const VOICE_BLOCKS: u8 = 3;
/// Blocks of a second.
const BLOCKS_A_SECOND: u32 = 50;

/// How long a tone marks the beginning of a gap, in ms.
const GAP_TONE_MS: u16 = 200;
/// One period of it, 1 kHz at −20 dBm0 (ITU-T G.711: +3.14 dBm0 is 32 767).
const GAP_TONE: [i16; BLOCK] = [0, 1614, 2283, 1614, 0, -1614, -2283, -1614];

const NO_RECORDING: Refusal = "no such recording";
const RECORDING_EXISTS: Refusal = "the recording exists already";
const NO_ROOM: Refusal = "no room for another recording";

#[derive(Debug)]
pub(super) struct Recording {
    a: Channel,
    b: Option<Channel>,
    c: Option<Channel>,
    /// Heard on the third track too.
    also: Bounded<Channel, MAX_ALSO>,
    paused: bool,
    /// For how many ms the gap is still marked.
    marks_ms: u16,
    block: RecordedBlock,
    quiet: Quiet,
}

/// How long nothing was said.
#[derive(Debug, Default)]
struct Quiet {
    blocks: u32,
    /// Loud ones in a row.
    loud: u8,
}

impl Quiet {
    /// Takes 20 ms; a full second of silence, if it is one now.
    fn take(&mut self, said: &[i16; FRAME]) -> Option<u16> {
        let sum: f32 = said.iter().map(|sample| f32::from(*sample).powi(2)).sum();
        if level::dbm0(sum / FRAME as f32) > VOICE_DBM0 {
            self.loud = self.loud.saturating_add(1);
        } else {
            self.loud = 0;
        }
        if self.loud >= VOICE_BLOCKS {
            self.blocks = 0;
            return None;
        }
        self.blocks = self.blocks.saturating_add(1);
        let is_full = self.blocks.is_multiple_of(BLOCKS_A_SECOND);
        let seconds = u16::try_from(self.blocks / BLOCKS_A_SECOND).unwrap_or(u16::MAX);
        is_full.then_some(seconds)
    }
}

impl Recording {
    pub(super) fn new(recording: u64, a: Channel, b: Channel) -> Self {
        let block = RecordedBlock {
            recording,
            len: 0,
            a: [0; FRAME],
            b: [0; FRAME],
            c: None,
        };
        Self {
            a,
            b: Some(b),
            c: None,
            also: Bounded::new(),
            paused: false,
            marks_ms: 0,
            block,
            quiet: Quiet::default(),
        }
    }

    pub(super) fn id(&self) -> u64 {
        self.block.recording
    }

    /// From now on these are the second and the third voice, and those beside the third.
    fn retarget(&mut self, [b, c]: [Option<Channel>; 2], also: &Bounded<Channel, MAX_ALSO>) {
        (self.b, self.c) = (b, c);
        self.also.clone_from(also);
    }

    pub(super) fn pause(&mut self, paused: bool) {
        if paused && !self.paused {
            self.marks_ms = GAP_TONE_MS;
        }
        self.paused = paused;
    }

    /// The channel is gone. Whether that ends the recording: without its first voice it does, the
    /// others may have gone to make room for somebody else.
    pub(super) fn lose(&mut self, channel: Channel) -> bool {
        for voice in [&mut self.b, &mut self.c] {
            voice.take_if(|voice| *voice == channel);
        }
        self.also.retain(|voice| *voice != channel);
        self.a == channel
    }

    /// Takes what everybody says in this millisecond.
    pub(super) fn take(&mut self, says: &[[i16; BLOCK]], sink: &mut impl Sink) {
        let is_marked = self.paused && self.marks_ms > 0;
        self.marks_ms = self.marks_ms.saturating_sub(1);
        let said_by = |channel: Option<Channel>| {
            if is_marked && channel.is_some() {
                return GAP_TONE;
            }
            let audible = channel.filter(|_| !self.paused);
            let said = audible.and_then(|channel| says.get(channel.index()));
            said.copied().unwrap_or_default()
        };
        let (a, b, mut c) = (said_by(Some(self.a)), said_by(self.b), said_by(self.c));
        // One tone on it is enough.
        for channel in self.also.iter().filter(|_| !is_marked) {
            for (sum, said) in c.iter_mut().zip(said_by(Some(*channel))) {
                *sum = sum.saturating_add(said);
            }
        }
        let start = usize::from(self.block.len);
        let range = start..start + BLOCK;
        self.block.a[range.clone()].copy_from_slice(&a);
        self.block.b[range.clone()].copy_from_slice(&b);
        let has_third = self.c.is_some() || !self.also.is_empty();
        if has_third && self.block.c.is_none() {
            self.block.c = Some([0; FRAME]);
        }
        if let Some(third) = &mut self.block.c {
            third[range].copy_from_slice(&c);
        }
        self.block.len += BLOCK as u16;
        if usize::from(self.block.len) == FRAME {
            sink.recorded(&self.block);
            self.tell_silence(sink);
            self.block.len = 0;
            self.block.c = None;
        }
    }

    fn tell_silence(&mut self, sink: &mut impl Sink) {
        let is_alone = self.b.is_none() && self.c.is_none() && self.also.is_empty();
        if self.paused || !is_alone {
            self.quiet = Quiet::default();
        } else if let Some(seconds) = self.quiet.take(&self.block.a) {
            let recording = self.id();
            sink.event(Event::RecordingSilent { recording, seconds });
        }
    }

    pub(super) fn end(self, sink: &mut impl Sink) {
        if self.block.len > 0 {
            sink.recorded(&self.block);
        }
        sink.event(Event::RecordingEnded {
            recording: self.block.recording,
        });
    }
}

impl Engine {
    pub(super) fn record(
        &mut self,
        recording: u64,
        a: Channel,
        b: Channel,
    ) -> (Channel, Result<(), Refusal>) {
        for channel in [a, b] {
            if let Err(why) = self.require_in_use(channel) {
                return (channel, Err(why));
            }
        }
        if self
            .recordings
            .iter()
            .flatten()
            .any(|known| known.id() == recording)
        {
            return (a, Err(RECORDING_EXISTS));
        }
        let Some(slot) = self.recordings.iter_mut().find(|slot| slot.is_none()) else {
            return (a, Err(NO_ROOM));
        };
        *slot = Some(Recording::new(recording, a, b));
        (a, Ok(()))
    }

    pub(super) fn retarget_recording(
        &mut self,
        recording: u64,
        channels: [Option<Channel>; 2],
        also: &Bounded<Channel, MAX_ALSO>,
        sink: &mut impl Sink,
    ) -> Result<(), Refusal> {
        let mut usable = |channel: Channel| {
            let usable = self.require_in_use(channel);
            let refused = |why| sink.event(Event::CommandRefused { channel, why });
            usable.map_err(refused).ok().map(|()| channel)
        };
        let voices = channels.map(|channel| channel.and_then(&mut usable));
        let also = also.iter().filter_map(|channel| usable(*channel)).collect();
        self.recording(recording)?
            .iter_mut()
            .for_each(|known| known.retarget(voices, &also));
        Ok(())
    }

    pub(super) fn pause_recording(&mut self, recording: u64, paused: bool) -> Result<(), Refusal> {
        self.recording(recording)?
            .iter_mut()
            .for_each(|known| known.pause(paused));
        Ok(())
    }

    pub(super) fn stop_recording(&mut self, recording: u64, sink: &mut impl Sink) {
        // It may have ended with its first party: whoever asks cannot know yet.
        if let Some(recording) = self.recording(recording).ok().and_then(Option::take) {
            recording.end(sink);
        }
    }

    /// The place of a recording, which is taken.
    fn recording(&mut self, recording: u64) -> Result<&mut Option<Recording>, Refusal> {
        let is_it = |slot: &&mut Option<Recording>| {
            slot.as_ref().is_some_and(|known| known.id() == recording)
        };
        self.recordings.iter_mut().find(is_it).ok_or(NO_RECORDING)
    }
}
