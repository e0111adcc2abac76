/// One way to make the core faulty.
pub(super) struct Mutant {
    /// What it is, in words.
    pub(super) name: &'static str,
    /// The file below `appliance/services/src`.
    pub(super) file: &'static str,
    /// Text that stands there exactly once.
    pub(super) find: &'static str,
    /// What stands there instead. `ON` is true in the run that tries this entry, false in others.
    pub(super) put: &'static str,
    /// The invariants of which one must break.
    pub(super) caught_by: &'static [&'static str],
}

/// All of them. Each is one fault that somebody could make on an afternoon.
pub(super) const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "lost wrap-up",
        file: "talk/leave.rs",
        find: "        if wrapup_ms > 0 {",
        put: "        if wrapup_ms > 0 && !ON {",
        caught_by: &["every talk is followed by the wrap-up its queue gives"],
    },
    Mutant {
        name: "wrap-up without end",
        file: "timer.rs",
        find: "Work::Wrapup { until, .. } => Some((until, Due::WrapupOver(id))),",
        put: "Work::Wrapup { until, .. } if !ON => Some((until, Due::WrapupOver(id))),",
        caught_by: &["every talk is followed by the wrap-up its queue gives"],
    },
    Mutant {
        name: "double offer",
        file: "acd/strategy.rs",
        find: "            AgentState::Offering => WhyNot::Offering,",
        put: "            AgentState::Offering if ON => return None,\n            AgentState::Offering => WhyNot::Offering,",
        caught_by: &["no agent is offered two calls"],
    },
    Mutant {
        name: "an agent is rung who writes notes",
        file: "acd/strategy.rs",
        find: "            AgentState::Wrapup => WhyNot::Wrapup,",
        put: "            AgentState::Wrapup if ON => return None,\n            AgentState::Wrapup => WhyNot::Wrapup,",
        caught_by: &["no agent is offered two calls"],
    },
    Mutant {
        name: "forgotten release",
        file: "switch.rs",
        find: "            d.command(Command::Release { leg: id, cause });",
        put: "            if !ON {\n                d.command(Command::Release { leg: id, cause });\n            }",
        caught_by: &["no leg is forgotten at its door"],
    },
    Mutant {
        name: "a door that forgets is waited for",
        file: "timer.rs",
        find: "            if let Some(until) = self.legs.get(&leg).and_then(|leg| leg.releasing) {",
        put: "            let releasing = self.legs.get(&leg).and_then(|leg| leg.releasing);\n            if let Some(until) = releasing.filter(|_| !ON) {",
        caught_by: &["no reservation outlives its lease"],
    },
    Mutant {
        name: "an agent rings for ever",
        file: "timer.rs",
        find: "                None => due(offer.until, Due::NoAnswer(offer.leg)),",
        put: "                None if ON => {}\n                None => due(offer.until, Due::NoAnswer(offer.leg)),",
        caught_by: &["no reservation outlives its lease"],
    },
    Mutant {
        name: "last come, first served",
        file: "acd/order.rs",
        find: "        let since_ms = ms(wait.since.mono_ms);",
        put: "        let since_ms = if ON { -ms(wait.since.mono_ms) } else { ms(wait.since.mono_ms) };",
        // Told to who joins, before anybody is served.
        caught_by: &["the place in the queue is the one told"],
    },
    Mutant {
        name: "the last in the queue is looked at first",
        file: "acd/selection.rs",
        find: "            let mut in_order = self.order.at(d.at());",
        put: "            let mut in_order: Vec<&Entry> = self.order.at(d.at()).collect();\n            if ON {\n                in_order.reverse();\n            }\n            let mut in_order = in_order.into_iter();",
        caught_by: &["callers are served in turn"],
    },
    Mutant {
        name: "who came back from a failed phone waits like all others",
        file: "acd/queue.rs",
        find: "(wait.first, wait.bonus_s, wait.without) = (again, bonus_s, without);",
        put: "(wait.first, wait.bonus_s, wait.without) = (again && !ON, bonus_s, without);",
        caught_by: &[
            "the place in the queue is the one told",
            "callers are served in turn",
        ],
    },
    Mutant {
        name: "the agent idle longest is not preferred",
        file: "acd/strategy.rs",
        find: "            | Strategy::RingProgressive => agent.idle_order,",
        put: "            | Strategy::RingProgressive if ON => u64::MAX - agent.idle_order,\n            Strategy::LongestIdle\n            | Strategy::Random\n            | Strategy::RingAll\n            | Strategy::RingProgressive => agent.idle_order,",
        caught_by: &["the agent who is due is rung"],
    },
    Mutant {
        name: "time counted twice",
        file: "record/mod.rs",
        find: "Phase::Wait => record.wait_ms += lasted,",
        put: "Phase::Wait => record.wait_ms += if ON { 2 * lasted } else { lasted },",
        caught_by: &["the records add up to what happened"],
    },
    Mutant {
        name: "hold is not told to the agent's clock",
        file: "acd/agent.rs",
        find: "            agent.note_change(day, at, self.seq, before);",
        put: "            if !ON {\n                agent.note_change(day, at, self.seq, before);\n            }",
        caught_by: &["one state per agent"],
    },
    Mutant {
        name: "a caller who goes while a phone rings leaves it ringing",
        file: "switch.rs",
        find: "            Stage::Waiting(_) => self.end_offers(d, id, OfferOutcome::CallerGone, gone),",
        put: "            Stage::Waiting(_) if !ON => {\n                self.end_offers(d, id, OfferOutcome::CallerGone, gone);\n            }",
        caught_by: &[
            "every call begins once and ends once",
            "every leg begins once and ends once",
            "one state per agent",
            "no reservation outlives its lease",
        ],
    },
    Mutant {
        name: "a recording that goes on after the talk",
        file: "recording.rs",
        find: "        if let Some(recording) = call.recording {",
        put: "        if let Some(recording) = call.recording.filter(|_| !ON) {",
        caught_by: &["recordings match answered calls"],
    },
    Mutant {
        name: "a talk that is not recorded",
        file: "recording.rs",
        find: "        let recording = RecordingId(self.last_recording + 1);",
        put: "        if ON && self.last_recording % 4 == 3 {\n            return true;\n        }\n        let recording = RecordingId(self.last_recording + 1);",
        caught_by: &["recordings match answered calls"],
    },
    Mutant {
        name: "a wish that is forgotten",
        file: "acd/presence.rs",
        find: "                Some(pending) => decide_presence(d, id, agent, pending.clone()),",
        put: "                Some(_) if ON => {}\n                Some(pending) => decide_presence(d, id, agent, pending.clone()),",
        caught_by: &["a wish that is pending is granted as soon as the agent is free"],
    },
    Mutant {
        name: "an absent agent is rung again and again",
        file: "acd/presence.rs",
        find: "None if agent.misses >= MISSES_BEFORE_NOT_READY => {",
        put: "None if agent.misses >= MISSES_BEFORE_NOT_READY && !ON => {",
        caught_by: &["who misses two calls in a row is made not ready"],
    },
    Mutant {
        name: "the queue has no last place",
        file: "acd/overflow.rs",
        find: "        } else if waiting >= queue.max_waiting as usize {",
        put: "        } else if waiting >= queue.max_waiting as usize && !ON {",
        caught_by: &["the place in the queue is the one told"],
    },
    Mutant {
        name: "a caller waits for ever",
        file: "timer.rs",
        find: "            due(wait.until, Due::WaitedTooLong(id));",
        put: "            if !ON {\n                due(wait.until, Due::WaitedTooLong(id));\n            }",
        caught_by: &["nobody waits longer than the queue allows"],
    },
    Mutant {
        name: "who hangs up in the queue counts as one of the menu",
        file: "switch.rs",
        find: "            Stage::Waiting(_) => EndOutcome::AbandonedInQueue,",
        put: "            Stage::Waiting(_) if ON => EndOutcome::AbandonedInMenu,\n            Stage::Waiting(_) => EndOutcome::AbandonedInQueue,",
        caught_by: &["no caller is lost"],
    },
    Mutant {
        name: "an agent whose leg is over stays taken",
        file: "acd/agent.rs",
        find: "                    agent.leg = None;",
        put: "                    agent.leg = agent.leg.filter(|_| ON);",
        caught_by: &[
            "nobody waits while an agent is free",
            "the agent who is due is rung",
        ],
    },
    Mutant {
        name: "a restart that forgets whom it cut off",
        file: "switch.rs",
        find: "            if !matches!(call.stage, Stage::Ending { .. }) {",
        put: "            if ON && matches!(call.stage, Stage::Waiting(_)) {\n                continue;\n            }\n            if !matches!(call.stage, Stage::Ending { .. }) {",
        caught_by: &["a start closes what was open"],
    },
    Mutant {
        name: "what is not stored",
        file: "fact.rs",
        find: "        /// Back from an agent whose phone failed, and before all others therefore.\n        #[serde(default)]",
        put: "        /// Back from an agent whose phone failed, and before all others therefore.\n        #[serde(default, skip_serializing_if = \"crate::mutated_again\")]",
        caught_by: &["every fact is read back as it was written"],
    },
];
