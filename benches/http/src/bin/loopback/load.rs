//! Runs `wrk` against a server, and reads its figures and the server's CPU time.

use crate::server::Server;
use session_benches_http::Request;
use std::io;
use std::process::Command;

/// The figures of one round.
#[derive(Clone)]
pub(crate) struct Load {
    /// CPU time of the server for a request, in microseconds.
    pub(crate) cpu_us: f64,
    pub(crate) requests_per_s: f64,
    /// The latency that 99 % of the requests do not exceed, in microseconds.
    pub(crate) p99_us: f64,
}

/// Sets the method, and prints the figures as numbers.
const SCRIPT: &str = r#"
function init(arguments) wrk.method = arguments[1] end
function done(summary, latency, requests)
    local errors = summary.errors
    local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
    print(string.format("figures %d %d %d %d", summary.requests, summary.duration, latency:percentile(99), failed))
end
"#;

impl Load {
    /// Loads the server through 16 connections, from the second processor.
    pub(crate) fn on(server: Server, request: Request, seconds: u64) -> io::Result<Self> {
        let script = std::env::temp_dir().join(format!("loopback-{}.lua", std::process::id()));
        std::fs::write(&script, SCRIPT)?;
        let output = Command::new("taskset")
            .args(["--cpu-list", "1", "wrk", "--threads", "1", "--connections", "16"])
            .arg(format!("--duration={seconds}s"))
            .arg("--script")
            .arg(&script)
            .args(cookie(&server, request))
            .arg(format!("http://127.0.0.1:{}{}", server.port, request.path()))
            .args(["--", request.method().as_str()])
            .output()?;
        std::fs::remove_file(&script)?;
        let cpu = server.stop()?;
        let output = String::from_utf8_lossy(&output.stdout);
        let [requests, duration_us, p99_us, failed] = figures(&output)
            .ok_or_else(|| io::Error::other(format!("wrk printed no figures: {output}")))?;
        if failed > 0.0 {
            return Err(io::Error::other(format!("{failed} requests failed: {output}")));
        }
        let cpu_us = cpu.as_secs_f64() * 1e6 / requests;
        Ok(Self { cpu_us, requests_per_s: requests * 1e6 / duration_us, p99_us })
    }
}

fn cookie(server: &Server, request: Request) -> Vec<String> {
    if request == Request::UntouchedWithoutCookie {
        return Vec::new();
    }
    vec!["--header".to_owned(), format!("Cookie: {}", server.cookie)]
}

fn figures(output: &str) -> Option<[f64; 4]> {
    let line = output.lines().find_map(|line| line.strip_prefix("figures "))?;
    let figures: Result<Vec<f64>, _> = line.split(' ').map(str::parse).collect();
    figures.ok()?.try_into().ok()
}
