//! What is a program told of its one thread?
//!
//! That there is one; and where it blocks that thread for long, because without the doctor's watch
//! such a hang would be silent. Each once: a log needs the line, and a test suite makes a hundred
//! runtimes.

use std::io::{self, Write};
use std::panic::Location;
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, LazyLock, Once, Weak};
use std::thread;
use std::time::{Duration, Instant};

static SAID: Once = Once::new();

/// Work that blocks for so long may wait for good.
const LONG: Duration = Duration::from_secs(2);

/// A closure that blocks: when it began, where, and whether it goes on.
type Blocks = (Instant, &'static Location<'static>, Weak<()>);

/// To the thread that waits with them. It begins with the first.
static WAITS: LazyLock<Sender<Blocks>> = LazyLock::new(|| {
    let (tell, told) = mpsc::channel::<Blocks>();
    let waits = move || {
        let mut going: Vec<Blocks> = Vec::new();
        let at = loop {
            going.retain(|(_, _, it)| it.strong_count() > 0);
            // The next may come at any time, and what came is not to pile up meanwhile.
            let next = match going.first() {
                None => told.recv().ok(),
                Some((begun, at, _)) if begun.elapsed() >= LONG => break *at,
                Some((begun, ..)) => told.recv_timeout(LONG.saturating_sub(begun.elapsed())).ok(),
            };
            going.extend(next);
        };
        say(&format!(
            "`block_in_place` at {at} has blocked the only thread for {LONG:?}: no task, timer or socket is served \
             meanwhile. If it waits for one, it waits for good. `.await` that instead, or move the closure into \
             `spawn_blocking`, whose handle you can `.await`."
        ));
    };
    // The doctor knows the name (`trace/src/doctor/system.rs`): this thread is none of the
    // program's.
    let _ = thread::Builder::new().name("kettle-in-place".to_owned()).spawn(waits);
    tell
});

/// Says on standard error that there is one thread, the first time.
pub(crate) fn one_thread() {
    SAID.call_once(|| {
        say("this program asks for several threads to run its tasks. All of them run on one.");
    });
}

/// Says on standard error where the thread is blocked, if this goes on for long, until what is
/// returned is dropped.
pub(crate) fn if_it_blocks_for_long(at: &'static Location<'static>) -> Arc<()> {
    let goes_on = Arc::new(());
    // An error: after the first line no one listens.
    let _ = WAITS.send((Instant::now(), at, Arc::downgrade(&goes_on)));
    goes_on
}

fn say(words: &str) {
    // Not `eprintln!`, which panics if standard error is a closed pipe.
    let _ = writeln!(io::stderr(), "kettle: {words}");
}

/// What `#[tokio::main]` puts around the body of a program that asks for threads.
#[cfg(feature = "macros")]
pub fn threads<F: Future>(body: F) -> F {
    one_thread();
    body
}
