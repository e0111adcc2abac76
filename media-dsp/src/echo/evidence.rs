//! Which filter is the better one.

use super::history::HOP;
use super::sums::energy;

/// How fast a comparison forgets, per block of 8 ms, and how many deviations it must be sure by.
type Horizon = (f32, f32);
const CALM: &[Horizon] = &[(1.0, 1.0), (0.4, 0.7), (0.12, 0.5)];
/// The same while both parties may speak: no haste, and surer; surest that the learner has not just
/// learnt the near party's voice.
const WARY: &[Horizon] = &[(0.1, 1.0)];
const WARY_OF_LEARNER: &[Horizon] = &[(0.1, 3.0)];
const LONGEST: usize = 3;
/// Energies are smoothed over about 80 ms.
const SMOOTHING: f32 = 0.1;
/// The cancelling filter has cancelled once when it left less than this share of what came back (10
/// dB); from then on it is too much when it leaves more.
const TOO_MUCH: f32 = 0.1;
/// The scout takes over when it leaves half of what is left now, and 6 dB of what came back are
/// explained: the near party's voice can be learnt by heart for a moment, but not that well.
const SCOUT_MARGIN: f32 = 0.5;
const SCOUT_EXPLAINS: f32 = 0.25;
/// The first coefficients must explain 0.7 dB of what came back; else there may be no echo at all.
const FIRST_EXPLAINS: f32 = 0.85;
/// The learner is given up when it leaves twice as much.
const BACK_MARGIN: f32 = 0.5;
/// A filter that makes more echo than it removes, for so many blocks, knows another path. Fewer
/// (48 ms) are not proof: two voices of one pitch extinguish each other for so long. Below about
/// −45 dBm0 nobody hears it.
const HARMFUL: f32 = 1.5;
const HARMFUL_BLOCKS: u8 = 12;
const LOUD: f32 = HOP as f32 * 10_000.0;

/// Below −60 dBm0, twice the least code of A-law, what comes back is no echo worth a filter.
const INAUDIBLE: f32 = HOP as f32 * 256.0;

type Samples = [f32; HOP];

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Nothing.
    Keep,
    /// The learner's coefficients cancel from now on.
    LearnerIsBetter,
    /// The scout's, which become the learner's, too.
    ScoutIsBetter,
    /// The learner takes over those that cancel.
    LearnerIsWorse,
    /// No coefficients at all are better than these.
    NothingIsBetter,
}

/// Evidence that one error is smaller than another: the difference of their energies against what
/// chance would make of the difference of the signals.
#[derive(Clone, Debug, Default)]
struct Comparison {
    difference: [f32; LONGEST],
    variance: [f32; LONGEST],
}

impl Comparison {
    /// Whether an error of energy `mine` is proved to be smaller than this share of an `other`, when
    /// they are so far `apart`. Starts anew if so.
    fn proves(
        &mut self,
        mine: f32,
        other: f32,
        apart: f32,
        margin: f32,
        horizons: &[Horizon],
    ) -> bool {
        let gain = other * margin - mine;
        let mut proved = false;
        for (n, &(speed, sure)) in horizons.iter().enumerate() {
            let (difference, variance) = (&mut self.difference[n], &mut self.variance[n]);
            *difference += (gain - *difference) * speed;
            let keep = 1.0 - speed;
            *variance = (keep * keep * *variance + speed * speed * other * apart).max(1e-9);
            proved |= *difference > sure * variance.sqrt();
        }
        if proved {
            *self = Self::default();
        }
        proved
    }
}

/// The comparisons of the learners with the filter that cancels.
#[derive(Clone, Debug, Default)]
pub(super) struct Evidence {
    learner: Comparison,
    scout: Comparison,
    back: Comparison,
    received: f32,
    left: f32,
    learner_left: f32,
    scout_left: f32,
    harmful_blocks: u8,
    has_cancelled: bool,
}

impl Evidence {
    /// Takes a block that came back and what each filter left of it.
    pub(super) fn weigh(
        &mut self,
        received: &Samples,
        left: &Samples,
        learner: &Samples,
        scout: Option<&Samples>,
    ) -> Verdict {
        let (came, stayed) = (energy(received), energy(left));
        // One step of A-law, so that silence stays a number.
        self.received += (came.max(HOP as f32) - self.received) * SMOOTHING;
        self.left += (stayed.max(HOP as f32) - self.left) * SMOOTHING;
        self.has_cancelled |= self.left < TOO_MUCH * self.received;
        let harmful = stayed > HARMFUL * came + LOUD;
        self.harmful_blocks = if harmful {
            self.harmful_blocks.saturating_add(1)
        } else {
            0
        };
        if self.received < INAUDIBLE {
            return Verdict::Keep;
        }
        if scout.is_some_and(|scout| self.scout_is_better(scout, left, stayed)) {
            self.learner = Comparison::default();
            return Verdict::ScoutIsBetter;
        }
        let horizons = if self.leaves_too_much() {
            WARY_OF_LEARNER
        } else {
            CALM
        };
        let (learnt, moved) = (energy(learner), apart(learner, left));
        self.learner_left += (learnt.max(HOP as f32) - self.learner_left) * SMOOTHING;
        let explains = self.has_cancelled || self.learner_left < FIRST_EXPLAINS * self.received;
        if self.learner.proves(learnt, stayed, moved, 1.0, horizons) && explains {
            self.back = Comparison::default();
            return Verdict::LearnerIsBetter;
        }
        if self.back.proves(stayed, learnt, moved, BACK_MARGIN, WARY) {
            self.learner = Comparison::default();
            return Verdict::LearnerIsWorse;
        }
        if self.harmful_blocks >= HARMFUL_BLOCKS {
            self.harmful_blocks = 0;
            return Verdict::NothingIsBetter;
        }
        Verdict::Keep
    }

    fn scout_is_better(&mut self, scout: &Samples, left: &Samples, stayed: f32) -> bool {
        let (scouted, moved) = (energy(scout), apart(scout, left));
        self.scout_left += (scouted.max(HOP as f32) - self.scout_left) * SMOOTHING;
        let explains = self.scout_left < SCOUT_EXPLAINS * self.received;
        let proved = self
            .scout
            .proves(scouted, stayed, moved, SCOUT_MARGIN, WARY);
        proved && explains
    }

    /// The cancelling filter leaves more than it once did: the near party speaks, or the path is
    /// another one.
    pub(super) fn leaves_too_much(&self) -> bool {
        self.has_cancelled && self.left > TOO_MUCH * self.received
    }
}

/// Energy of the difference.
fn apart(a: &Samples, b: &Samples) -> f32 {
    let difference: Samples = std::array::from_fn(|n| a[n] - b[n]);
    energy(&difference)
}
