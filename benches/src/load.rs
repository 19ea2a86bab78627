//! What puts load on the servers of the bench?
//!
//! Clients in a process of their own, on another core: `kettle-bench load KIND ADDRESS NUMBER...`.
//! A row with sockets starts that process by [`Load::start`]. The clients connect, wait for
//! [`Load::go`], do their number of operations, check every byte of the answers, and print how many
//! operations were correct ([`run`]). They have no runtime, only mio or blocking sockets, and are
//! the same for all servers.
//!
//! Invariants: they connect only to the given address, make only the given number of operations,
//! and give up when nothing happens for [`PATIENCE`](client::PATIENCE). A row whose clients fail
//! ends at once with their error.

mod echo;
mod http;
mod client;
mod waiting;

use std::env;
use std::io::Read;
use std::net::SocketAddr;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread::{self, JoinHandle};

use crate::sample;

pub(crate) use http::{ANSWER, REQUEST};

/// How many descriptors a process may need besides its sockets.
const OTHER_DESCRIPTORS: u64 = 100;

/// The clients of one sample, as their server sees them.
pub(crate) struct Load {
    /// The clients begin when this pipe, their standard input, is closed.
    start_signal: Option<ChildStdin>,
    /// The thread that waits for their end. Returns the number of correct operations.
    watcher: JoinHandle<u64>,
}

impl Load {
    /// Starts the process of the clients, which connect and then wait. `numbers`: how many clients,
    /// and how many operations each makes, as `run` reads them for this kind.
    pub(crate) fn start(kind: &str, server: SocketAddr, numbers: &[u64]) -> Load {
        sample::raise_descriptors(numbers[0] + OTHER_DESCRIPTORS);
        let program = env::current_exe().expect("the name of this program");
        let mut command = Command::new(&program);
        command.args(["load", kind, &server.to_string()]);
        command.args(numbers.iter().map(u64::to_string));
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| {
            panic!("cannot start the clients, which are {}: {error}", program.display())
        });
        let start_signal = child.stdin.take();
        Load { start_signal, watcher: thread::spawn(|| watch(child)) }
    }

    /// Lets them begin.
    pub(crate) fn go(&mut self) {
        self.start_signal = None;
    }

    /// Waits for their end, and returns how many operations were correct.
    pub(crate) fn finish(mut self) -> u64 {
        self.go();
        self.watcher.join().expect("nothing here panics")
    }
}

/// Waits for the clients' end. If they fail, this process ends, too, because its server would wait
/// for ever.
fn watch(mut child: Child) -> u64 {
    let mut printed = String::new();
    let read = child.stdout.take().map(|mut stdout| stdout.read_to_string(&mut printed));
    let status = child.wait();
    match (read, status, printed.trim().parse()) {
        (Some(Ok(_)), Ok(status), Ok(count)) if status.success() => count,
        (read, status, _) => {
            eprintln!("kettle-bench: the clients failed: {read:?}, {status:?}, {printed:?}");
            std::process::exit(1);
        }
    }
}

/// Runs the clients, and prints how many operations were correct.
pub(crate) fn run(kind: &str, server: &str, numbers: &[&str]) -> Result<(), String> {
    let server = server.parse().map_err(|error| format!("{server:?} is no address: {error}"))?;
    let numbers: Result<Vec<u64>, _> = numbers.iter().map(|number| number.parse()).collect();
    let numbers = numbers.map_err(|error| format!("not a number: {error}"))?;
    sample::pin_elsewhere()?;
    let correct = match (kind, &numbers[..]) {
        ("echo", &[clients, trips]) => echo::run(server, clients, trips),
        ("http", &[clients, requests]) => http::run(server, clients, requests),
        ("waiting", &[clients]) => waiting::run(server, clients),
        _ => return Err(format!("no clients are called {kind:?} with {numbers:?}")),
    };
    println!("{}", correct.map_err(|error| format!("the clients ({kind}): {error}"))?);
    Ok(())
}
