//! What puts load on the servers of the bench?
//!
//! Clients ("visitors") in a process of their own, on another core: `kettle-bench load KIND ADDRESS
//! NUMBER...`. A row of the network starts that process by [`Load::start`]. It connects, waits for
//! [`Load::go`], does its number of operations, checks every byte of the answers, and prints how
//! many operations were right. It has no runtime, only mio or blocking sockets, and is the same for
//! all servers.
//!
//! Interface: [`Load`] for the rows, [`run`] for the process. Invariants: it connects only to the
//! address that it is given, makes only the given number of operations, and gives up when nothing
//! happens for [`PATIENCE`](visits::PATIENCE). A row whose clients fail ends at once, with their
//! words.
//!
//! Not here: the servers (`rows/each/echo.rs` and its neighbours).

mod echo;
mod http;
mod visits;
mod waiting;

use std::env;
use std::io::Read;
use std::net::SocketAddr;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread::{self, JoinHandle};

use crate::sample;

pub(crate) use http::{ANSWER, REQUEST};

/// How many round trips are made in all, over however many connections.
pub(crate) const TRIPS: u64 = 50_000;

/// How many descriptors a process may need besides its sockets.
const SPARE: u64 = 100;

/// The visitors of one sample, as their server sees them.
pub(crate) struct Load {
    /// The pipe that they wait for. It closes when this is dropped.
    starter: Option<ChildStdin>,
    watcher: JoinHandle<u64>,
}

impl Load {
    /// Starts visitors, who connect and then wait.
    pub(crate) fn start(kind: &str, server: SocketAddr, numbers: &[u64]) -> Load {
        sample::raise_descriptors(numbers[0] + SPARE);
        let program = env::current_exe().expect("the name of this program");
        let mut command = Command::new(&program);
        command.args(["load", kind, &server.to_string()]);
        command.args(numbers.iter().map(u64::to_string));
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| {
            panic!("cannot start the visitors, who are {}: {error}", program.display())
        });
        let starter = child.stdin.take();
        Load { starter, watcher: thread::spawn(|| watch(child)) }
    }

    /// Lets them begin.
    pub(crate) fn go(&mut self) {
        self.starter = None;
    }

    /// Waits for their end, and returns how many operations were right.
    pub(crate) fn finish(mut self) -> u64 {
        self.go();
        self.watcher.join().expect("nothing here panics")
    }
}

/// Waits for the visitors. Without them the server would wait for ever: it ends with them.
fn watch(mut child: Child) -> u64 {
    let mut printed = String::new();
    let read = child.stdout.take().map(|mut stdout| stdout.read_to_string(&mut printed));
    let status = child.wait();
    match (read, status, printed.trim().parse()) {
        (Some(Ok(_)), Ok(status), Ok(count)) if status.success() => count,
        (read, status, _) => {
            eprintln!("kettle-bench: the visitors failed: {read:?}, {status:?}, {printed:?}");
            std::process::exit(1);
        }
    }
}

/// The visitors' own process: prints how many operations were right.
pub(crate) fn run(kind: &str, server: &str, numbers: &[&str]) -> Result<(), String> {
    let server = server.parse().map_err(|error| format!("{server:?} is no address: {error}"))?;
    let numbers: Result<Vec<u64>, _> = numbers.iter().map(|number| number.parse()).collect();
    let numbers = numbers.map_err(|error| format!("not a number: {error}"))?;
    sample::pin_elsewhere()?;
    let visits = match (kind, &numbers[..]) {
        ("echo", &[visitors, trips]) => echo::visit(server, visitors, trips),
        ("http", &[visitors, requests]) => http::visit(server, visitors, requests),
        ("waiting", &[visitors]) => waiting::visit(server, visitors),
        _ => return Err(format!("no visitors are called {kind:?} with {numbers:?}")),
    };
    println!("{}", visits.map_err(|error| format!("the visitors ({kind}): {error}"))?);
    Ok(())
}
