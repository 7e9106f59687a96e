//! How many connections are open: from one address, and in all. Whoever opens more is turned away at once, so that nobody can take all
//! that the machine has by opening them and saying nothing.

use std::collections::HashMap;
use std::io::{Error, ErrorKind, Result};
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use axum_server::accept::Accept;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use crate::watch::network;

/// Connections of one address, or IPv6 network: an office behind one address has as many.
pub const OF_ONE: usize = 256;
/// Connections in all. Each is a file to the system, and takes some 20 KiB.
pub const IN_ALL: usize = 4096;

/// The doors, and who is in.
#[derive(Debug, Clone)]
pub struct Doors {
    inside: Arc<Mutex<Inside>>,
    /// Whether all come through a proxy, from its address: then only what is there in all is counted.
    by_proxy: bool,
    of_one: usize,
    in_all: usize,
}

#[derive(Debug, Default)]
struct Inside {
    all: usize,
    by: HashMap<IpAddr, usize>,
}

/// The place of one connection; free again when it is dropped.
#[derive(Debug)]
pub struct Place {
    inside: Arc<Mutex<Inside>>,
    network: Option<IpAddr>,
}

fn held(inside: &Mutex<Inside>) -> MutexGuard<'_, Inside> {
    inside.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Doors {
    /// Doors for so many connections.
    pub fn new(by_proxy: bool, of_one: usize, in_all: usize) -> Self {
        Self { inside: Arc::default(), by_proxy, of_one, in_all }
    }

    /// A place for a connection from an address, if there is one.
    fn enter(&self, address: IpAddr) -> Option<Place> {
        let network = (!self.by_proxy).then(|| network(address));
        let mut inside = held(&self.inside);
        if inside.all >= self.in_all {
            return None;
        }
        if let Some(network) = network {
            let of_this = inside.by.entry(network).or_default();
            if *of_this >= self.of_one {
                return None;
            }
            *of_this += 1;
        }
        inside.all += 1;
        Some(Place { inside: Arc::clone(&self.inside), network })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut inside = held(&self.inside);
        inside.all -= 1;
        let Some(network) = self.network else { return };
        if let Some(of_this) = inside.by.get_mut(&network) {
            *of_this -= 1;
            if *of_this == 0 {
                inside.by.remove(&network);
            }
        }
    }
}

/// A connection that has a place.
#[derive(Debug)]
pub struct Placed {
    stream: TcpStream,
    _place: Place,
}

impl<S: Send + 'static> Accept<TcpStream, S> for Doors {
    type Stream = Placed;
    type Service = S;
    type Future = std::future::Ready<Result<(Placed, S)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let place = stream.peer_addr().map(|address| self.enter(address.ip()));
        let full = || Error::new(ErrorKind::ConnectionRefused, "too many connections");
        std::future::ready(place.and_then(|place| place.ok_or_else(full)).map(|place| {
            // Whoever waits for the end of an answer need not.
            let _ = stream.set_nodelay(true);
            (Placed { stream, _place: place }, service)
        }))
    }
}

impl AsyncRead for Placed {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, to: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, to)
    }
}

impl AsyncWrite for Placed {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, from: &[u8]) -> Poll<Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, from)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        from: &[std::io::IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, from)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_cannot_take_all_places() {
        let doors = Doors::new(false, 2, 3);
        let at = |text: &str| doors.enter(text.parse().unwrap());
        let (first, second) = (at("192.0.2.1"), at("192.0.2.1"));
        assert!(first.is_some() && second.is_some() && at("192.0.2.1").is_none());
        let other = at("2001:db8::1");
        assert!(other.is_some() && at("192.0.2.9").is_none(), "three in all");
        drop(first);
        let again = at("2001:db8::2");
        assert!(again.is_some() && at("2001:db8::3").is_none(), "a network of IPv6 counts as one address");
        drop((second, other, again));
        assert!(doors.inside.lock().unwrap().by.is_empty());
    }

    #[test]
    fn behind_a_proxy_only_all_are_counted() {
        let doors = Doors::new(true, 1, 2);
        let places: Vec<_> = (0..3).map(|_| doors.enter("127.0.0.1".parse().unwrap())).collect();
        assert_eq!(places.iter().flatten().count(), 2);
    }
}
