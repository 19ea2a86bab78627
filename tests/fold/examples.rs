//! Do the events of each example tell all that happens in it?
//!
//! Each program is run and folded, record by record: at every turn the state that the events lead to
//! must be the engine's own, and no record may contradict those before it. The tour, which watches
//! itself, has a process of its own (`tests/fold_tour.rs`).

use std::net::SocketAddr;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::runtime::Builder;
use kettle::trace::{Event, record};

use crate::folded::whole;

/// `kettle` as the examples see it here: `#[kettle::main]` builds a runtime whose clock is paused.
mod kettle_in_virtual_time {
    pub(crate) use ::kettle::*;

    pub(crate) mod __private {
        use std::time::Duration;

        use kettle::runtime::Builder;
        use kettle::time::timeout;

        /// Some of the programs that go wrong never end by themselves.
        const LIMIT: Duration = Duration::from_hours(1);

        pub(crate) fn main<F: Future>(
            _start_paused: bool,
            _name: Option<&str>,
            future: F,
        ) -> F::Output {
            let mut builder = Builder::new_current_thread();
            let runtime = builder.enable_all().start_paused(true).build().expect("a runtime");
            runtime.block_on(async { timeout(LIMIT, future).await.expect("it stands still") })
        }
    }
}

/// Declares an example's own source, and a test that runs and folds it.
macro_rules! examples {
    ($($name:ident $file:literal)*) => {
        $(
            mod $name {
                use crate::examples::kettle_in_virtual_time as kettle;
                include!($file);
                #[test]
                fn tells_all() {
                    let ((), records) = kettle::trace::record(|| {
                        let _ = main();
                    });
                    let (fold, turns) = crate::folded::whole(&records);
                    assert!(kettle::trace::doctor::examine(&records).is_empty());
                    assert!(turns > 0, "{turns}");
                    assert_eq!((fold.alive(), fold.queued(), fold.timer_count()), (0, 0, 0));
                }
            }
        )*

        const HERE: &[&str] = &[$($file),*];
    };
}

examples! {
    make_tea "../../examples/make_tea.rs"
    channel "../../examples/channel.rs"
    select "../../examples/select.rs"
    errors "../../examples/errors.rs"
    mutex "../../examples/mutex.rs"
    dinner "../../examples/dinner.rs"
    responsive "../../examples/responsive.rs"
}

/// The same for programs that show a mistake: they may panic, leave tasks behind, or stand still.
macro_rules! mistakes {
    ($($name:ident $file:literal)*) => {
        mod oops {
            $(
                mod $name {
                    use crate::examples::kettle_in_virtual_time as kettle;
                    include!($file);
                    #[test]
                    fn tells_all() {
                        let run = || std::panic::catch_unwind(|| main());
                        let (_, records) = kettle::trace::record(run);
                        let (_, turns) = crate::folded::whole(&records);
                        assert!(turns > 0, "{turns}");
                    }
                }
            )*
        }
    };
}

// Not those that block the thread, and not the one that waits for a clock by spinning.
mistakes! {
    background "../../examples/oops/background.rs"
    first_waker "../../examples/oops/first_waker.rs"
    guard "../../examples/oops/guard.rs"
    lazy "../../examples/oops/lazy.rs"
    lock_each_poll "../../examples/oops/lock_each_poll.rs"
    lock_order "../../examples/oops/lock_order.rs"
    lock_twice "../../examples/oops/lock_twice.rs"
    nested "../../examples/oops/nested.rs"
    own_sender "../../examples/oops/own_sender.rs"
    pending "../../examples/oops/pending.rs"
    set_aside "../../examples/oops/set_aside.rs"
}

/// These are not run by `examples!`: two servers below, the tour, and one that has no runtime.
const ELSEWHERE: [&str; 4] = ["server.rs", "server_polite.rs", "tour.rs", "server_threads.rs"];

#[test]
fn no_example_is_left_out() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/examples");
    for entry in std::fs::read_dir(folder).expect("the examples") {
        let entry = entry.expect("an example");
        let name = entry.file_name().to_string_lossy().into_owned();
        let seen = HERE.iter().any(|file| file.ends_with(&format!("/{name}")));
        let file = entry.path().is_file();
        assert!(!file || seen || ELSEWHERE.contains(&name.as_str()), "{name} is not folded");
    }
}

#[allow(dead_code)] // their `main` is not called: it never ends
mod server {
    include!("../../examples/server.rs");

    pub(crate) async fn handle(socket: TcpStream) {
        let _ = handle_connection(socket).await; // a visitor may leave early
    }
}

#[allow(dead_code)]
mod server_polite {
    include!("../../examples/server_polite.rs");

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
    whole(&records);
    let sources =
        records.iter().filter(|record| matches!(record.event, Event::SourceAdd { .. })).count();
    assert!(sources > 2, "a listener, and whoever had to wait: {sources}");
}

#[test]
fn a_polite_server_with_visitors_tells_all() {
    whole(&record(|| visitors(server_polite::handle)).1);
}
