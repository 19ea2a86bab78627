//! Do the servers serve: fifty visitors at once, and curl?
//!
//! Each is started on port 0, tells on its first line which port it got, and is ended by its
//! handle. The visitors are plain std threads that connect first and ask all together; meanwhile
//! the server has as many threads as it claims. A second server on a port in use has to end with a
//! status that is not zero and name the address.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use kettle_kit::process;
use kettle_kit::report::{Outcome, Report, Trouble, none_of};
use kettle_kit::tally::Tally;
use kettle_kit::tree;

/// No single step of a visit takes this long, but in a hang.
const LIMIT: Duration = Duration::from_secs(30);
/// How many threads a server has for so many visitors.
type Threads = fn(usize) -> usize;

pub(crate) struct Server {
    pub(crate) name: &'static str,
    greeting: &'static str,
    /// How many come at once; each number is a check.
    visitors: &'static [usize],
    threads: Threads,
    /// How many bytes of headers a visitor sends at most without being cut off.
    headers: usize,
    /// Does it say how long its answer is?
    says_length: bool,
}

pub(crate) const SERVERS: &[Server] = &[
    Server {
        name: "server",
        greeting: "Hello from async Rust!",
        visitors: &[10, 50, 100],
        threads: |_| 1,
        // The tutorial's server reads once, 1,024 bytes.
        headers: 500,
        says_length: false,
    },
    Server {
        name: "server_threads",
        greeting: "Hello from a thread of your own!",
        visitors: &[10, 100],
        threads: |visitors| visitors + 1,
        headers: 500,
        says_length: false,
    },
    Server {
        name: "server_polite",
        greeting: "Hello from async Rust!",
        visitors: &[50],
        threads: |_| 1,
        headers: 5_000,
        says_length: true,
    },
];

pub(crate) fn visit(report: &mut Report) {
    for server in SERVERS {
        let name = server.name;
        for &visitors in server.visitors {
            let name = format!("example {name}: {visitors} visitors");
            report.check(&name, || welcome(server, visitors));
        }
        report.check(&format!("example {name}: curl"), || curl(server));
        report.check(&format!("example {name}: a port in use"), || port_in_use(server));
    }
}

/// A server that runs until this is dropped.
struct Running {
    child: Child,
    address: SocketAddr,
}

impl Running {
    fn start(name: &str) -> Result<Running, Trouble> {
        let mut command = command(name, "127.0.0.1:0")?;
        let mut child = process::start(command.stdout(Stdio::piped()))?;
        let stdout = child.stdout.take();
        let mut running = Running { child, address: SocketAddr::from(([127, 0, 0, 1], 0)) };
        let stdout = stdout.ok_or_else(|| format!("{name} has no standard output"))?;
        let (tell, told) = mpsc::channel();
        thread::spawn(move || {
            // Reads on to the end: a full pipe would stop the server.
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let _ = tell.send(line);
            }
        });
        let line = told
            .recv_timeout(LIMIT)
            .map_err(|error| format!("{name} did not say where it listens: {error}"))?;
        running.address = address(&line).ok_or_else(|| format!("no address in {line:?}"))?;
        Ok(running)
    }

    /// Waits until it has this many threads: it may not have accepted everybody yet. Where the
    /// system does not tell, nothing is asked.
    fn await_threads(&self, expected: usize) -> Result<(), String> {
        let begun = Instant::now();
        while let Some(threads) = threads(self.child.id()) {
            if threads == expected {
                break;
            }
            if begun.elapsed() > LIMIT {
                return Err(format!("it has {threads} threads, not {expected}"));
            }
            thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself: then there is nothing to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn welcome(server: &Server, number: usize) -> Outcome {
    let running = Running::start(server.name)?;
    let mut visitors = Vec::new();
    for _ in 0..number {
        let socket = TcpStream::connect_timeout(&running.address, LIMIT)?;
        socket.set_read_timeout(Some(LIMIT))?;
        socket.set_write_timeout(Some(LIMIT))?;
        visitors.push(socket);
    }
    // All are connected before the first of them asks.
    running.await_threads((server.threads)(number))?;
    let threads: Vec<_> = visitors
        .into_iter()
        .map(|socket| {
            let headers = server.headers;
            thread::spawn(move || ask(socket, headers))
        })
        .collect();
    let mut faults = Vec::new();
    for (number, thread) in threads.into_iter().enumerate() {
        let answer = thread.join().map_err(|_| "a visitor panicked")?;
        let fault =
            answer.map_or_else(|error| Some(error.to_string()), |text| fault(&text, server));
        faults.extend(fault.map(|fault| format!("visitor {number}: {fault}")));
    }
    none_of(&faults)
}

/// One visit: a request with headers of this many bytes, and the answer to its end.
fn ask(mut socket: TcpStream, headers: usize) -> std::io::Result<String> {
    let padding = "x".repeat(headers.saturating_sub(60));
    let request = format!("GET / HTTP/1.1\r\nHost: localhost\r\nX-Padding: {padding}\r\n\r\n");
    socket.write_all(request.as_bytes())?;
    let mut answer = String::new();
    socket.read_to_string(&mut answer)?;
    Ok(answer)
}

/// What is wrong with an answer.
fn fault(answer: &str, server: &Server) -> Option<String> {
    let right = answer.split_once("\r\n\r\n").is_some_and(|(head, body)| {
        let length = format!("content-length: {}", server.greeting.len());
        head.starts_with("HTTP/1.1 200 OK")
            && body == server.greeting
            && (!server.says_length || head.to_lowercase().contains(&length))
    });
    (!right).then(|| format!("a wrong answer: {answer:?}"))
}

fn curl(server: &Server) -> Outcome {
    if !process::installed("curl") {
        return Err(Trouble::Skipped("no curl here; `cargo xtask setup` fetches it".into()));
    }
    let running = Running::start(server.name)?;
    let mut command = Command::new("curl");
    command.args(["--silent", "--show-error", "--noproxy", "*", "--max-time", "30"]);
    command.arg(format!("http://{}/", running.address));
    let finished = process::run(&mut command, LIMIT * 2)?.expect_success()?;
    if finished.stdout == server.greeting {
        return Ok(Tally::success());
    }
    Err(format!("curl got {:?}", finished.stdout).into())
}

fn port_in_use(server: &Server) -> Outcome {
    let holder = TcpListener::bind("127.0.0.1:0")?;
    let address = holder.local_addr()?.to_string();
    let finished = process::run(&mut command(server.name, &address)?, LIMIT)?;
    match finished.status {
        None => Err("it did not end".into()),
        Some(status) if status.success() => {
            Err(format!("it ended with success:\n{}", finished.transcript).into())
        }
        Some(_) if !finished.transcript.contains(&address) => {
            Err(format!("its words do not name {address}:\n{}", finished.transcript).into())
        }
        Some(_) => Ok(Tally::success()),
    }
}

fn command(name: &str, address: &str) -> std::io::Result<Command> {
    let mut command = Command::new(tree::example(name)?);
    command.arg(address).stdin(Stdio::null()).stderr(Stdio::null()).env_remove("KETTLE_TRACE");
    Ok(command)
}

/// How many threads a process has, where the system tells (Linux).
fn threads(process: u32) -> Option<usize> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("Threads:"))?;
    line.trim().parse().ok()
}

/// The first word of a line that is an address.
pub(crate) fn address(line: &str) -> Option<SocketAddr> {
    line.split_whitespace().find_map(|word| {
        word.trim_start_matches("http://").trim_matches(['/', '.', ',', ':']).parse().ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_found_in_the_line() {
        let expected = Some(SocketAddr::from(([127, 0, 0, 1], 4711)));
        assert_eq!(address("Server listening on 127.0.0.1:4711"), expected);
        assert_eq!(address("Open http://127.0.0.1:4711/ in a browser."), expected);
        assert_eq!(address("Server listening"), None);
    }

    #[test]
    fn an_answer_is_judged() {
        let [plain, _, polite] = SERVERS else { panic!("three servers") };
        let greeting = plain.greeting;
        let bare = format!("HTTP/1.1 200 OK\r\n\r\n{greeting}");
        let full = format!("HTTP/1.1 200 OK\r\nContent-Length: 22\r\n\r\n{greeting}");
        assert_eq!(fault(&bare, plain), None);
        assert_eq!(fault(&full, polite), None);
        assert!(fault(&bare, polite).is_some());
        assert!(fault("HTTP/1.1 200 OK\r\n\r\nHello", plain).is_some());
        assert!(fault("", plain).is_some());
    }
}
