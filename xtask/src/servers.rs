//! Do the servers serve fifty visitors at once?
//!
//! Each is started on port 0, tells on its first line which port it got, and is ended by its
//! handle. The visitors are plain std threads that connect first and ask all together; meanwhile
//! the server has as many threads as it claims. A second server on a port in use has to end with a
//! status that is not zero and name the address.
//!
//! Not here: requests that come in pieces, or are large (`tests/server_polite.rs`).

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Command, Stdio};

use kettle_kit::process::{self, Running, SILENCE};
use kettle_kit::report::{Outcome, Report, Trouble, none_of};
use kettle_kit::tally::Tally;
use kettle_kit::tree;

pub(crate) struct Server {
    pub(crate) name: &'static str,
    greeting: &'static str,
    /// How many come at once; each number is a check.
    visitors: &'static [usize],
    /// How many threads it has for so many visitors.
    threads: fn(usize) -> usize,
}

const GREETING: &str = "Hello from async Rust!";

pub(crate) const SERVERS: &[Server] = &[
    Server { name: "server", greeting: GREETING, visitors: &[10, 50, 100], threads: |_| 1 },
    Server {
        name: "server_threads",
        greeting: "Hello from a thread of your own!",
        visitors: &[10, 100],
        threads: |visitors| visitors + 1,
    },
    Server { name: "server_polite", greeting: GREETING, visitors: &[50], threads: |_| 1 },
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
        let told = process::until(SILENCE, || address(&said()));
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
        let socket = TcpStream::connect_timeout(&running.address, SILENCE)?;
        socket.set_read_timeout(Some(SILENCE))?;
        socket.set_write_timeout(Some(SILENCE))?;
        visitors.push(socket);
    }
    // All are connected before the first of them asks; it may not have accepted all of them yet.
    let expected = (server.threads)(number);
    let is_right = || running.threads().is_none_or(|threads| threads == expected).then_some(());
    process::until(SILENCE, is_right)
        .ok_or_else(|| format!("it has {:?} threads, not {expected}", running.threads()))?;
    let answers = process::side_by_side(&visitors, ask);
    let end = format!("\r\n\r\n{}", server.greeting);
    let fault = |answer: io::Result<String>| match answer {
        Ok(answer) if answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with(&end) => None,
        wrong => Some(format!("a wrong answer: {wrong:?}")),
    };
    none_of(&answers.into_iter().filter_map(fault).collect::<Vec<String>>())
}

/// One visit: a request, and the answer to its end.
fn ask(mut socket: &TcpStream) -> io::Result<String> {
    socket.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")?;
    let mut answer = String::new();
    socket.read_to_string(&mut answer)?;
    Ok(answer)
}

fn port_in_use(server: &Server) -> Outcome {
    let holder = TcpListener::bind("127.0.0.1:0")?;
    let address = holder.local_addr()?.to_string();
    let finished = process::run(&mut command(server, &address)?)?;
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
