//! One application in a process of its own, which measures its own CPU time.

use clap::ValueEnum;
use session_benches_http::{Application, Client};
use std::io::{self, BufRead, BufReader, Lines};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;
use tokio::net::TcpListener;

/// Serves the application on a free port until standard input ends.
///
/// It prints its port and the cookie of a stored session, and at the end the nanoseconds of CPU
/// time since then.
pub(crate) async fn serve(application: Application) -> io::Result<()> {
    let client = Client::of(application).await;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{} {}", listener.local_addr()?.port(), client.cookie());
    let begin = cpu_time();
    let server = axum::serve(listener, client.router());
    tokio::select! {
        result = server => result?,
        () = standard_input_ends() => {}
    }
    println!("{}", cpu_time().saturating_sub(begin).as_nanos());
    Ok(())
}

/// A thread waits for it, which takes no CPU time meanwhile.
async fn standard_input_ends() {
    let (ended, ends) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        let _ = ended.send(());
    });
    let _ = ends.await;
}

/// The CPU time of this process.
fn cpu_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    Duration::new(seconds, u32::try_from(time.tv_nsec).unwrap_or_default())
}

/// A running server.
pub(crate) struct Server {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    pub(crate) port: u16,
    pub(crate) cookie: String,
}

impl Server {
    /// Starts this program again, on the first processor.
    pub(crate) fn start(application: Application) -> io::Result<Self> {
        let name = application.to_possible_value().ok_or(io::ErrorKind::Unsupported)?;
        let mut child = Command::new("taskset")
            .args(["--cpu-list", "0"])
            .arg(std::env::current_exe()?)
            .args(["serve", name.get_name()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let output = child.stdout.take().ok_or_else(|| io::Error::other("no standard output"))?;
        let mut lines = BufReader::new(output).lines();
        let line = lines.next().ok_or(io::ErrorKind::UnexpectedEof)??;
        let (port, cookie) = line.split_once(' ').ok_or(io::ErrorKind::InvalidData)?;
        let port = port.parse().map_err(io::Error::other)?;
        let cookie = cookie.to_owned();
        Ok(Self { child, lines, port, cookie })
    }

    /// Stops it, and returns the CPU time that it took since it was ready.
    pub(crate) fn stop(mut self) -> io::Result<Duration> {
        drop(self.child.stdin.take());
        let line = self.lines.next().ok_or(io::ErrorKind::UnexpectedEof)??;
        self.child.wait()?;
        Ok(Duration::from_nanos(line.parse().map_err(io::Error::other)?))
    }
}
