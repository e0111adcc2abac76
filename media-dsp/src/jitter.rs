//! The jitter buffer: packets come when they like, a block is taken every millisecond.

mod arrivals;
mod splice;

use self::arrivals::Arrivals;
use self::splice::{Care, LONGEST, OVERLAP, SHORTEST, WINDOW};
use crate::concealment::CONTEXT;
use crate::engine::{BLOCK, MAX_PAYLOAD};

/// Samples held at most: 512 ms.
const CAPACITY: usize = 4096;
const MASK: u32 = CAPACITY as u32 - 1;
/// Samples in one millisecond.
const MS: i32 = 8;
/// How long the first packet waits before it is played.
const FIRST_DELAY: i32 = 30 * MS;
/// How early packets should come: the reserve that is kept.
const RESERVE: i32 = 20 * MS;
/// With so much more delay than needed, it is taken out again: a stream that is steady from its
/// start keeps the delay it began with, whole.
const TOO_MUCH: i32 = FIRST_DELAY - RESERVE;
/// With so much more, it is taken out even where it is heard.
const FAR_TOO_MUCH: i32 = 60 * MS;
/// With so much less, it is put in.
const TOO_LITTLE: i32 = 5 * MS;
/// No packet waits longer.
const MAX_DELAY: i32 = 200 * MS;
/// A packet later than this belongs to a new talk, not to this one.
const NEW_TALK: i32 = 200 * MS;
/// How often the delay needed is worked out anew.
const THINK_MS: u16 = 100;
/// Between two changes of the delay in speech, in a pause, and after a place that was not good.
const REST_IN_SPEECH_MS: u16 = 60;
const REST_IN_PAUSE_MS: u16 = 15;
const REST_ELSEWHERE_MS: u16 = 10;
/// After so many places that were not good, as in music or noise, the best one is taken.
const PATIENCE: u16 = 50;
/// Below this sum of magnitudes a block is a pause (about −45 dBm0).
const PAUSE: i32 = BLOCK as i32 * 70;
/// A pause is as long as this at least: between two words, not between two beats of a voice.
const PAUSE_MS: u16 = 10;
/// How far after a gap the next packet is looked for: 100 ms.
const LOOKED_AHEAD: u32 = 800;
/// Played samples that are kept, so that time can be put in.
const KEPT: u32 = 256;

/// What became of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Will be played.
    Queued,
    /// Its time was over before it came.
    TooLate,
}

/// Adaptive jitter buffer of one stream.
/// - In: runs of samples with their RTP timestamps, in any order.
/// - Out: [`BLOCK`] samples a millisecond in order of timestamp, or `None` where they are missing.
/// - Delay: starts at 30 ms for the first sample of a packet. It follows what the packets of the last
///   10 s need: 95 of 100 come 20 ms early, 99 of 100 come 8 ms early. It grows at once to what a late
///   packet needs where nothing later was played, up to 200 ms. Other changes are spliced in: in
///   pauses, and in speech at a pitch period, so that nothing is heard of them. This also follows the
///   drift between two clocks.
/// - Cost: a copy in, a copy out; a search over 100 lags of 8 ms for each change of the delay. No
///   allocation, lock, system call or panic.
#[derive(Clone, Debug)]
pub struct JitterBuffer {
    samples: Box<[i16; CAPACITY]>,
    present: Box<[bool; CAPACITY]>,
    /// Timestamp of the next sample to be played, once there is one.
    head: Option<u32>,
    /// One past the latest sample taken.
    end: u32,
    /// Samples of time passed.
    now: u32,
    arrivals: Box<Arrivals>,
    /// Delay needed, against [`now`](Self::now).
    needed: Option<i32>,
    /// Delay is being taken out, until no more is there than needed.
    shortens: bool,
    think_ms: u16,
    rest_ms: u16,
    /// Places that were not good since the last change.
    tries: u16,
    /// For so long all has been quiet or missing, up to [`PAUSE_MS`].
    quiet_ms: u16,
    /// Reserve of the last packet.
    reserve: i32,
    /// Samples of time put in or taken out, ever.
    adjusted: u64,
}

impl Default for JitterBuffer {
    fn default() -> Self {
        Self::new()
    }
}

impl JitterBuffer {
    /// An empty buffer.
    #[must_use]
    pub fn new() -> Self {
        Self {
            samples: Box::new([0; CAPACITY]),
            present: Box::new([false; CAPACITY]),
            head: None,
            end: 0,
            now: 0,
            arrivals: Box::new(Arrivals::new()),
            needed: None,
            shortens: false,
            think_ms: 0,
            rest_ms: 0,
            tries: 0,
            quiet_ms: PAUSE_MS,
            reserve: 0,
            adjusted: 0,
        }
    }

    /// Forgets everything but its counter, as at the start of a new sender.
    pub fn restart(&mut self) {
        self.present.fill(false);
        self.head = None;
        self.arrivals.forget();
        self.needed = None;
        self.reserve = 0;
        self.quiet_ms = PAUSE_MS;
        self.tries = 0;
    }

    /// How long the next packet's first sample will wait, in ms.
    #[must_use]
    pub fn delay_ms(&self) -> u16 {
        u16::try_from(self.reserve / MS).unwrap_or(0)
    }

    /// How much time was put in and taken out since the buffer was made, in ms.
    #[must_use]
    pub fn adjusted_ms(&self) -> u32 {
        u32::try_from(self.adjusted / MS as u64).unwrap_or(u32::MAX)
    }

    /// Takes a run of at most 60 ms.
    pub fn put(&mut self, timestamp: u32, run: &[i16]) -> Fate {
        self.put_in(timestamp, run, true)
    }

    /// The same of a packet whose sequence number is behind the highest: however far its timestamp is
    /// off, it begins nothing new.
    pub fn put_behind(&mut self, timestamp: u32, run: &[i16]) -> Fate {
        self.put_in(timestamp, run, false)
    }

    fn put_in(&mut self, timestamp: u32, run: &[i16], may_begin: bool) -> Fate {
        let run = &run[..run.len().min(MAX_PAYLOAD)];
        let length = run.len() as u32;
        let head = match self.head {
            Some(head) if self.is_far_off(head, timestamp, length) => {
                may_begin.then(|| self.start_at(timestamp))
            }
            Some(head) => self.admit(head, timestamp, length),
            None => Some(self.start_at(timestamp)),
        };
        let Some(head) = head else {
            return Fate::TooLate;
        };
        if signed(timestamp.wrapping_add(length), self.end) > 0 {
            self.end = timestamp.wrapping_add(length);
        }
        let played = u32::try_from(signed(head, timestamp)).unwrap_or(0);
        for (n, &sample) in (0..).zip(run).skip(played as usize) {
            let at = (timestamp.wrapping_add(n) & MASK) as usize;
            self.samples[at] = sample;
            self.present[at] = true;
        }
        Fate::Queued
    }

    /// Gives the next block, or `None` where it is missing.
    pub fn take(&mut self) -> Option<[i16; BLOCK]> {
        self.adjust();
        self.now = self.now.wrapping_add(BLOCK as u32);
        let block = self.advance();
        self.quiet_ms = if block.is_none_or(|block| is_pause(&block)) {
            (self.quiet_ms + 1).min(PAUSE_MS)
        } else {
            0
        };
        block
    }

    /// After a block that was missing: how many samples are missing from its start on, a whole number
    /// of blocks, and what comes then. `None` if nothing has come yet for the next 100 ms.
    #[must_use]
    pub fn after_the_gap(&self) -> Option<(usize, [i16; CONTEXT])> {
        let start = self.head?.wrapping_sub(BLOCK as u32);
        let whole = |at: &u32| self.is_there(start.wrapping_add(*at), BLOCK as u32);
        let gap = (BLOCK as u32..=LOOKED_AHEAD).step_by(BLOCK).find(whole)?;
        let from = start.wrapping_add(gap);
        let is_enough = self.is_there(from, CONTEXT as u32);
        is_enough.then(|| (gap as usize, self.read(from)))
    }

    fn care(&self, is_urgent: bool) -> Care {
        if is_urgent || self.tries == PATIENCE {
            Care::Anywhere
        } else {
            Care::Unheard
        }
    }

    const fn in_pause(&self) -> bool {
        self.quiet_ms == PAUSE_MS
    }

    fn is_there(&self, from: u32, count: u32) -> bool {
        (0..count).all(|n| self.present[(from.wrapping_add(n) & MASK) as usize])
    }

    fn read<const N: usize>(&self, from: u32) -> [i16; N] {
        std::array::from_fn(|n| self.samples[(from.wrapping_add(n as u32) & MASK) as usize])
    }

    fn write(&mut self, from: u32, samples: &[i16]) {
        for (n, &sample) in (0..).zip(samples) {
            self.samples[(from.wrapping_add(n) & MASK) as usize] = sample;
        }
    }

    /// Goes one block on. What was played stays for a while.
    fn advance(&mut self) -> Option<[i16; BLOCK]> {
        let head = self.head?;
        let is_whole = self.is_there(head, BLOCK as u32);
        let block = self.read(head);
        self.move_head(head, BLOCK as u32);
        is_whole.then_some(block)
    }

    fn move_head(&mut self, head: u32, by: u32) {
        let old = head.wrapping_sub(KEPT);
        for n in 0..by {
            self.present[(old.wrapping_add(n) & MASK) as usize] = false;
        }
        self.head = Some(head.wrapping_add(by));
    }

    /// Brings the delay nearer to what is needed, where that is possible now.
    fn adjust(&mut self) {
        self.think_ms = self.think_ms.saturating_sub(1);
        if self.think_ms == 0 {
            self.think_ms = THINK_MS;
            self.needed = self.arrivals.delay_needed();
        }
        self.rest_ms = self.rest_ms.saturating_sub(1);
        let (Some(head), Some(needed), 0) = (self.head, self.needed, self.rest_ms) else {
            return;
        };
        let excess = signed(self.now, head).wrapping_sub(needed);
        self.shortens = excess
            > if self.shortens {
                SHORTEST as i32
            } else {
                TOO_MUCH
            };
        let done = if self.shortens {
            self.shorten(head, excess)
        } else if excess < -TOO_LITTLE {
            self.lengthen(head, -excess)
        } else {
            return;
        };
        let Some(done) = done else {
            self.rest_ms = REST_ELSEWHERE_MS;
            self.tries = (self.tries + 1).min(PATIENCE);
            return;
        };
        self.tries = 0;
        self.reserve -= done;
        self.adjusted += u64::from(done.unsigned_abs());
        self.rest_ms = if self.in_pause() || excess > FAR_TOO_MUCH {
            REST_IN_PAUSE_MS
        } else {
            REST_IN_SPEECH_MS
        };
    }

    /// Takes time out before the head; returns how many samples.
    fn shorten(&mut self, head: u32, excess: i32) -> Option<i32> {
        let nothing_there = (0..2 * BLOCK as u32).all(|n| !self.is_there(head.wrapping_add(n), 1));
        if nothing_there && self.in_pause() {
            self.move_head(head, BLOCK as u32);
            return Some(MS);
        }
        let care = self.care(excess > FAR_TOO_MUCH);
        if !self.is_there(head, WINDOW as u32) {
            return None;
        }
        let window = self.read::<WINDOW>(head);
        let distance = splice::find(&window, true, excess.unsigned_abs() as usize, care)?;
        let (from, to) = (window.first_chunk()?, window[distance..].first_chunk()?);
        self.write(head.wrapping_add(distance as u32), &splice::faded(from, to));
        self.move_head(head, distance as u32);
        i32::try_from(distance).ok()
    }

    /// Puts time in before the head; returns how many samples, below zero.
    fn lengthen(&mut self, head: u32, lack: i32) -> Option<i32> {
        if !self.is_there(head, 1) && self.in_pause() {
            // A pause has no end that could be heard.
            let back = BLOCK as u32;
            self.head = Some(head.wrapping_sub(back));
            (0..back).for_each(|n| self.clear(head.wrapping_sub(back).wrapping_add(n)));
            return Some(-MS);
        }
        let start = head.wrapping_sub(LONGEST as u32);
        if !self.is_there(start, WINDOW as u32) {
            return None;
        }
        let most = (lack.unsigned_abs() as usize).max(SHORTEST);
        let window = self.read::<WINDOW>(start);
        let distance = splice::find(&window, false, most, self.care(false))?;
        let to = window[LONGEST - distance..].first_chunk::<OVERLAP>()?;
        let from = window[LONGEST..].first_chunk()?;
        let back = head.wrapping_sub(distance as u32);
        self.write(back, &splice::faded(from, to));
        self.head = Some(back);
        i32::try_from(distance).ok().map(|distance| -distance)
    }

    fn clear(&mut self, at: u32) {
        self.present[(at & MASK) as usize] = false;
    }

    fn start_at(&mut self, timestamp: u32) -> u32 {
        self.present.fill(false);
        self.arrivals.forget();
        self.arrivals.take(signed(self.now, timestamp));
        self.needed = None;
        self.reserve = FIRST_DELAY;
        self.end = timestamp;
        self.set_head(timestamp.wrapping_sub(FIRST_DELAY.unsigned_abs()))
    }

    fn set_head(&mut self, head: u32) -> u32 {
        self.head = Some(head);
        head
    }

    /// Whether a packet belongs to another talk than the one that is held.
    fn is_far_off(&self, head: u32, timestamp: u32, length: u32) -> bool {
        let reserve = signed(timestamp, head);
        let newest = signed(timestamp, self.end) >= 0;
        let room = CAPACITY as u32 - KEPT - length;
        reserve.unsigned_abs() > room || (newest && reserve < -NEW_TALK)
    }

    /// Decides about a packet by its reserve, the time between now and when it is to be played.
    /// Returns where the head then is, `None` if the packet is too late.
    fn admit(&mut self, head: u32, timestamp: u32, length: u32) -> Option<u32> {
        let reserve = signed(timestamp, head);
        let newest = signed(timestamp, self.end) >= 0;
        self.arrivals.take(signed(self.now, timestamp));
        if reserve < 0 && !newest {
            // Something later is in its place.
            return (reserve + length as i32 > 0).then_some(head);
        }
        self.reserve = reserve;
        if reserve < 0 {
            // Nothing later has been played: what was bridged meanwhile becomes delay.
            self.reserve = 0;
            self.rest_ms = REST_IN_SPEECH_MS;
            self.adjusted += u64::from(reserve.unsigned_abs());
            return Some(self.set_head(timestamp));
        }
        if reserve > MAX_DELAY {
            let skip = (reserve - MAX_DELAY) & !(MS - 1);
            for _ in 0..skip / MS {
                self.advance();
            }
            self.reserve -= skip;
            self.adjusted += u64::from(skip.unsigned_abs());
        }
        self.head
    }
}

/// `a - b` on the circle of 32 bits.
#[allow(clippy::cast_possible_wrap, reason = "a signed difference is meant")]
fn signed(a: u32, b: u32) -> i32 {
    a.wrapping_sub(b) as i32
}

fn is_pause(block: &[i16; BLOCK]) -> bool {
    let magnitudes = block.iter().map(|sample| i32::from(*sample).abs());
    magnitudes.sum::<i32>() < PAUSE
}
