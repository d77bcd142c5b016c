use std::net::{Ipv4Addr, SocketAddr, ToSocketAddrs};
use std::str::FromStr;

/// Where to listen: a port of loopback, or a host and a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listen(Vec<SocketAddr>);

impl Listen {
    /// The addresses of the host, of which the first one that is free is listened on.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.0
    }
}

impl FromStr for Listen {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Ok(port) = text.parse() {
            return Ok(Self(vec![(Ipv4Addr::LOCALHOST, port).into()]));
        }
        let addresses = text.to_socket_addrs().map_err(|error| {
            format!("{error}; give a port, such as 3000, or a host and a port: 127.0.0.1:3000")
        })?;
        Ok(Self(addresses.collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::Listen;

    fn ports(text: &str) -> Vec<u16> {
        let listen: Listen = text.parse().unwrap();
        let addresses = listen.addresses();
        assert!(
            addresses.iter().all(|address| address.ip().is_loopback()),
            "{text}: {addresses:?}"
        );
        addresses.iter().map(std::net::SocketAddr::port).collect()
    }

    #[test]
    fn a_port_is_one_of_loopback() {
        assert_eq!(ports("3000"), [3000]);
        assert_eq!(ports("0"), [0]);
    }

    #[test]
    fn a_host_has_a_name_or_an_address() {
        assert_eq!(ports("127.0.0.1:3000"), [3000]);
        assert_eq!(ports("[::1]:3000"), [3000]);
        let ports = ports("localhost:3000");
        assert!(!ports.is_empty() && ports.iter().all(|port| *port == 3000));
    }

    #[test]
    fn what_is_neither_is_rejected_with_the_way_out() {
        for text in ["", "localhost", "3000x", "70000", "127.0.0.1", ":"] {
            let error = text.parse::<Listen>().unwrap_err();
            assert!(error.contains("a port, such as 3000"), "{text}: {error}");
        }
    }
}
