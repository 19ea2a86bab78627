//! Who visits the servers of the bench?
//!
//! The bench's own program, in a process of its own and on another core: `kettle-bench load KIND
//! ADDRESS NUMBER...`. A row of the network starts it by [`Load::start`]; it connects, waits for
//! [`Load::go`], does its count of operations, checks every byte of the answers, and prints how many
//! operations were right. It has no runtime, only mio or sockets that block, and is the same for all
//! servers: what differs is the server. Those who echo also say how long their trips took.
//!
//! Interface: [`Load`] for the rows, [`run`] for the program. Invariants: it visits only the address
//! that it is given, does no more than it was told, and gives up when nothing happens for
//! [`PATIENCE`](visits::PATIENCE). A row whose visitors failed ends at once, with their words.
//!
//! Not here: the servers (`rows/echo.rs` and its neighbours).

mod echo;
mod http;
mod stream;
mod visits;
mod waiting;

use std::env;
use std::io::Read;
use std::net::SocketAddr;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread::{self, JoinHandle};

use self::visits::Visits;
use crate::sample::{self, Sample};

pub(crate) use http::{ANSWER, REQUEST};
pub(crate) use stream::{PIECE, piece};

/// How many trips are made over any count of connections.
pub(crate) const TRIPS: u64 = 50_000;

/// What a process has open besides its sockets, or for a moment.
const SPARE: u64 = 100;

/// The visitors of one sample, as their server sees them.
pub(crate) struct Load {
    /// What they wait for closes when this is dropped.
    starter: Option<ChildStdin>,
    watcher: JoinHandle<Visits>,
}

impl Load {
    /// Starts visitors, who connect and then wait.
    pub(crate) fn start(kind: &str, server: SocketAddr, numbers: &[u64]) -> Load {
        let sockets = if matches!(kind, "drink" | "pump") { 2 } else { numbers[0] };
        sample::raise_descriptors(sockets + SPARE);
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

    /// Waits for their end: how many operations were right.
    pub(crate) fn finish(self) -> u64 {
        self.end().count
    }

    /// Waits for the end of visitors who look at the clock: how many operations were right, and
    /// adds to a sample how long they took.
    pub(crate) fn finish_timed(self, sample: Sample) -> (u64, Sample) {
        let Visits { count, took } = self.end();
        let (middle, longest) = took.expect("these visitors look at the clock");
        (count, sample.with("p50 us", middle).with("p99 us", longest))
    }

    fn end(mut self) -> Visits {
        self.go();
        self.watcher.join().expect("nothing here panics")
    }
}

/// Waits for the visitors. Without them the server would wait for ever: it ends with them.
fn watch(mut child: Child) -> Visits {
    let mut printed = String::new();
    let read = child.stdout.take().map(|mut stdout| stdout.read_to_string(&mut printed));
    let status = child.wait();
    match (read, status, Visits::read(&printed)) {
        (Some(Ok(_)), Ok(status), Some(visits)) if status.success() => visits,
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
        ("http", &[visitors, requests]) => {
            http::visit(server, visitors, requests).map(Visits::from)
        }
        ("drink", &[bytes]) => stream::drink(server, bytes).map(Visits::from),
        ("pump", &[bytes]) => stream::pump(server, bytes).map(Visits::from),
        ("waiting", &[visitors]) => waiting::visit(server, visitors).map(Visits::from),
        _ => return Err(format!("no visitors are called {kind:?} with {numbers:?}")),
    };
    visits.map_err(|error| format!("the visitors ({kind}): {error}"))?.print();
    Ok(())
}
