use hotline_call::{CallId, Moment};

use crate::acd::{Agent, Work};
use crate::decision::Decision;
use crate::fact::CallNoted;
use crate::stage::Stage;
use crate::state::State;
use crate::{AgentId, Queue, QueueId, Refused, What, WrapupCodeId, WrapupExtended};

/// How often the time for notes can be made longer.
const MOST_EXTENSIONS: u32 = 2;
/// The longest note kept, in characters; the rest is cut off.
const MAX_NOTE: usize = 2000;
/// How long after a call its notes can be put right.
const LATE_NOTE_MS: u64 = 30 * 60_000;
/// Of how many calls behind an agent.
const MOST_WRITTEN: usize = 16;

/// A call behind an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Written {
    pub call: CallId,
    /// What it came to; stays.
    pub code: Option<WrapupCodeId>,
    /// When the talk, or the time for notes after it, was over.
    pub at: Moment,
}

impl Agent {
    /// A talk, or the time for notes after it, is over.
    pub(super) fn put_behind(&mut self, call: CallId, at: Moment) {
        self.written.retain(|written| written.call != call);
        if self.written.len() >= MOST_WRITTEN {
            self.written.remove(0);
        }
        let of_it = self.coded.filter(|(coded, _)| *coded == call);
        let code = of_it.map(|(_, code)| code);
        self.written.push(Written { call, code, at });
    }
}

impl State {
    /// The agent says what the call came to: while talking, or in the time for notes after it. Of a
    /// call behind the agent the words can still be put right for a while, so that nothing typed is
    /// lost; its code stays.
    pub(crate) fn decide_note(
        &self,
        d: &mut Decision,
        (id, agent): (AgentId, &Agent),
        about: Option<CallId>,
        code: Option<WrapupCodeId>,
        note: &str,
    ) -> Result<(), Refused> {
        let (call, code) = match about {
            Some(about) if agent.call() != Some(about) => {
                let mut behind = agent.written.iter().rev();
                let written = behind.find(|written| written.call == about);
                let in_time = |w: &&Written| d.at().since_ms(w.at) <= LATE_NOTE_MS;
                let written = written.filter(in_time).ok_or(Refused::NotesClosed(id))?;
                (about, written.code)
            }
            _ => {
                let (call, queue) = self.noted(agent).ok_or(Refused::NotInACall(id))?;
                let codes = self.queue(queue).map_or(&[][..], |q| &q.wrapup_codes);
                if let Some(code) = code.filter(|code| codes.iter().all(|known| known.id != *code))
                {
                    return Err(Refused::NoSuchCode(code));
                }
                (call, code)
            }
        };
        d.fact(What::CallNoted(CallNoted {
            call,
            agent: id,
            code,
            note: note.chars().take(MAX_NOTE).collect(),
        }));
        Ok(())
    }

    /// The call an agent can write about, and its queue.
    fn noted(&self, agent: &Agent) -> Option<(CallId, QueueId)> {
        match agent.work {
            Work::Wrapup { call, .. } => Some((call, agent.writes_for?)),
            Work::InCall { call, .. } => match &self.calls.get(&call)?.stage {
                Stage::Talking(talk) => Some((call, talk.queue)),
                _ => None,
            },
            Work::Free | Work::Offering { .. } | Work::Dialing { .. } => None,
        }
    }

    fn written_for(&self, agent: &Agent) -> Option<&Queue> {
        self.queue(agent.writes_for?)
    }

    /// The agent needs as much time for notes again.
    pub(crate) fn decide_extend(
        &self,
        d: &mut Decision,
        id: AgentId,
        agent: &Agent,
    ) -> Result<(), Refused> {
        let Work::Wrapup { call, .. } = agent.work else {
            return Err(Refused::NotInWrapup(id));
        };
        if agent.extended >= MOST_EXTENSIONS {
            return Err(Refused::NoMoreTime(id));
        }
        let wrapup_s = self.written_for(agent).map_or(0, |queue| queue.wrapup_s);
        d.fact(What::WrapupExtended(WrapupExtended {
            agent: id,
            call,
            by_ms: u64::from(wrapup_s) * 1000,
        }));
        Ok(())
    }

    /// The agent is done with the notes. Where a code is required there must be one; the time for
    /// notes ends by itself all the same, so nobody is stuck without.
    pub(crate) fn decide_wrapup_done(
        &self,
        d: &mut Decision,
        id: AgentId,
        agent: &Agent,
    ) -> Result<(), Refused> {
        let Work::Wrapup { call, .. } = agent.work else {
            return Err(Refused::NotInWrapup(id));
        };
        let asks = |queue: &&Queue| queue.wrapup_required && !queue.wrapup_codes.is_empty();
        let is_asked = self.written_for(agent).filter(asks).is_some();
        if is_asked && agent.coded.is_none_or(|(coded, _)| coded != call) {
            return Err(Refused::CodeRequired(id));
        }
        d.fact(What::WrapupEnded { agent: id, call });
        Ok(())
    }
}
