//! The phones' thread: its own event loop, the registrar's accounts following the store.

use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::media::{EngineHandle, NetHandle};
use crate::phones::{Account, Accounts, Ha1, PhoneEvent, PhoneSettings, Phones};
use crate::run::{StartError, block_on, thread};
use crate::store::{Phone, Store};

/// The accounts of the registrar follow the store.
fn accounts_of(phones: &[Phone]) -> Accounts {
    let account = |phone: &Phone| {
        let ha1 = Ha1::from_hex(&phone.secret.ha1)?;
        Some(Account {
            phone: phone.id,
            user: phone.extension.clone(),
            ha1,
        })
    };
    Accounts::new(phones.iter().filter_map(account).collect())
}

/// What the phones' thread needs.
pub struct PhonesDoor {
    /// Where phones reach us.
    pub settings: PhoneSettings,
    /// The accounts, as they change.
    pub store: Store,
    /// Streams open and close there.
    pub engine: EngineHandle,
    /// Their sockets.
    pub net: NetHandle,
    /// What phones tell.
    pub events: mpsc::Sender<PhoneEvent>,
    /// Time.
    pub clock: Clock,
}

impl PhonesDoor {
    /// Opens the door on a thread and an event loop of its own.
    ///
    /// # Errors
    /// The sockets are taken, or there is no thread left.
    pub fn open(
        self,
        stop: CancellationToken,
    ) -> Result<(Arc<Phones>, JoinHandle<()>), StartError> {
        let (opened, wait) = oneshot::channel();
        let handle = thread("phones", move || {
            let ended = block_on(async move {
                let mut stored = self.store.phones();
                let first = accounts_of(&stored.borrow_and_update());
                let (accounts, seen) = watch::channel(Arc::new(first));
                let phones = Phones::start(
                    self.settings,
                    seen,
                    self.engine,
                    self.net,
                    self.events,
                    self.clock,
                )
                .await;
                let _ = opened.send(phones.map(Arc::new));
                loop {
                    tokio::select! {
                        () = stop.cancelled() => break,
                        changed = stored.changed() => {
                            if changed.is_err() { break }
                            let now = accounts_of(&stored.borrow_and_update());
                            accounts.send_replace(Arc::new(now));
                        }
                    }
                }
            });
            if let Err(error) = ended {
                tracing::error!(%error, "the phones' thread did not start");
            }
        })?;
        let gone = || std::io::Error::other("its thread ended");
        let phones = wait.blocking_recv().map_err(|_| StartError::System {
            what: "the phones' thread",
            source: gone(),
        })??;
        Ok((phones, handle))
    }
}
