//! A call for help is shown to everybody on site from the moment it is dialled, whatever becomes of
//! it, until somebody says that it was seen (47 CFR 9.16 (b) (2) asks for no less). What was refused,
//! for want of a line or because it is a test, is shown as well.

use std::collections::VecDeque;

use hotline_call::{CallId, Moment, Number, PhoneId};

use crate::decision::Decision;
use crate::fact::{CallDialled, DialRefused, HelpAcknowledged};
use crate::route::Step;
use crate::state::State;
use crate::{AgentId, Fact, Refused, Supervisor, What};

/// So many are shown at most; the oldest gives way. A phone that dials again and again hides nothing
/// that is newer.
const MAX_NOTICES: usize = 50;
const DAY_MS: u64 = 24 * 3_600_000;

/// One notice; the number of the fact that it tells of.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(transparent)]
pub struct NoticeId(pub u64);

/// Somebody here has dialled a number for help, and nobody has said yet that this was seen.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct HelpNotice {
    /// Its name.
    pub id: NoticeId,
    /// The call; `None`: none came of it.
    pub call: Option<CallId>,
    /// Who is signed in at the phone.
    pub agent: Option<AgentId>,
    /// Where it was dialled.
    pub phone: PhoneId,
    /// What was dialled.
    pub number: Number,
    /// When.
    pub at: Moment,
    /// What has become of it.
    pub state: HelpState,
}

/// What has become of a call for help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum HelpState {
    /// The number goes out on a line.
    Dialling,
    /// The telephone there rings.
    Ringing,
    /// Somebody there has answered.
    Talking,
    /// They have talked; it is over.
    Ended,
    /// It ended before anybody there answered.
    NotAnswered,
    /// There was no line at all.
    NoLine,
    /// A test: nothing was dialled.
    Test,
}

/// All that nobody has acknowledged, the oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct HelpNotices {
    notices: VecDeque<HelpNotice>,
}

impl HelpNotices {
    /// The oldest first.
    pub fn all(&self) -> impl Iterator<Item = &HelpNotice> {
        self.notices.iter()
    }

    fn get(&self, id: NoticeId) -> Option<&HelpNotice> {
        self.all().find(|notice| notice.id == id)
    }

    /// Folds a fact.
    pub fn apply(&mut self, fact: &Fact) {
        let id = NoticeId(fact.seq);
        match &fact.what {
            What::CallDialled(dialled) if dialled.is_emergency => {
                self.put(of_call(id, fact.at, dialled));
            }
            What::DialRefused(refused) => {
                if let Some(notice) = of_refused(id, fact.at, refused) {
                    self.put(notice);
                }
            }
            What::Started { .. } => self.forget_old(fact.at),
            What::CallAlerting { call } => self.becomes(*call, |_| HelpState::Ringing),
            What::Connected { call, .. } => self.becomes(*call, |_| HelpState::Talking),
            What::CallEnding { call, .. } => self.becomes(*call, |state| match state {
                HelpState::Talking => HelpState::Ended,
                _ => HelpState::NotAnswered,
            }),
            What::HelpAcknowledged(HelpAcknowledged { notice, .. }) => {
                self.notices.retain(|known| known.id != *notice);
            }
            _ => {}
        }
    }

    /// What nobody acknowledged within a day is history.
    fn forget_old(&mut self, now: Moment) {
        self.notices
            .retain(|notice| now.wall_ms.saturating_sub(notice.at.wall_ms) < DAY_MS);
    }

    fn put(&mut self, notice: HelpNotice) {
        if self.notices.len() >= MAX_NOTICES {
            self.notices.pop_front();
        }
        self.notices.push_back(notice);
    }

    fn becomes(&mut self, call: CallId, next: impl FnOnce(HelpState) -> HelpState) {
        let mut notices = self.notices.iter_mut();
        if let Some(notice) = notices.find(|notice| notice.call == Some(call)) {
            notice.state = next(notice.state);
        }
    }
}

fn of_call(id: NoticeId, at: Moment, dialled: &CallDialled) -> HelpNotice {
    HelpNotice {
        id,
        call: Some(dialled.call),
        agent: Some(dialled.agent).filter(|agent| *agent != AgentId::NOBODY),
        phone: dialled.phone,
        number: dialled.number.clone(),
        at,
        state: HelpState::Dialling,
    }
}

/// The notice of a number that was not dialled, if it is one for help.
fn of_refused(id: NoticeId, at: Moment, refused: &DialRefused) -> Option<HelpNotice> {
    let state = refused.steps.iter().find_map(|step| match step {
        Step::Emergency { is_test: true, .. } => Some(HelpState::Test),
        Step::Emergency { .. } => Some(HelpState::NoLine),
        _ => None,
    })?;
    Some(HelpNotice {
        id,
        call: None,
        agent: refused.agent,
        phone: refused.phone,
        number: refused.number.clone(),
        at,
        state,
    })
}

impl State {
    /// Somebody says that a call for help was seen. Whoever sees the notice may.
    pub(crate) fn decide_acknowledge(
        &self,
        d: &mut Decision,
        by: &Supervisor,
        notice: NoticeId,
    ) -> Result<(), Refused> {
        let known = self.help.get(notice);
        let known = known.ok_or(Refused::NoSuchNotice(notice))?;
        d.fact(What::HelpAcknowledged(HelpAcknowledged {
            notice,
            call: known.call,
            by: by.account.clone(),
        }));
        Ok(())
    }
}
