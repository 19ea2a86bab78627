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
//! [`PATIENCE`]. A row whose visitors failed ends at once, with their words.
//!
//! Not here: the servers (`rows/echo.rs` and its neighbours).

mod echo;
mod http;
mod stream;
mod waiting;

use std::env;
use std::io::{self, Read};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use mio::{Events, Poll};

use crate::sample::{self, Sample};

pub(crate) use http::{ANSWER, REQUEST};
pub(crate) use stream::{PIECE, piece};

/// No operation takes this long, but in a hang.
const PATIENCE: Duration = Duration::from_secs(20);

/// So many visitors come at once, then there is a pause: a system's shortest queue takes 128.
const CROWD: u64 = 50;
const PAUSE: Duration = Duration::from_millis(3);

/// What a process has open besides its sockets, or for a moment.
const SPARE: u64 = 100;

/// The visitors of one sample, as their server sees them.
pub(crate) struct Load {
    /// What they wait for closes when this is dropped.
    starter: Option<ChildStdin>,
    watcher: JoinHandle<Visits>,
}

/// What the visitors say in the end.
struct Visits {
    /// How many operations were right.
    count: u64,
    /// How many microseconds they took: the middle one, and the one of a hundred that took longest.
    took: Option<(f64, f64)>,
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

impl Visits {
    /// From what they printed: the count, and the times if there are any.
    fn read(printed: &str) -> Option<Visits> {
        let mut words = printed.split_whitespace();
        let count = words.next()?.parse().ok()?;
        let mut time = || words.next()?.parse().ok();
        let took = time().zip(time());
        Some(Visits { count, took })
    }

    fn print(&self) {
        println!("{}", self.count);
        if let Some((middle, longest)) = self.took {
            println!("{middle} {longest}");
        }
    }
}

impl From<u64> for Visits {
    fn from(count: u64) -> Visits {
        Visits { count, took: None }
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

/// One of many visitors who come one after another, `before` of them before this one. Now and then
/// they wait for the server to take in those who stand at its door: whom it has no room for would
/// try again after a second.
fn connect(server: SocketAddr, before: u64) -> io::Result<TcpStream> {
    if before % CROWD == CROWD - 1 {
        thread::sleep(PAUSE);
    }
    TcpStream::connect(server)
}

/// Until the server lets them begin.
fn await_start() -> io::Result<()> {
    io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

/// Waits for events; that none come is an error.
fn poll(poll: &mut Poll, events: &mut Events) -> io::Result<()> {
    loop {
        match poll.poll(events, Some(PATIENCE)) {
            Ok(()) if events.is_empty() => {
                return Err(io::Error::new(io::ErrorKind::TimedOut, "nothing happens"));
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

/// The answer was another one.
fn wrong(words: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, words.to_owned())
}
