//! The phones' door against a scripted phone, malformed messages, garbage, sipp and baresip.

#[path = "phones/calling.rs"]
mod calling;
#[path = "phones/calls.rs"]
mod calls;
#[path = "phones/desk.rs"]
mod desk;
#[path = "phones/hostile.rs"]
mod hostile;
#[path = "phones/manners.rs"]
mod manners;
#[path = "phones/peers.rs"]
mod peers;
#[path = "phones/registering.rs"]
mod registering;
#[path = "phones/rtp.rs"]
mod rtp;
#[path = "phones/script.rs"]
mod script;
