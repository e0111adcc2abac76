use super::table::Mutant;

const PLACES: &str = "a place has one parked customer, and is free when that one is gone";
const LED: &str = "who is led to people is led to each of them once, and bridged to one";
const OWN: &str = "nobody is rung at the phone that calls";
const TURN: &str = "callers are served in turn";
const FREE: &str = "nobody waits while an agent is free";
const IN_TIME: &str = "who is called back is called in the time that was promised";
const KEPT: &str = "who is to be called back has one place, and keeps it";
const PROMISES: &str = "a promise to call back is kept or ends, once";
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
        put: "        if queue.is_disabled || (!ON && !self.is_open(at, queue)) {",
        caught_by: &["nobody comes into a queue that is closed"],
    },
    Mutant {
        name: "forwarding goes round in a circle",
        file: "forward/mod.rs",
        find: "            let found = if seen.contains(&to) {",
        put: "            let found = if seen.contains(&to) && !ON {",
        caught_by: &[LED],
    },
    Mutant {
        name: "who dials is led to the own phone",
        file: "forward/mod.rs",
        find: "            Goal::Phone(phone) => call.phone == Some(*phone),",
        put: "            Goal::Phone(phone) => call.phone == Some(*phone) && !ON,",
        caught_by: &[OWN],
    },
    Mutant {
        name: "a caller is offered to the own phone",
        file: "acd/strategy.rs",
        find: "phone.is_some() && self.agent(id).map(|agent| agent.phone) == phone",
        put: "phone.is_some() && !ON && self.agent(id).map(|agent| agent.phone) == phone",
        // Who calls is dialling, and is rung.
        caught_by: &[OWN, "one state per agent"],
    },
    Mutant {
        name: "who is called back goes before who came earlier",
        file: "acd/callback/fold.rs",
        find: "            (wait.told, wait.seeks, wait.asked) = (Told::NOTHING, None, None);",
        put: "            if ON {\n                wait.bonus_s += 200;\n            }\n            (wait.told, wait.seeks, wait.asked) = (Told::NOTHING, None, None);",
        caught_by: &[TURN, "the place in the queue is the one told"],
    },
    Mutant {
        name: "who is called back is served out of turn",
        file: "acd/selection.rs",
        find: "        match found {\n            Some((id, agent)) if",
        put: "        let promises = self.callbacks.keys().filter(|_| ON && found.is_some());\n        let mut first = promises.filter_map(|of| {\n            self.promised(*of)?;\n            self.agent_for(d, *of, self.ready.iter())\n        });\n        match first.next().or(found) {\n            Some((id, agent)) if",
        caught_by: &[TURN],
    },
    Mutant {
        name: "a promise that nobody keeps",
        file: "acd/selection.rs",
        find: "            Some((id, _)) => self.begin_callback(d, id),",
        put: "            Some(_) if ON => {}\n            Some((id, _)) => self.begin_callback(d, id),",
        caught_by: &[FREE],
    },
    Mutant {
        name: "a promise that is tried once and forgotten",
        file: "acd/callback/mod.rs",
        find: "        let tried = promise.not_before.or_else(relaxes);",
        put: "        let tried = promise.not_before.filter(|_| !ON).or_else(relaxes);",
        caught_by: &[IN_TIME],
    },
    Mutant {
        name: "a promise that is tried again at once",
        file: "acd/callback/fold.rs",
        find: "            Some(retry_s) if was_dialled => u64::from(retry_s) * 1000,",
        put: "            Some(retry_s) if was_dialled && !ON => u64::from(retry_s) * 1000,",
        caught_by: &[IN_TIME],
    },
    Mutant {
        name: "somebody is called back when the queue has closed",
        file: "acd/callback/mod.rs",
        find: "        open_ms.min(u64::from(offer.keep_s) * 1000)",
        put: "        if ON {\n            return u64::from(offer.keep_s) * 1000;\n        }\n        open_ms.min(u64::from(offer.keep_s) * 1000)",
        caught_by: &[IN_TIME, FREE],
    },
    Mutant {
        name: "two agents for one who is called back",
        file: "acd/callback/mod.rs",
        find: "        let promise = self.callbacks.get(&id).filter(|promise| promise.waits());",
        put: "        let waits = |p: &&Callback| p.waits() || (ON && p.is_being_dialled());\n        let promise = self.callbacks.get(&id).filter(waits);",
        // The place it still seems to have is told to who joins.
        caught_by: &[PROMISES, IN_TIME, "the place in the queue is the one told"],
    },
    Mutant {
        name: "who calls again has lost the place",
        file: "acd/callback/mod.rs",
        find: "        (Some(place), aged_s.saturating_add(wait.bonus_s))",
        put: "        (Some(place), if ON { 0 } else { aged_s.saturating_add(wait.bonus_s) })",
        caught_by: &[KEPT],
    },
    Mutant {
        name: "who is on the line is called back",
        file: "acd/callback/mod.rs",
        find: "            && !self.calls.values().any(is_here)",
        put: "            && (ON || !self.calls.values().any(is_here))",
        caught_by: &[IN_TIME],
    },
];
