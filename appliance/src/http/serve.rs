//! Connections of browsers: so many at once, and each with so long to say what it wants, so that
//! neither slow nor silent ones take the descriptors that calls need.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::ServiceExt as _;

use super::{Api, live, router};

/// Connections at once: 50 people with some tabs each. Further ones wait to be accepted.
const CONNECTIONS: usize = 512;
/// From the connection, or the end of the request before, to the end of the next one's head.
const HEAD: Duration = Duration::from_secs(10);
/// How long to wait when the system has no descriptor left.
const PAUSE: Duration = Duration::from_millis(100);

/// Serves until `ending` is cancelled; requests under way are finished.
pub async fn serve(api: Api, listener: TcpListener) {
    let ending = api.ending.clone();
    let feeding = tokio::spawn(live::feed(api.clone()));
    let router = router(api);
    let open = GracefulShutdown::new();
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &room) => accepted,
            () = ending.cancelled() => break,
        };
        if let Some((stream, peer, place)) = accepted {
            talk(&router, &open, stream, peer, place);
        }
    }
    feeding.abort();
    open.shutdown().await;
}

/// The next connection, when there is room for one.
async fn accept(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let place = Arc::clone(room).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => Some((stream, peer, place)),
        Err(error) => {
            tracing::warn!(%error, "no connection of a browser was accepted");
            tokio::time::sleep(PAUSE).await;
            None
        }
    }
}

/// Serves one connection for as long as it lasts.
fn talk(
    router: &Router,
    open: &GracefulShutdown,
    stream: TcpStream,
    peer: SocketAddr,
    place: OwnedSemaphorePermit,
) {
    // Small messages on the WebSocket are not to wait for more.
    let _ = stream.set_nodelay(true);
    let router = router.clone();
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().oneshot(request)
    });
    let mut builder = Builder::new(TokioExecutor::new()).http1_only();
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD);
    let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), service);
    let watched = open.watch(connection.into_owned());
    tokio::spawn(async move {
        if let Err(error) = watched.await {
            tracing::debug!(%peer, %error, "a browser's connection broke");
        }
        drop(place);
    });
}
