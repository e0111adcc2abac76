//! SIP, with `rsipstack` behind this one module.
//!
//! Of the stack we use the parser and the transactions (RFC 3261 §17). Its sockets, dialogs and
//! registrar are ours instead: sockets, because its parser needs cleaned octets and its queues
//! have no bound; dialogs, because it never removes them, and the rule of the house is that a leg
//! is released exactly once. A leg here is a task that owns its dialog and ends by its own
//! deadlines, so nothing has to be swept.

mod admission;
mod cause;
mod dialog;
mod digest;
mod flow;
mod gate;
mod incoming;
mod leg;
mod registrar;
mod router;
mod seldom;
mod wire;

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use hotline_call::{CallerId, Cause, Device, Event, LegId, Moment, PhoneId};
use hotline_dsp::engine::Channel;
use rsipstack::EndpointBuilder;
use rsipstack::sip::{HeadersExt, Response};
use rsipstack::transaction::endpoint::{EndpointInnerRef, EndpointOption};
use rsipstack::transport::udp::UdpConnection;
use rsipstack::transport::{SipConnection, TransportLayer};
use tokio::net::{TcpListener, UdpSocket};
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

use super::{Accounts, DoorLegs, PhoneEvent, PhoneSettings, PhonesError, Registration};
use crate::clock::Clock;
use crate::media::{EngineHandle, NetHandle, StreamSlot};
use admission::Admission;
use digest::Nonces;
use flow::Flow;
use leg::{Leg, Mail};
use registrar::{Change, Expiry, Registrar};

/// How often lapsed registrations are looked for.
const EXPIRY_CHECK: Duration = Duration::from_secs(1);

/// The way to the voices.
#[derive(Clone)]
pub struct MediaDoor {
    /// The engine.
    pub engine: EngineHandle,
    /// The RTP thread.
    pub net: NetHandle,
}

/// Mailboxes of the legs that exist. A leg is known by its number until it is released, and by
/// its Call-ID until no straggler can come any more.
#[derive(Default)]
struct Legs {
    by_id: HashMap<LegId, mpsc::UnboundedSender<Mail>>,
    by_call_id: HashMap<String, mpsc::UnboundedSender<Mail>>,
    /// Calls that phones make, until released.
    made: HashMap<LegId, PhoneId>,
}

impl Legs {
    /// How many calls a phone makes now.
    fn made_by(&self, phone: PhoneId) -> usize {
        self.made.values().filter(|by| **by == phone).count()
    }
}

/// Everything the tasks of this door share.
pub struct Door {
    settings: PhoneSettings,
    local: SocketAddr,
    accounts: watch::Receiver<Arc<Accounts>>,
    media: MediaDoor,
    events: mpsc::Sender<PhoneEvent>,
    clock: Clock,
    endpoint: EndpointInnerRef,
    udp: SipConnection,
    runtime: tokio::runtime::Handle,
    registrar: Mutex<Registrar>,
    /// Held from a change of the table until it has been told: a phone that goes and comes back
    /// must not be told of in the other order.
    telling: tokio::sync::Mutex<()>,
    admission: Mutex<Admission>,
    legs: Mutex<Legs>,
    /// Names for the calls that phones make; none until the centre is there.
    names: OnceLock<DoorLegs>,
    stop: CancellationToken,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Door {
    /// Opens the sockets and starts the tasks.
    pub async fn open(
        settings: PhoneSettings,
        accounts: watch::Receiver<Arc<Accounts>>,
        media: MediaDoor,
        events: mpsc::Sender<PhoneEvent>,
        clock: Clock,
    ) -> Result<Arc<Self>, PhonesError> {
        let (socket, listener, local) = bind(settings.listen).await?;
        let stack = |error: rsipstack::Error| PhonesError::Stack(error.to_string());
        let stop = CancellationToken::new();
        let udp = UdpConnection::from_socket(socket.clone(), Some(local), Some(stop.clone()));
        let udp = SipConnection::Udp(udp.await.map_err(stack)?);
        let endpoint = EndpointBuilder::new()
            .with_user_agent(concat!("Hotline/", env!("CARGO_PKG_VERSION")))
            .with_transport_layer(TransportLayer::new(stop.clone()))
            .with_cancel_token(stop.clone())
            // The stack would acknowledge a 2xx to the Contact in it; we do, to where it came from.
            .with_option(EndpointOption {
                auto_ack_2xx: false,
                ..EndpointOption::default()
            })
            .build();
        let incoming = endpoint.incoming_transactions().map_err(stack)?;
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(|error| PhonesError::Stack(error.to_string()))?;
        let expiry = Expiry {
            min_s: settings.min_expires_s,
            max_s: settings.max_expires_s,
        };
        let registrar = Registrar::new(Nonces::new(settings.realm.clone(), secret), expiry);
        let door = Arc::new(Self {
            settings,
            local,
            accounts,
            media,
            events,
            clock,
            endpoint: Arc::clone(&endpoint.inner),
            udp,
            runtime: tokio::runtime::Handle::current(),
            registrar: Mutex::new(registrar),
            telling: tokio::sync::Mutex::new(()),
            admission: Mutex::new(Admission::default()),
            legs: Mutex::new(Legs::default()),
            names: OnceLock::new(),
            stop,
        });
        tokio::spawn(gate::udp(Arc::clone(&door), socket));
        tokio::spawn(gate::tcp(Arc::clone(&door), listener));
        tokio::spawn(router::run(Arc::clone(&door), incoming));
        tokio::spawn(timers(Arc::clone(&door)));
        tokio::spawn(expire(Arc::clone(&door)));
        Ok(door)
    }

    /// Ends every task of the door.
    pub fn close(&self) {
        self.stop.cancel();
    }

    async fn closed(&self) {
        self.stop.cancelled().await;
    }

    /// Where SIP is heard.
    pub const fn local_addr(&self) -> SocketAddr {
        self.local
    }

    /// Ends a leg, if there is one.
    pub fn release(&self, leg: LegId, cause: Cause) {
        self.mail(leg, Mail::Release(cause));
    }

    /// Answers a leg that its phone began.
    pub fn answer(&self, leg: LegId) {
        self.mail(leg, Mail::Answer);
    }

    /// A phone that calls hears more than ringing from now on.
    pub fn early(&self, leg: LegId) {
        self.mail(leg, Mail::Early);
    }

    /// What a phone asked by REFER is not done.
    pub fn refuse_transfer(&self, leg: LegId) {
        self.mail(leg, Mail::RefuseTransfer);
    }

    fn mail(&self, leg: LegId, mail: Mail) {
        if let Some(mailbox) = lock(&self.legs).by_id.get(&leg) {
            let _ = mailbox.send(mail);
        }
    }

    /// Calls of phones are named from here on.
    pub fn name_legs(&self, names: DoorLegs) {
        // Said once, when the centre starts.
        let _ = self.names.set(names);
    }

    fn new_leg(&self) -> Option<LegId> {
        Some(lock(self.names.get()?).take())
    }

    /// Who is reachable.
    pub fn registrations(&self) -> Vec<Registration> {
        let registrar = lock(&self.registrar);
        registrar
            .bindings()
            .iter()
            .map(|binding| binding.registration.clone())
            .collect()
    }

    /// Legs that hold memory.
    pub fn legs(&self) -> usize {
        lock(&self.legs).by_call_id.len()
    }

    fn now(&self) -> Moment {
        self.clock.now()
    }

    fn endpoint(&self) -> &EndpointInnerRef {
        &self.endpoint
    }

    fn udp_connection(&self) -> SipConnection {
        self.udp.clone()
    }

    fn stream_token(&self) -> CancellationToken {
        self.stop.child_token()
    }

    fn admit(&self, source: IpAddr) -> bool {
        lock(&self.admission).admit(source, self.now().mono_ms)
    }

    fn is_registered(&self, flow: &Flow) -> bool {
        lock(&self.registrar)
            .bindings()
            .iter()
            .any(|binding| binding.flow.is_same(flow))
    }

    /// The address a phone at the end of this flow reaches us at.
    fn told_address(&self, flow: &Flow) -> SocketAddr {
        let port = self.local.port();
        let ip = self.settings.advertise.or_else(|| {
            (!self.local.ip().is_unspecified())
                .then_some(self.local.ip())
                .or_else(|| {
                    // Connecting a UDP socket sends nothing; the kernel picks the route.
                    let any = if flow.remote.is_ipv4() {
                        "0.0.0.0:0"
                    } else {
                        "[::]:0"
                    };
                    let probe = std::net::UdpSocket::bind(any).ok()?;
                    probe.connect(flow.remote).ok()?;
                    Some(probe.local_addr().ok()?.ip())
                })
        });
        SocketAddr::new(ip.unwrap_or(self.local.ip()), port)
    }

    /// A repeated 2xx goes to the leg of its Call-ID; of an unknown leg it is left to time out.
    fn late_response(&self, response: Response) {
        let Ok(call_id) = response.call_id_header() else {
            return;
        };
        if let Some(mailbox) = lock(&self.legs).by_call_id.get(call_id.value()) {
            let _ = mailbox.send(Mail::Late(response));
        }
    }

    async fn flow_lost(&self, flow: &Flow) {
        for mailbox in lock(&self.legs).by_call_id.values() {
            let _ = mailbox.send(Mail::FlowLost(flow.clone()));
        }
        self.change(|table| ((), table.flow_lost(flow))).await;
    }

    /// Changes the location table and tells which phones have come or gone by it.
    async fn change<T>(&self, how: impl FnOnce(&mut Registrar) -> (T, Vec<Change>)) -> T {
        let _order = self.telling.lock().await;
        let (result, changes) = how(&mut lock(&self.registrar));
        for change in changes {
            self.tell(match change {
                Change::Came(phone) => Event::InService {
                    device: Device::Phone(phone),
                },
                Change::Went(phone) => Event::OutOfService {
                    device: Device::Phone(phone),
                },
            })
            .await;
        }
        result
    }

    /// Waits while the reader is behind; fails only when it has gone, and with it everything.
    async fn tell(&self, event: Event) {
        self.tell_with(event, None).await;
    }

    async fn tell_with(&self, event: Event, channel: Option<Channel>) {
        let at = self.now();
        let told = PhoneEvent { at, event, channel };
        let _ = self.events.send(told).await;
    }
}

/// Starts a leg.
pub fn ring(door: &Arc<Door>, id: LegId, phone: PhoneId, caller: CallerId, slot: StreamSlot) {
    let (mailbox, mail) = mpsc::unbounded_channel();
    lock(&door.legs).by_id.insert(id, mailbox.clone());
    let leg = Leg::new(Arc::clone(door), id, phone, slot, mailbox);
    door.runtime.spawn(leg.run(caller, mail));
}

/// UDP and TCP on the same port. Port 0 takes any that is free for both.
async fn bind(
    listen: SocketAddr,
) -> Result<(Arc<UdpSocket>, TcpListener, SocketAddr), PhonesError> {
    const ATTEMPTS: usize = 16;
    let mut attempt = 0;
    loop {
        attempt += 1;
        let udp_error = |source| PhonesError::Udp {
            address: listen,
            source,
        };
        let socket = UdpSocket::bind(listen).await.map_err(udp_error)?;
        let local = socket.local_addr().map_err(udp_error)?;
        match TcpListener::bind(local).await {
            Ok(listener) => return Ok((Arc::new(socket), listener, local)),
            Err(_) if listen.port() == 0 && attempt < ATTEMPTS => {}
            Err(source) => {
                return Err(PhonesError::Tcp {
                    address: local,
                    source,
                });
            }
        }
    }
}

/// The stack's timers; without this no transaction repeats or ends.
async fn timers(door: Arc<Door>) {
    tokio::select! {
        () = door.endpoint.process_timer() => {}
        () = door.closed() => {}
    }
}

async fn expire(door: Arc<Door>) {
    let mut accounts = door.accounts.clone();
    loop {
        tokio::select! {
            () = tokio::time::sleep(EXPIRY_CHECK) => {}
            // When nobody can change them any more, what they are now holds.
            Ok(()) = accounts.changed() => {}
            () = door.closed() => return,
        }
        let now_valid = Arc::clone(&accounts.borrow_and_update());
        door.change(|table| ((), table.expire(&now_valid, door.now())))
            .await;
    }
}
