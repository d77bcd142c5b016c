//! The client's side of a connection, the same for all protocols.

use super::Ending;
use std::io;
use std::num::NonZeroUsize;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::sleep;

/// Whether a connection goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    GoesOn,
    Ends(Ending),
}

/// Ends the client's connection.
pub(super) fn end(client: TcpStream, ending: Ending) -> io::Result<()> {
    if ending == Ending::Reset {
        client.set_zero_linger()?;
    }
    drop(client);
    Ok(())
}

/// Reads and ignores what the client sends, until it closes the connection.
///
/// Nothing is answered.
pub(super) async fn stay_silent(client: &mut TcpStream) -> io::Result<()> {
    let mut ignored = [0; 4_096];
    while client.read(&mut ignored).await? > 0 {}
    Ok(())
}

/// Sends the bytes in pieces, with a pause before each.
pub(super) async fn send_slowly(
    client: &mut TcpStream,
    bytes: &[u8],
    piece: NonZeroUsize,
    pause: Duration,
) -> io::Result<()> {
    for piece in bytes.chunks(piece.get()) {
        sleep(pause).await;
        client.write_all(piece).await?;
    }
    Ok(())
}
