use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::net::{TcpListener, TcpSocket};

/// A port of loopback that stays reserved while nobody listens on it.
///
/// A socket that is bound and does not listen refuses connections, and keeps others off the port.
#[derive(Debug)]
pub(super) struct Port {
    address: SocketAddr,
    _reserved: TcpSocket,
}

impl Port {
    /// How many connections may wait to be accepted.
    const BACKLOG: u32 = 1_024;

    pub(super) fn reserve() -> io::Result<Self> {
        let reserved = bound((Ipv4Addr::LOCALHOST, 0).into())?;
        Ok(Self { address: reserved.local_addr()?, _reserved: reserved })
    }

    pub(super) const fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn listen(&self) -> io::Result<TcpListener> {
        bound(self.address)?.listen(Self::BACKLOG)
    }
}

/// Binds a socket to this address.
///
/// Other sockets of this process may have the address, too.
fn bound(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    #[cfg(unix)]
    socket.set_reuseport(true)?;
    socket.bind(address)?;
    Ok(socket)
}
