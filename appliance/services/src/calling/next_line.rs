//! The line of a call that we make fails, or a caller came in on it in the same moment: the call
//! goes on the next line of its way. The person who dialled hears nothing of it.

use hotline_call::{CallId, Cause, Command, Device, LineId, Moment};

use crate::What;
use crate::decision::Decision;
use crate::fact::NextLine;
use crate::route::LineUse;
use crate::stage::{Call, Stage};
use crate::state::State;

/// Whether a line that ends with this cause says nothing of the called person (Q.850): no
/// circuit (34, and so is glare told), network out of order (38), temporary failure (41), congestion
/// (42), requested circuit not available (44), resource unavailable (47), line out of order (27).
pub(crate) const fn is_of_the_line(cause: Cause) -> bool {
    matches!(cause.0, 27 | 34 | 38 | 41 | 42 | 44 | 47)
}

impl State {
    /// Takes the next line, if that can help; whether it has.
    pub(crate) fn try_next_line(
        &self,
        d: &mut Decision,
        id: CallId,
        call: &Call,
        because: Cause,
    ) -> bool {
        let Stage::Outside(outside) = &call.stage else {
            return false;
        };
        if outside.rings || !is_of_the_line(because) {
            return false;
        }
        let uses = self.line_uses();
        let is_free = |line: &LineId| uses.contains(&(*line, LineUse::Free));
        let mut rest = outside.rest.iter().copied();
        let Some(line) = rest.by_ref().find(is_free) else {
            return false;
        };
        let leg = self.next_leg();
        d.fact(What::NextLine(NextLine {
            call: id,
            leg,
            line,
            rest: rest.collect(),
            because,
        }));
        d.command(Command::Dial {
            leg,
            device: Device::Line(line),
            number: outside.number.clone(),
            caller: outside.caller.clone(),
        });
        true
    }

    /// Folds that a call goes on another line.
    pub(crate) fn apply_next_line(&mut self, at: Moment, next: &NextLine) {
        let Some(call) = self.calls.get_mut(&next.call) else {
            return;
        };
        if let Stage::Outside(outside) = &mut call.stage {
            outside.rest.clone_from(&next.rest);
            outside.until = at.plus_ms(super::RINGS_MS);
            (call.leg, call.line) = (next.leg, Some(next.line));
            self.line_calls.insert(next.line, next.call);
        }
    }
}
