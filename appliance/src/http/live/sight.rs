//! The part of the live view that is somebody's business.

use std::sync::Arc;

use hotline_services::may_open;
use hotline_services::permission::Permission;
use hotline_services::route::Mailbox;

use super::{Snapshot, TodayCounts, TodayTotals};
use crate::http::Api;
use crate::http::permit::{LiveRead, May, Permit as _};
use crate::system::alarms::AlarmCode;

/// What somebody may see: everything, or the own groups.
pub(super) struct Sight {
    groups: Option<Vec<u32>>,
    pub(super) agent: Option<u32>,
    /// Agents are not told who listens; other supervisors are.
    supervises: bool,
    /// May hear the messages of the house.
    opens_house: bool,
}

impl Sight {
    pub(super) fn of(who: &May<LiveRead>) -> Self {
        let within = who.calls_within(LiveRead::PERMISSION);
        let opens = may_open(&who.configuration, &who.as_supervisor(), Mailbox::House);
        Self {
            groups: within.map(|within| within.queues),
            agent: who.session.agent,
            supervises: who.reach(Permission::SuperviseListen).is_some(),
            opens_house: opens.is_permitted(),
        }
    }

    /// The part of a snapshot that is of these groups; `None`: all of it.
    pub(super) fn of_groups(&self, api: &Api, whole: &Snapshot) -> Option<Snapshot> {
        if self.groups.is_none() && self.supervises && self.opens_house {
            return None;
        }
        let mut part = whole.clone();
        if !self.opens_house {
            part.unheard = 0;
        }
        if !self.supervises {
            part.calls
                .iter_mut()
                .for_each(|call| call.supervision = None);
            part.alarms
                .retain(|alarm| alarm.code != AlarmCode::AgentAbsent);
        }
        let Some(groups) = &self.groups else {
            return Some(part);
        };
        let is_own = |id: u32| self.agent == Some(id);
        let configuration = Arc::clone(&api.store.configuration().borrow());
        let own = configuration
            .queues
            .iter()
            .filter(|queue| groups.contains(&queue.id.0));
        let agents: Vec<u32> = own
            .flat_map(|q| q.agents.iter().map(|agent| agent.0))
            .collect();
        part.queues.retain(|queue| groups.contains(&queue.id));
        part.agents
            .retain(|agent| is_own(agent.id) || agents.contains(&agent.id));
        let seen: Vec<_> = part.agents.iter().map(|agent| agent.name.clone()).collect();
        part.alarms.retain(|alarm| {
            let is_seen = |subject: &String| seen.contains(subject);
            alarm.code != AlarmCode::AgentAbsent || alarm.subject.as_ref().is_some_and(is_seen)
        });
        part.callbacks
            .retain(|promise| groups.contains(&promise.queue));
        part.calls.retain(|call| {
            call.queue.is_some_and(|queue| groups.contains(&queue))
                || call.parties.iter().any(|party| is_own(party.agent))
                || call.agent.is_some_and(is_own)
        });
        let own = part.queues.iter().map(|queue| queue.today);
        part.today = TodayTotals {
            counts: own.fold(TodayCounts::default(), TodayCounts::and),
            in_progress: part.calls.len(),
        };
        Some(part)
    }
}
