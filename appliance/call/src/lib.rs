//! The call model, in the words of ECMA-269 (Services for CSTA): what a call is made of, what can
//! happen to it and what can be asked for. Pure: no clock, socket, file or thread.
//!
//! Doors (lines, phones) turn the outside into [`Event`]s and carry out [`Command`]s. Everything
//! between the two is decided in `hotline-services`. A door never decides, the centre never
//! speaks a protocol.

mod caller;
mod cause;
mod device;
mod digit;
mod event;
mod leg;
mod moment;
mod number;

pub use caller::{CallerId, Presentation};
pub use cause::Cause;
pub use device::{Device, LineId, PhoneId};
pub use digit::Digit;
pub use event::{Command, Event, Heard, MAX_HEARD, Party};
pub use leg::{CallId, LegId, LegIds, LegState};
pub use moment::Moment;
pub use number::{Number, NumberError};
