//! PINs of agents, by which they sign in at any phone. What is kept proves a PIN and does not tell it.

use hotline_services::AgentId;

use super::users::{hash, off_thread, verify};
use super::{Store, StoreError, settings};

fn key(agent: AgentId) -> String {
    format!("agent_pin_{}", agent.0)
}

impl Store {
    /// Gives an agent this PIN, or takes it away.
    ///
    /// # Errors
    /// When it could not be saved.
    pub async fn set_agent_pin(
        &self,
        agent: AgentId,
        pin: Option<String>,
    ) -> Result<(), StoreError> {
        let hash = match pin {
            Some(pin) => Some(off_thread(move || hash(&pin)).await??),
            None => None,
        };
        self.write(move |transaction| match &hash {
            Some(hash) => settings::set(transaction, &key(agent), hash),
            None => settings::remove(transaction, &key(agent)),
        })
        .await
    }

    /// Whether the agent has this PIN. Takes some tens of milliseconds by design; as long for an
    /// agent who has none.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn is_agent_pin(&self, agent: AgentId, pin: String) -> Result<bool, StoreError> {
        let kept = self
            .read(move |connection| settings::get::<String>(connection, &key(agent)))
            .await?;
        off_thread(move || match kept {
            Some(kept) => Ok(verify(&pin, &kept)),
            None => hash(&pin).map(|_| false),
        })
        .await?
    }
}
