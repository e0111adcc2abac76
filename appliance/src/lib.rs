//! Hotline, a call centre in a box: the program. It owns every socket, file, clock and thread;
//! no decision about a call is taken here.

pub mod call_control;
pub mod clock;
pub mod config;
pub mod drill;
pub mod http;
pub mod lines;
pub mod media;
pub mod phones;
pub mod phones_door;
pub mod run;
pub mod store;
pub mod system;
pub mod web;
