//! Do the servers serve fifty visitors at once?
//!
//! Each is started on port 0, tells on its first line which port it got, and is ended by its
//! handle. The visitors are plain std threads that connect first and ask all together; meanwhile
//! the server has as many threads as it claims. A second server on a port in use has to end with a
//! status that is not zero and name the address.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::time::Duration;

use kettle_kit::process::{self, Running};
use kettle_kit::report::{Outcome, Report, Trouble, none_of};
use kettle_kit::tally::Tally;
use kettle_kit::tree;

/// No single step of a visit takes this long, but in a hang.
const LIMIT: Duration = Duration::from_secs(30);

pub(crate) struct Server {
    pub(crate) name: &'static str,
    greeting: &'static str,
    /// How many come at once; each number is a check.
    visitors: &'static [usize],
    /// How many threads it has for so many visitors.
    threads: fn(usize) -> usize,
    /// How many bytes of headers a visitor sends at most without being cut off.
    headers: usize,
    /// Does it say how long its answer is?
    says_length: bool,
}

/// The tutorial's server: it reads once, 1,024 bytes.
const SIMPLE: Server = Server {
    name: "server",
    greeting: "Hello from async Rust!",
    visitors: &[10, 50, 100],
    threads: |_| 1,
    headers: 500,
    says_length: false,
};

pub(crate) const SERVERS: &[Server] = &[
    SIMPLE,
    Server {
        name: "server_threads",
        greeting: "Hello from a thread of your own!",
        visitors: &[10, 100],
        threads: |visitors| visitors + 1,
        ..SIMPLE
    },
    Server { name: "server_polite", visitors: &[50], headers: 5_000, says_length: true, ..SIMPLE },
];

pub(crate) fn visit(report: &mut Report) {
    for server in SERVERS {
        let name = server.name;
        for &visitors in server.visitors {
            let name = format!("example {name}: {visitors} visitors");
            report.check(&name, || welcome(server, visitors));
        }
        report.check(&format!("example {name}: a port in use"), || port_in_use(server));
    }
}

/// A server that runs until this is dropped.
struct Served {
    program: Running,
    address: SocketAddr,
}

impl Served {
    fn start(server: &Server) -> Result<Served, Trouble> {
        let printed = tree::target()?.join(format!("xtask-{}.out", server.name));
        let mut command = command(server, "127.0.0.1:0")?;
        let program = Running(process::start(command.stdout(File::create(&printed)?))?);
        let said = || fs::read_to_string(&printed).unwrap_or_default();
        let told = process::until(LIMIT, || address(&said()));
        let address = told.ok_or_else(|| format!("it names no address: {:?}", said()))?;
        Ok(Served { program, address })
    }

    /// How many threads it has, where the system tells (Linux), without the doctor's, which watches
    /// for polls that never end in a debug build.
    fn threads(&self) -> Option<usize> {
        let tasks = fs::read_dir(format!("/proc/{}/task", self.program.0.id())).ok()?;
        let name = |task: io::Result<fs::DirEntry>| {
            fs::read_to_string(task.ok()?.path().join("comm")).ok()
        };
        Some(tasks.filter_map(name).filter(|name| name.trim_end() != "kettle-doctor").count())
    }
}

fn welcome(server: &Server, number: usize) -> Outcome {
    let running = Served::start(server)?;
    let mut visitors = Vec::new();
    for _ in 0..number {
        let socket = TcpStream::connect_timeout(&running.address, LIMIT)?;
        socket.set_read_timeout(Some(LIMIT))?;
        socket.set_write_timeout(Some(LIMIT))?;
        visitors.push(socket);
    }
    // All are connected before the first of them asks; it may not have accepted all of them yet.
    let expected = (server.threads)(number);
    let is_right = || running.threads().is_none_or(|threads| threads == expected).then_some(());
    process::until(LIMIT, is_right)
        .ok_or_else(|| format!("it has {:?} threads, not {expected}", running.threads()))?;
    let answers = process::side_by_side(&visitors, |socket| ask(socket, server.headers));
    let fault = |answer: io::Result<String>| match answer {
        Ok(answer) if is_right_answer(&answer, server) => None,
        wrong => Some(format!("a wrong answer: {wrong:?}")),
    };
    none_of(&answers.into_iter().filter_map(fault).collect::<Vec<String>>())
}

/// One visit: a request with headers of this many bytes, and the answer to its end.
fn ask(mut socket: &TcpStream, headers: usize) -> io::Result<String> {
    let padding = "x".repeat(headers.saturating_sub(60));
    let request = format!("GET / HTTP/1.1\r\nHost: localhost\r\nX-Padding: {padding}\r\n\r\n");
    socket.write_all(request.as_bytes())?;
    let mut answer = String::new();
    socket.read_to_string(&mut answer)?;
    Ok(answer)
}

fn is_right_answer(answer: &str, server: &Server) -> bool {
    answer.split_once("\r\n\r\n").is_some_and(|(head, body)| {
        let lower = head.to_lowercase();
        let length = lower.lines().find_map(|line| line.strip_prefix("content-length: "));
        head.starts_with("HTTP/1.1 200 OK")
            && body == server.greeting
            && length.map_or(!server.says_length, |it| it == body.len().to_string())
    })
}

fn port_in_use(server: &Server) -> Outcome {
    let holder = TcpListener::bind("127.0.0.1:0")?;
    let address = holder.local_addr()?.to_string();
    let finished = process::run(&mut command(server, &address)?, LIMIT)?;
    let refused = finished.status.is_some_and(|status| !status.success());
    if refused && finished.transcript.contains(&address) {
        return Ok(Tally::success());
    }
    let (ending, told) = (finished.ending(), finished.transcript);
    Err(format!("it should fail and name {address}: {ending}\n{told}").into())
}

fn command(server: &Server, address: &str) -> io::Result<Command> {
    let mut command = Command::new(tree::example(server.name)?);
    command.arg(address).stdin(Stdio::null()).stderr(Stdio::null()).env_remove("KETTLE_TRACE");
    Ok(command)
}

/// The first word that is an address.
fn address(line: &str) -> Option<SocketAddr> {
    line.split_whitespace().find_map(|word| {
        word.trim_start_matches("http://").trim_matches(['/', '.', ',', ':']).parse().ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_judged() {
        let [plain, _, polite] = SERVERS else { panic!("three servers") };
        let greeting = plain.greeting;
        let bare = format!("HTTP/1.1 200 OK\r\n\r\n{greeting}");
        let full = format!("HTTP/1.1 200 OK\r\nContent-Length: 22\r\n\r\n{greeting}");
        assert!(is_right_answer(&bare, plain) && is_right_answer(&full, polite));
        assert!(is_right_answer(&full, plain) && !is_right_answer(&full.replace("22", "5"), plain));
        assert!(!is_right_answer(&bare, polite) && !is_right_answer("", plain));
        assert!(!is_right_answer("HTTP/1.1 200 OK\r\n\r\nHello", plain));
    }
}
