use serde::{Deserialize, Serialize};

use crate::Number;

/// Whether the caller lets us see the number (Q.951.3, EN 300 659-3 "reason for absence").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presentation {
    /// The number may be shown.
    Allowed,
    /// The caller withholds it ("P").
    Withheld,
    /// The network does not know it ("O"), or nothing was sent in time.
    #[default]
    Unavailable,
}

/// Who calls, as far as the network tells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallerId {
    /// The calling number, when it was sent and may be shown.
    pub number: Option<Number>,
    /// The name beside it.
    pub name: Option<String>,
    /// Why there is no number, or that there is one.
    pub presentation: Presentation,
}

impl CallerId {
    /// A caller whose number is known.
    #[must_use]
    pub const fn known(number: Number) -> Self {
        Self {
            number: Some(number),
            name: None,
            presentation: Presentation::Allowed,
        }
    }
}
