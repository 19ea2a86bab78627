//! Does the engine do, step by step, what its papers say?
//!
//! Each file in `golden/` tells a tutorial program's whole run under the virtual clock, a line for
//! every event, with the reason why it must be so behind `#`. The lines were derived from the
//! design, before the engine ran them; none is filtered out. Tasks are named in the order of their
//! spawns, and places in the source are left out, so nothing but a change of behaviour changes a
//! line.
//!
//! There is no command that writes these files. A change of the engine's behaviour changes the
//! lines by hand, and their reasons with them.
//!
//! And do the events of a program tell all that happens in it? Each of these, and a server with
//! visitors, is folded: at every turn the state that the events lead to must be the engine's own,
//! and no record may contradict those before it.

#[path = "common/folded.rs"]
mod folded;

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::panic::catch_unwind;
use std::path::PathBuf;
use std::{env, fs};

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::runtime::Builder;
use kettle::trace::doctor::{self, LintKind};
use kettle::trace::{self, Event, Record, record, save, story};
use kettle_runtime::{Config, Runtime};

/// A runtime whose clock is paused and whose dice are known.
fn in_virtual_time<F: Future>(future: F) -> F::Output {
    let config = Config {
        start_paused: true,
        rng_seed: Some(0),
        sink: trace::default_sink().expect("a recorder"),
        ..Config::default()
    };
    Runtime::with(config).expect("a runtime").block_on(future)
}

/// `kettle` as the examples see it here.
mod kettle_in_virtual_time {
    pub(crate) use ::kettle::*;

    pub(crate) mod __private {
        pub(crate) fn main<F: Future>(_paused: bool, _name: Option<&str>, main: F) -> F::Output {
            crate::in_virtual_time(main)
        }
    }
}

/// `kettle` as the examples see it that hang: after an hour they end by a panic.
mod kettle_for_an_hour {
    pub(crate) use ::kettle::*;

    pub(crate) mod __private {
        use std::time::Duration;

        use kettle::time::timeout;

        pub(crate) fn main<F: Future>(_paused: bool, _name: Option<&str>, main: F) -> F::Output {
            let ended =
                crate::in_virtual_time(async { timeout(Duration::from_hours(1), main).await });
            ended.unwrap_or_else(|late| std::panic::resume_unwind(Box::new(late)))
        }
    }
}

/// Declares modules with the examples' own sources and a `run`, and lists them.
macro_rules! programs {
    ($list:ident $kettle:ident $path:literal $($name:ident)*) => {
        $(
            #[allow(dead_code, unused_imports)] // of a server only a part is called
            mod $name {
                use crate::$kettle as kettle;
                include!(concat!($path, stringify!($name), ".rs"));
                pub(crate) fn run() {
                    let _ = main();
                }
            }
        )*
        const $list: &[(&str, fn())] = &[$((stringify!($name), $name::run)),*];
    };
}

programs! { TUTORIAL kettle_in_virtual_time "../examples/" make_tea channel select errors mutex }

// (The others have no end, or no events, or wake themselves a million times.)
programs! { OOPS kettle_for_an_hour "../examples/oops_"
    background blocking first_waker first_word guard lazy lock_each_poll lock_order lock_twice
    own_join own_sender pending set_aside shared_slot silent_setter
}

#[test]
fn make_tea() {
    check(make_tea::run, include_str!("golden/make_tea.txt"));
}

#[test]
fn channel() {
    check(channel::run, include_str!("golden/channel.txt"));
}

#[test]
fn select() {
    check(select::run, include_str!("golden/select.txt"));
}

#[test]
fn mutex() {
    check(mutex::run, include_str!("golden/mutex.txt"));
}

#[test]
fn errors() {
    check(errors::run, include_str!("golden/errors.txt"));
}

/// Runs a program: its events tell all, nothing is left, and the doctor has nothing to say.
fn tells_all(run: fn()) -> Vec<Record> {
    let ((), records) = record(run);
    let (fold, turns) = folded::whole(&records);
    let mut found = doctor::examine(&records);
    found.retain(|lint| lint.kind != LintKind::BlockingPoll); // as on a busy machine
    assert_eq!(found, []);
    assert!(turns > 0, "{turns}");
    assert_eq!((fold.alive(), fold.queued(), fold.timer_count()), (0, 0, 0));
    records
}

/// Runs a program twice: it must be told as the file tells it, and the second time in the same
/// words.
fn check(run: fn(), golden: &str) {
    let expected = expected(golden);
    for _ in 0..2 {
        let told = story::plain(&tells_all(run));
        let told: Vec<_> = told.lines().collect();
        assert!(told == expected, "{}", difference(&told, &expected));
    }
}

/// From which event did each come, of the first twenty of which the page says so? (The page's own
/// scripts are asked, too, by `cargo xtask test page`, which sets `KETTLE_SAID`.)
#[test]
fn each_event_came_from_the_latest_that_it_needed() {
    let folder = env::var_os("KETTLE_SAID").map(PathBuf::from);
    let folder = folder.unwrap_or_else(|| env!("CARGO_TARGET_TMPDIR").into());
    let mut told = String::new();
    for (name, run) in TUTORIAL.iter().chain(OOPS) {
        let _ = writeln!(told, "{name}:");
        let path = folder.join(format!("{name}.html"));
        save(&path, &record(|| drop(catch_unwind(run))).1).expect("a file");
        let page = trace::lines(&fs::read_to_string(&path).expect("the file"));
        let events: Vec<_> = page.iter().filter(|line| line.starts_with("{\"n\":")).collect();
        let field = |line: &str, key| {
            let after = line.split_once(&format!("\"{key}\":"))?.1;
            Some(after.split([',', '"', '}']).find(|word| !word.is_empty())?.to_owned())
        };
        let say = |line: &str| line.rsplit_once("\"say\":\"").expect("words").1.replace("\"}", "");
        let came = events.iter().filter_map(|line| Some((line, field(line, "from")?)));
        for (line, from) in came.take(20) {
            let cause = events[from.parse::<usize>().expect("a number") - 1];
            let (words, n) = (say(line), field(line, "n").expect("a number"));
            let _ = writeln!(told, "{n:>3} {words}\n    {from:>3} {}", say(cause));
        }
    }
    assert_eq!(told, include_str!("golden/came_from.txt"), "{told}");
}

/// The lines of a golden file without their reasons, which none may lack.
fn expected(golden: &str) -> Vec<&str> {
    let lines = golden.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let (event, reason) = line.split_once(" # ").unwrap_or((line, ""));
            assert!(!reason.trim().is_empty(), "this line has no reason: {line}");
            event.trim_end()
        })
        .collect()
}

/// Where the two part, with what was told around it.
fn difference(told: &[&str], expected: &[&str]) -> String {
    let same = told.iter().zip(expected).take_while(|(told, expected)| told == expected).count();
    let mut text = format!("they part at event {}\n", same + 1);
    for line in &told[same.saturating_sub(3)..same] {
        let _ = writeln!(text, "      same  {line}");
    }
    for line in expected.iter().skip(same).take(4) {
        let _ = writeln!(text, "  expected  {line}");
    }
    for line in told.iter().skip(same).take(4) {
        let _ = writeln!(text, "      told  {line}");
    }
    text
}

#[allow(dead_code)] // its `main` is not called: it never ends
mod server {
    include!("../examples/server.rs");

    pub(crate) async fn handle(socket: TcpStream) {
        let _ = handle_connection(socket).await; // a visitor may leave early
    }
}

/// Visitors that ask at once, that ask in two pieces, and one that leaves without a word.
fn visitors() {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("its address");
        let server = kettle::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                kettle::spawn(server::handle(socket));
            }
        });
        let visits: Vec<_> = (0..6).map(|number| kettle::spawn(visit(address, number))).collect();
        for visit in visits {
            assert!(visit.await.expect("no panic"));
        }
        server.abort();
        assert!(server.await.unwrap_err().is_cancelled());
    });
}

async fn visit(address: SocketAddr, number: u32) -> bool {
    let mut socket = TcpStream::connect(address).await.expect("a server");
    if number == 3 {
        return true;
    }
    let request = format!("GET /{number} HTTP/1.1\r\n\r\n");
    let cut = if number.is_multiple_of(2) { request.len() } else { 7 };
    socket.write_all(&request.as_bytes()[..cut]).await.expect("an open socket");
    kettle::task::yield_now().await;
    // The plain server answers to the first piece, and may be gone before the second one.
    let _ = socket.write_all(&request.as_bytes()[cut..]).await;
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).await.is_err() || answer.starts_with(b"HTTP/1.1 200 OK")
}

#[test]
fn a_server_with_visitors_tells_all() {
    let ((), records) = record(visitors);
    folded::whole(&records);
    let sources =
        records.iter().filter(|record| matches!(record.event, Event::SourceAdd { .. })).count();
    assert!(sources > 2, "a listener, and whoever had to wait: {sources}");
}
