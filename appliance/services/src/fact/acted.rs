//! What people did that leads to no other fact.

use serde::{Deserialize, Serialize};

/// Somebody did something on a screen, and it was done. Kept for whoever asks later who did what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acted {
    /// Who, as signed in.
    pub account: String,
    /// In which role.
    pub role: String,
    /// What, as the API names it: `put accounts/{id}/password`.
    pub act: String,
    /// To what: the names and numbers in the address, `3`. Never what was sent, which may be secret.
    pub about: String,
}
