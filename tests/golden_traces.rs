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
//! And do the events of every other example tell all that happens in it? Each is folded: at every turn the
//! state that the events lead to must be the engine's own, and no record may contradict those before it.
//! The tour, which watches itself, has a process of its own (`fold_tour.rs`).

#[path = "common/folded.rs"]
mod folded;

use std::cell::Cell;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::panic::catch_unwind;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::runtime::Builder;
use kettle::trace::{Event, Record, doctor, record, story};

/// `kettle` as the examples see it here: what stands behind `#[kettle::main]` builds a runtime whose
/// clock is paused and whose dice are known.
mod kettle_in_virtual_time {
    pub(crate) use ::kettle::*;

    pub(crate) mod __private {
        use std::time::Duration;

        use kettle::time::timeout;
        use kettle_runtime::{Config, Runtime};

        pub(crate) fn main<F: Future>(
            _start_paused: bool,
            _name: Option<&str>,
            future: F,
        ) -> F::Output {
            let config = Config {
                start_paused: true,
                rng_seed: Some(0),
                sink: kettle::trace::default_sink().expect("a recorder"),
                ..Config::default()
            };
            let runtime = Runtime::with(config).expect("a runtime");
            if crate::NEVER_ENDS.get() {
                let limited = async { timeout(Duration::from_hours(1), future).await };
                return runtime.block_on(limited).expect("it stands still");
            }
            runtime.block_on(future)
        }
    }
}

thread_local! {
    /// Some of the programs that go wrong never end by themselves: this thread's get an hour.
    static NEVER_ENDS: Cell<bool> = const { Cell::new(false) };
}

/// Declares modules with the examples' own sources and a `run`.
macro_rules! programs {
    ($($name:ident $file:literal)*) => {
        $(
            #[allow(dead_code, unused_imports)] // of a server only a part is called
            mod $name {
                use crate::kettle_in_virtual_time as kettle;
                include!($file);
                pub(crate) fn run() {
                    let _ = main();
                }
            }
        )*
        const HERE: &[&str] = &[$($file),*];
    };
}

programs! {
    make_tea "../examples/make_tea.rs"
    channel "../examples/channel.rs"
    select "../examples/select.rs"
    errors "../examples/errors.rs"
    mutex "../examples/mutex.rs"
    dinner "../examples/dinner.rs"
    responsive "../examples/responsive.rs"
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

#[test]
fn dinner_and_responsive_tell_all() {
    tells_all(dinner::run);
    tells_all(responsive::run);
}

/// Runs a program: its events tell all, nothing is left, and the doctor has nothing to say.
fn tells_all(run: fn()) -> Vec<Record> {
    let ((), records) = record(run);
    let (fold, turns) = folded::whole(&records);
    assert!(doctor::examine(&records).is_empty());
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

// ---- programs without such a file -----------------------------------------------------------------

/// Programs that show a mistake: they may panic, leave tasks behind, or stand still. Not those that block
/// the thread, and not the one that waits for a clock by spinning.
mod oops {
    use super::{catch_unwind, folded, kettle_in_virtual_time, record};

    macro_rules! mistakes {
        ($($name:ident)*) => {
            $(
                mod $name {
                    use super::kettle_in_virtual_time as kettle;
                    include!(concat!("../examples/oops_", stringify!($name), ".rs"));
                    #[test]
                    fn tells_all() {
                        crate::NEVER_ENDS.set(true);
                        let run = || super::catch_unwind(|| main());
                        let (_, records) = super::record(run);
                        let (_, turns) = super::folded::whole(&records);
                        assert!(turns > 0, "{turns}");
                    }
                }
            )*
        };
    }

    mistakes! {
        background first_waker guard lazy lock_each_poll lock_order lock_twice nested own_sender pending
        set_aside
    }
}

/// These are not declared above: two servers below, the tour, and one that has no runtime.
const ELSEWHERE: [&str; 4] = ["server.rs", "server_polite.rs", "tour.rs", "server_threads.rs"];

#[test]
fn no_example_is_left_out() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/examples");
    for entry in std::fs::read_dir(folder).expect("the examples") {
        let entry = entry.expect("an example");
        let name = entry.file_name().to_string_lossy().into_owned();
        let seen = HERE.iter().any(|file| file.ends_with(&format!("/{name}")));
        let of_a_group = name.starts_with("book_") || name.starts_with("oops_");
        let is_tutorials = name.ends_with(".rs") && !of_a_group;
        let is_folded = seen || ELSEWHERE.contains(&name.as_str());
        assert!(!is_tutorials || is_folded, "{name} is not folded");
    }
}

#[allow(dead_code)] // their `main` is not called: it never ends
mod server {
    include!("../examples/server.rs");

    pub(crate) async fn handle(socket: TcpStream) {
        let _ = handle_connection(socket).await; // a visitor may leave early
    }
}

#[allow(dead_code)]
mod server_polite {
    include!("../examples/server_polite.rs");

    pub(crate) async fn handle(socket: TcpStream) {
        let _ = handle_connection(socket).await;
    }
}

/// Visitors that ask at once, that ask in two pieces, and one that leaves without a word.
fn visitors<F>(handle: fn(TcpStream) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("its address");
        let server = kettle::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                kettle::spawn(handle(socket));
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
    let ((), records) = record(|| visitors(server::handle));
    folded::whole(&records);
    let sources =
        records.iter().filter(|record| matches!(record.event, Event::SourceAdd { .. })).count();
    assert!(sources > 2, "a listener, and whoever had to wait: {sources}");
}

#[test]
fn a_polite_server_with_visitors_tells_all() {
    folded::whole(&record(|| visitors(server_polite::handle)).1);
}
