//! Automatic call distribution: who waits, who is ready, who is next.

mod agent;
mod announce;
mod callback;
mod dedicated;
mod estimate;
mod exit;
mod idle;
mod kept;
mod load;
mod lot;
mod offer;
mod order;
mod overflow;
mod presence;
mod queue;
mod roster;
mod selection;
mod skill;
mod strategy;
mod today;
mod wrapup;

pub use estimate::{Basis, Estimate};

pub(crate) use agent::{Agent, MAX_REASON, Pending, Presence, Work};
pub(crate) use callback::Callbacks;
pub(crate) use dedicated::LastAgents;
pub(crate) use kept::Kept;
pub(crate) use load::Loads;
pub(crate) use lot::Lot;
pub(crate) use offer::{ANSWER_STANDS_MS, offer_outcome};
pub(crate) use order::{Entry, Order};
pub(crate) use overflow::Shut;
pub(crate) use presence::decide_presence;
pub(crate) use queue::{ended_by, farewell};
pub(crate) use roster::Roster;
pub(crate) use wrapup::Written;
