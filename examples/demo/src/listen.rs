use std::net::{IpAddr, Ipv4Addr, SocketAddr, ToSocketAddrs};
use std::str::FromStr;

/// Where to listen: a port of loopback, or a host or an address with a port.
///
/// An address needs no port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listen {
    host: String,
    addresses: Vec<SocketAddr>,
}

/// The port of an address without one.
const PORT: u16 = 3_000;

impl Listen {
    /// The addresses of the host. The first one that is free is listened on.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// The address of the page for a browser on this computer.
    pub fn url(&self, bound: SocketAddr) -> String {
        format!("http://{}:{}", self.host, bound.port())
    }
}

impl FromStr for Listen {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Ok(port) = text.parse() {
            return Ok(Self::of_loopback(port));
        }
        if let Ok(address) = text.parse::<IpAddr>() {
            return Ok(Self::of_address(SocketAddr::new(address, PORT)));
        }
        if let Ok(address) = text.parse() {
            return Ok(Self::of_address(address));
        }
        let addresses = text.to_socket_addrs().map_err(|error| {
            format!("{error}; use a port, such as 3000, or a host with a port: localhost:3000")
        })?;
        let host = text.rsplit_once(':').map_or(text, |(host, _)| host).to_owned();
        Ok(Self { host, addresses: addresses.collect() })
    }
}

impl Listen {
    fn of_loopback(port: u16) -> Self {
        let addresses = vec![(Ipv4Addr::LOCALHOST, port).into()];
        Self { host: "localhost".into(), addresses }
    }

    fn of_address(address: SocketAddr) -> Self {
        let host = match address.ip() {
            ip if ip.is_unspecified() => "localhost".into(),
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => format!("[{ip}]"),
        };
        Self { host, addresses: vec![address] }
    }
}

#[cfg(test)]
mod tests {
    use super::Listen;
    use std::net::SocketAddr;

    fn first(text: &str) -> SocketAddr {
        text.parse::<Listen>().unwrap().addresses()[0]
    }

    fn url(text: &str) -> String {
        let listen: Listen = text.parse().unwrap();
        listen.url(listen.addresses()[0])
    }

    #[test]
    fn a_port_is_one_of_loopback() {
        assert_eq!(first("3000").to_string(), "127.0.0.1:3000");
        assert_eq!(first("0").to_string(), "127.0.0.1:0");
        assert_eq!(url("3100"), "http://localhost:3100");
    }

    #[test]
    fn a_host_has_a_port() {
        let listen: Listen = "localhost:3000".parse().unwrap();
        let is_right = |address: &SocketAddr| address.ip().is_loopback() && address.port() == 3_000;
        assert!(!listen.addresses().is_empty() && listen.addresses().iter().all(is_right));
        assert_eq!(url("localhost:3000"), "http://localhost:3000");
    }

    #[test]
    fn an_address_has_a_port_or_gets_the_default_one() {
        assert_eq!(first("127.0.0.1").to_string(), "127.0.0.1:3000");
        assert_eq!(first("127.0.0.1:81").to_string(), "127.0.0.1:81");
        assert_eq!(first("::1").to_string(), "[::1]:3000");
        assert_eq!(first("[::1]:81").to_string(), "[::1]:81");
        assert_eq!(url("[::1]:81"), "http://[::1]:81");
    }

    #[test]
    fn a_browser_on_this_computer_reaches_all_addresses_by_localhost() {
        assert_eq!(url("0.0.0.0:81"), "http://localhost:81");
        assert_eq!(url("::"), "http://localhost:3000");
    }

    #[test]
    fn other_text_is_rejected_with_an_example() {
        for text in ["", "localhost", "3000x", "70000", ":", "http://localhost:3000"] {
            let error = text.parse::<Listen>().unwrap_err();
            assert!(error.contains("a port, such as 3000"), "{text}: {error}");
        }
    }
}
