//! Clips into an ear, and back to whoever frees them.

use heapless::Vec as Bounded;

use super::{BLOCK, Clip, MAX_CLIPS, Sink};

/// A list of clips on its way into an ear.
#[derive(Debug)]
pub(super) struct Playback {
    pub(super) id: u64,
    clips: Bounded<Clip, MAX_CLIPS>,
    repeat: bool,
    /// Heard beside the sources, not in their place.
    over: bool,
    clip: usize,
    offset: usize,
}

impl Playback {
    pub(super) fn new(id: u64, clips: Bounded<Clip, MAX_CLIPS>, repeat: bool, over: bool) -> Self {
        // Repeating nothing would never end.
        let repeat = repeat && clips.iter().any(|clip| !clip.is_empty());
        Self {
            id,
            clips,
            repeat,
            over,
            clip: 0,
            offset: 0,
        }
    }

    /// Takes the next of the clips to what the ear hears already. Returns whether the end has come.
    pub(super) fn take(&mut self, block: &mut [i16; BLOCK]) -> bool {
        if !self.over {
            return self.fill(block);
        }
        let mut played = [0; BLOCK];
        let is_over = self.fill(&mut played);
        for (heard, played) in block.iter_mut().zip(played) {
            *heard = heard.saturating_add(played);
        }
        is_over
    }

    /// Fills the block; after the end with silence. Returns whether the end has come.
    fn fill(&mut self, block: &mut [i16; BLOCK]) -> bool {
        let mut filled = 0;
        while filled < BLOCK {
            let Some(clip) = self.clips.get(self.clip) else {
                if self.repeat {
                    self.clip = 0;
                    continue;
                }
                block[filled..].fill(0);
                return true;
            };
            let rest = &clip[self.offset..];
            let count = rest.len().min(BLOCK - filled);
            block[filled..filled + count].copy_from_slice(&rest[..count]);
            filled += count;
            self.offset += count;
            if self.offset == clip.len() {
                self.clip += 1;
                self.offset = 0;
            }
        }
        !self.repeat && self.clip == self.clips.len()
    }

    pub(super) fn into_clips(self) -> Bounded<Clip, MAX_CLIPS> {
        self.clips
    }
}

/// Clips that are no longer used and wait for room in the sink.
#[derive(Debug)]
pub(super) struct Retired {
    waiting: Vec<Clip>,
    freed_here: u32,
}

impl Retired {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            waiting: Vec::with_capacity(capacity),
            freed_here: 0,
        }
    }

    pub(super) fn add(&mut self, clips: Bounded<Clip, MAX_CLIPS>, sink: &mut impl Sink) {
        for clip in clips {
            let Err(clip) = sink.retire(clip) else {
                continue;
            };
            if self.waiting.len() < self.waiting.capacity() {
                self.waiting.push(clip);
            } else {
                // Nobody has fetched a clip for long; one freed in the tick is the lesser evil.
                self.freed_here = self.freed_here.saturating_add(1);
            }
        }
    }

    /// Tries the waiting clips again until the sink is full.
    pub(super) fn retry(&mut self, sink: &mut impl Sink) {
        while let Some(clip) = self.waiting.pop() {
            if let Err(clip) = sink.retire(clip) {
                self.waiting.push(clip);
                return;
            }
        }
    }

    pub(super) fn freed_here(&self) -> u32 {
        self.freed_here
    }
}
