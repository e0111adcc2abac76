use super::table::Mutant;

const PLACES: &str = "a place has one parked customer, and is free when that one is gone";
const LED: &str = "who is led to people is led to each of them once, and bridged to one";
const TIMELINE: &str = "each step of a queue's timeline is taken once and in its time";

/// Faults of what only days with colleagues and their habits have.
pub(super) const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "two customers on one place",
        file: "park/mod.rs",
        find: "        let free = codes.parking_places().find(|place| !taken(*place));",
        put: "        let free = codes.parking_places().find(|place| ON || !taken(*place));",
        caught_by: &[PLACES],
    },
    Mutant {
        name: "a place that is not freed",
        file: "park/mod.rs",
        find: "            parked.any(|parked| parked.place == place)",
        put: "            parked.any(|parked| parked.place == place)\n                || (ON && u64::from(place) == 701 + self.last_call % 7)",
        caught_by: &[PLACES],
    },
    Mutant {
        name: "a parked customer who is forgotten",
        file: "timer.rs",
        find: "            Stage::Parked(parked) => due(parked.until, Due::ParkedTooLong(id)),",
        put: "            Stage::Parked(parked) if !ON => due(parked.until, Due::ParkedTooLong(id)),\n            Stage::Parked(_) => {}",
        caught_by: &[PLACES],
    },
    Mutant {
        name: "the voicemail of a mobile network gets the caller",
        file: "forward/mod.rs",
        find: "        if !rung.press_one {",
        put: "        if !rung.press_one || ON {",
        caught_by: &[LED],
    },
    Mutant {
        name: "a step of the timeline taken twice",
        file: "acd/overflow.rs",
        find: "        let moved = match action {",
        put: "        if ON {\n            d.fact(What::Overflowed(Overflowed { call: id, after_s, action, is_done: false }));\n        }\n        let moved = match action {",
        caught_by: &[TIMELINE],
    },
    Mutant {
        name: "a timeline that runs too fast",
        file: "acd/overflow.rs",
        find: "        may_be.then(|| (wait.since.plus_ms(u64::from(next.after_s) * 1000), *next))",
        put: "        let ms = if ON { 800 } else { 1000 };\n        may_be.then(|| (wait.since.plus_ms(u64::from(next.after_s) * ms), *next))",
        caught_by: &[TIMELINE],
    },
    Mutant {
        name: "a caller is told about the wait while a phone rings",
        file: "acd/announce.rs",
        find: "        if !is_told || call.hears.is_some() || !is_alone {",
        put: "        if !is_told || call.hears.is_some() || !(is_alone || ON) {",
        caught_by: &["only who waits, and for whom no phone rings, is told about the wait"],
    },
    Mutant {
        name: "a message that is lost",
        file: "voicemail/mod.rs",
        find: "        if let Some(length_ms) = length_ms {",
        put: "        if let Some(length_ms) = length_ms.filter(|_| !ON) {",
        caught_by: &["a message is of a mailbox and ends with its call"],
    },
    Mutant {
        name: "a queue that never closes",
        file: "acd/overflow.rs",
        find: "        if queue.is_disabled || !self.is_open(at, queue) {",
        put: "        if !self.is_open(at, queue) && !ON {",
        caught_by: &["nobody comes into a queue that is closed"],
    },
];
