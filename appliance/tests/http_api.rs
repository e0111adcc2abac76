//! The API as a browser meets it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "http/accounts.rs"]
mod accounts;
#[path = "http/audit.rs"]
mod audit;
#[path = "http/callbacks.rs"]
mod callbacks;
#[path = "http/calls.rs"]
mod calls;
#[path = "http/change_sets.rs"]
mod change_sets;
#[path = "http/configuration.rs"]
mod configuration;
#[path = "http/desks.rs"]
mod desks;
#[path = "http/door.rs"]
mod door;
#[path = "http/forwarding.rs"]
mod forwarding;
#[path = "http/in_call.rs"]
mod in_call;
#[path = "http/live.rs"]
mod live;
#[path = "http/permission.rs"]
mod permission;
#[path = "http/prompts.rs"]
mod prompts;
#[path = "http/regions.rs"]
mod regions;
#[path = "http/retention.rs"]
mod retention;
#[path = "http/settings.rs"]
mod settings;
#[path = "http/world.rs"]
mod world;
