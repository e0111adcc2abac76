//! The line fails on which somebody outside is rung for a caller: the next one is taken, as for a
//! number that is dialled here. Who rings there is not known to have rung before, so a line that fails
//! later counts as well; once it was answered there is nothing to be tried again.

use hotline_call::{CallId, Cause, LegId};

use super::Bell;
use crate::OfferOutcome;
use crate::calling::is_of_the_line;
use crate::decision::Decision;
use crate::fact::Goal;
use crate::stage::Call;
use crate::state::State;

impl State {
    /// Rings the one outside to whom the caller is led on another line; whether it does. `gone` is
    /// the leg that a door has told to be over.
    pub(crate) fn person_on_next_line(
        &self,
        d: &mut Decision,
        id: CallId,
        call: &Call,
        because: Cause,
        gone: LegId,
    ) -> bool {
        let Some((reach, rung)) = call.reach().and_then(|r| Some((r, r.rung.as_ref()?))) else {
            return false;
        };
        let Some(to @ Goal::Outside(by, number)) = reach.seen.last() else {
            return false;
        };
        if rung.is_asked || !is_of_the_line(because) {
            return false;
        }
        let Ok(way) = self.way_outside(d, *by, number) else {
            return false;
        };
        let is_untried = |line: &&_| !reach.lines.contains(*line);
        let Some(line) = way.lines.iter().find(is_untried) else {
            return false;
        };
        let bell = Bell::Outside(*by, *line, way.number);
        self.stop_bell(d, id, call, OfferOutcome::Unreachable, Some(gone));
        self.ring_bell(d, id, call, (to.clone(), bell), reach.then.clone(), false);
        true
    }
}
