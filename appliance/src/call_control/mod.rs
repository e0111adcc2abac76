//! The one task that owns the `CallCentre`: event in, facts to the store, actions out.

mod actions;
mod core;
mod dials;
mod legs;
mod pins;
mod sounds;
mod task;
mod voices;

use std::collections::BTreeSet;
use std::sync::Arc;

use hotline_call::Moment;
use hotline_services::blacklist::ListChange;
use hotline_services::schedule::{Override, ScheduleId};
use hotline_services::{
    Acted, AgentId, Announcements, Configuration, Event, Fact, Language, Refused, Request, Say,
    View,
};
use tokio::sync::{broadcast, mpsc, oneshot, watch};

use crate::media::prompts::Prompts;

pub use task::{Task, Wiring};

/// What everybody may see of the centre at one moment.
#[derive(Clone, Debug, Default)]
pub struct Live {
    /// When this was true.
    pub at: Moment,
    /// Counts up with each change.
    pub seq: u64,
    /// Lines, queues, agents, calls.
    pub view: View,
}

/// One question to the centre, with the way back.
#[derive(Debug)]
pub enum Ask {
    /// A person asks for something.
    Request(Request, oneshot::Sender<Result<(), Refused>>),
    /// The administrator has set something; it has been checked.
    Configure(Box<Configuration>, oneshot::Sender<()>),
    /// Somebody has set something else; it has been checked.
    Tell(Box<Event>, oneshot::Sender<()>),
}

/// Why an answer did not come.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// The centre said no.
    #[error("{0}")]
    Refused(#[from] Refused),
    /// The centre is being restarted, or the program ends.
    #[error("call control is not running; try again in a moment")]
    NotRunning,
    /// The queue to it is full.
    #[error("call control is busy; try again in a moment")]
    Busy,
    /// What callers are to hear cannot be spoken. Nothing has changed.
    #[error("the announcements cannot be spoken: {0}")]
    Voice(String),
}

/// The way to the centre for everybody else. Cheap to clone.
#[derive(Clone, Debug)]
pub struct CallControl {
    asks: mpsc::Sender<Ask>,
    live: watch::Receiver<Arc<Live>>,
    facts: broadcast::Sender<Arc<Fact>>,
    prompts: Option<Prompts>,
}

/// What this configuration will have said to callers.
#[must_use]
pub fn sayings_of(configuration: &Configuration) -> Vec<Say> {
    let texts = configuration.texts().into_iter();
    let mut sayings: BTreeSet<Say> = texts
        .map(|(text, language)| Say::Text(text.to_owned(), language))
        .collect();
    for language in configuration.languages() {
        for queue in &configuration.queues {
            sayings.extend(waits(&queue.announcements, language));
            let offer = queue.callback.map(|c| Say::OfferCallback(c.key, language));
            sayings.extend(offer);
        }
    }
    sayings.into_iter().collect()
}

/// All that callers may be told about their wait.
fn waits(told: &Announcements, language: Language) -> Vec<Say> {
    let ahead = (0..=told.most_ahead).map(|callers| Say::Ahead(callers, language));
    let more = std::iter::once(Say::MoreAhead(told.most_ahead, language));
    let minutes = (0..=told.most_minutes).map(|minutes| Say::EstimatedWait(minutes, language));
    let place = ahead.chain(more).filter(|_| told.position);
    place.chain(minutes.filter(|_| told.wait)).collect()
}

impl CallControl {
    /// A handle onto a task that reads these.
    #[must_use]
    pub fn new(
        asks: mpsc::Sender<Ask>,
        live: watch::Receiver<Arc<Live>>,
        facts: broadcast::Sender<Arc<Fact>>,
    ) -> Self {
        Self {
            asks,
            live,
            facts,
            prompts: None,
        }
    }

    /// The same, and what a configuration says is spoken before it is put into force.
    #[must_use]
    pub fn with_prompts(self, prompts: Prompts) -> Self {
        Self {
            prompts: Some(prompts),
            ..self
        }
    }

    /// The sounds, where there are any.
    #[must_use]
    pub const fn prompts(&self) -> Option<&Prompts> {
        self.prompts.as_ref()
    }

    /// Asks for something on behalf of a person.
    ///
    /// # Errors
    /// The centre's refusal, or that it cannot be reached.
    pub async fn request(&self, request: Request) -> Result<(), AskError> {
        let (answer, wait) = oneshot::channel();
        self.send(Ask::Request(request, answer))?;
        Ok(wait.await.map_err(|_| AskError::NotRunning)??)
    }

    /// Puts a checked configuration into force, once its announcements have been spoken.
    ///
    /// # Errors
    /// That they cannot be spoken, or the centre cannot be reached.
    pub async fn configure(&self, configuration: Configuration) -> Result<(), AskError> {
        if let Some(prompts) = self.prompts.clone() {
            let sayings = sayings_of(&configuration);
            let spoken = tokio::task::spawn_blocking(move || prompts.prepare(&sayings)).await;
            spoken
                .map_err(|_| AskError::NotRunning)?
                .map_err(|error| AskError::Voice(error.to_string()))?;
        }
        let (answer, wait) = oneshot::channel();
        self.send(Ask::Configure(Box::new(configuration), answer))?;
        wait.await.map_err(|_| AskError::NotRunning)
    }

    /// Puts a planned change of the number lists into force.
    ///
    /// # Errors
    /// The centre cannot be reached.
    pub async fn change_lists(&self, change: ListChange) -> Result<(), AskError> {
        self.tell(Event::ChangeLists(Box::new(change))).await
    }

    /// Sets day or night by hand, or the plan again.
    ///
    /// # Errors
    /// The centre cannot be reached.
    pub async fn set_schedule(
        &self,
        schedule: ScheduleId,
        by_hand: Option<Override>,
    ) -> Result<(), AskError> {
        self.tell(Event::SetSchedule { schedule, by_hand }).await
    }

    /// An agent has opened the first page, or closed the last one.
    ///
    /// # Errors
    /// The centre cannot be reached.
    pub async fn browser(&self, agent: AgentId, is_open: bool) -> Result<(), AskError> {
        // Nobody's telephone is a page yet.
        let is_the_phone = false;
        self.tell(Event::Browser {
            agent,
            is_open,
            is_the_phone,
        })
        .await
    }

    /// Has kept what somebody did on a screen.
    ///
    /// # Errors
    /// The centre cannot be reached.
    pub async fn acted(&self, acted: Acted) -> Result<(), AskError> {
        self.tell(Event::Acted(Box::new(acted))).await
    }

    async fn tell(&self, event: Event) -> Result<(), AskError> {
        let (answer, wait) = oneshot::channel();
        self.send(Ask::Tell(Box::new(event), answer))?;
        wait.await.map_err(|_| AskError::NotRunning)
    }

    /// What everybody may see; changes whenever something changed.
    #[must_use]
    pub fn live(&self) -> watch::Receiver<Arc<Live>> {
        self.live.clone()
    }

    /// Every fact from now on. A slow reader loses the oldest and is told so.
    #[must_use]
    pub fn facts(&self) -> broadcast::Receiver<Arc<Fact>> {
        self.facts.subscribe()
    }

    fn send(&self, ask: Ask) -> Result<(), AskError> {
        self.asks.try_send(ask).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => AskError::Busy,
            mpsc::error::TrySendError::Closed(_) => AskError::NotRunning,
        })
    }
}
