//! What happens to callers and agents, told as conversations with the whole call centre on a
//! virtual clock. After every event of every story all invariants are checked.

mod agents;
mod announce;
mod arrival;
mod at_phone;
mod callback;
mod conference;
mod dedicated;
mod ears;
mod estimate;
mod exit;
mod forward;
mod help;
mod menu;
mod outbound;
mod overflow;
mod park;
mod priority;
mod queue;
mod restart;
mod scene;
mod skills;
mod store;
mod strategies;
mod supervision;
mod talk;
mod town;
mod transfer;
mod transfer_away;
mod visits;
mod voicemail;
mod wrapup;
