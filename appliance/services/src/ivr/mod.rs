//! Interactive voice response: menus.

mod session;
