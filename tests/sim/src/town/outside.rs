//! People outside whom we call: they answer, are asked to press 1, do not answer, are busy; and
//! lines that fail before anybody's telephone rings.

use hotline_call::{Cause, LegId, LineId};

use super::{Plan, Town};
use crate::office::key;
use crate::step::{Step, Who};

impl Town {
    /// Somebody is called on a line.
    pub(super) fn is_called(&mut self, line: LineId, leg: LegId) {
        let who = Who::Outside(line);
        let rings = self.random.between(800, 4_000);
        let draw = self.random.below(100);
        let (ms, step) = match draw {
            0..=4 => (400, Step::Goes(who, Cause::NO_CIRCUIT)),
            5..=6 => (900, Step::Goes(who, Cause::CONGESTION)),
            7..=15 => (2_000, Step::Goes(who, Cause::USER_BUSY)),
            16..=19 => (9_000, Step::Goes(who, Cause::NO_USER_RESPONDING)),
            20..=22 => (1_500, Step::Goes(who, Cause::UNALLOCATED_NUMBER)),
            23..=30 => (70_000, Step::Goes(who, Cause::NO_ANSWER)),
            _ => (
                rings + self.random.lognormal_ms(8_000.0, 0.6),
                Step::Answers(who),
            ),
        };
        if draw > 6 {
            let step = Step::Rings(who);
            self.after(rings, Plan::Phone { leg, step });
        }
        self.after(ms, Plan::Phone { leg, step });
        if draw < 31 {
            return;
        }
        if let Some(one) = key(1)
            && self.random.permille(700)
        {
            let asked = ms + self.random.between(500, 12_000);
            let step = Step::Presses(who, one);
            self.after(asked, Plan::Phone { leg, step });
        }
        let talks = ms + self.random.lognormal_ms(90_000.0, 0.9);
        self.after(talks, Plan::HangsUp { who, leg });
    }
}
