//! What does kettle do with bytes that no author thought of?
//!
//! A *target* takes any bytes and reads them as its orders. It panics if what comes of them is
//! wrong. What is right, tokio says, which gets the same operations and must show the same after
//! each of them. (`trace` alone has no peer.)
//!
//! | target | its bytes are |
//! |---|---|
//! | [`sync`] | operations on a primitive of `sync`; the first byte says which |
//! | [`time`] | timers and intervals made, moved, dropped, and jumps of the clock |
//! | [`tasks`] | tasks of a `JoinSet` spawned, ended, aborted and joined |
//! | [`trace`] | what happened to the file of a trace before it was read |
//!
//! Interface: [`TARGETS`], [`PRIMITIVES`]. `cargo fuzz` looks for such bytes (`libfuzzer.rs`);
//! those that it kept are in `corpus/`, and a test gives them to the targets, with some random
//! ones.
//!
//! Not here: bytes that are read and written in pieces (`tests/api/io`).

mod trace;

#[path = "play"]
mod with_tokio {
    pub(super) mod channels;
    pub(super) mod locks;
    #[path = "rt_tokio.rs"]
    mod rt;
    pub(super) mod signals;
    pub(super) mod table;
    pub(super) mod tasks;
    pub(super) mod time;
}

// The same files once more, with another `rt`: that is the point.
#[allow(clippy::duplicate_mod)]
#[path = "play"]
mod with_kettle {
    pub(super) mod channels;
    pub(super) mod locks;
    #[path = "rt_kettle.rs"]
    mod rt;
    pub(super) mod signals;
    pub(super) mod table;
    pub(super) mod tasks;
    pub(super) mod time;
}

/// Takes any bytes, and panics if kettle does what it must not.
pub type Target = fn(&[u8]);

/// All of them, by their names.
pub const TARGETS: &[(&str, Target)] =
    &[("sync", sync), ("time", time), ("tasks", tasks), ("trace", trace::target)];

/// The target of this name.
pub fn target(name: &str) -> Target {
    TARGETS.iter().find(|(known, _)| *known == name).expect("a target").1
}

/// Plays the operations on one side: what each has shown.
type Play = fn(&[u8]) -> Vec<String>;

/// So many primitives are played.
pub const PRIMITIVES: usize = ALL.len();

/// A primitive's name, and how it is played on kettle and on tokio.
type Both = (&'static str, Play, Play);

macro_rules! both {
    ($($file:ident::$name:ident)*) => {
        [$((stringify!($name), with_kettle::$file::$name, with_tokio::$file::$name),)*]
    };
}

const ALL: [Both; 11] = both! {
    locks::semaphore locks::mutex locks::rwlock locks::once_cell
    channels::bounded channels::unbounded channels::oneshot channels::watch channels::broadcast
    signals::notify signals::barrier
};

fn sync(bytes: &[u8]) {
    if let Some((which, orders)) = bytes.split_first() {
        compare(ALL[usize::from(*which) % PRIMITIVES], orders);
    }
}

fn time(bytes: &[u8]) {
    const BOTH: [Both; 1] = both! { time::timers };
    compare(BOTH[0], bytes);
}

fn tasks(bytes: &[u8]) {
    const BOTH: [Both; 1] = both! { tasks::join_set };
    compare(BOTH[0], bytes);
}

/// Both must show the same after each operation.
fn compare((name, kettle, tokio): Both, orders: &[u8]) {
    // Long ones find no more, and take long to read.
    let orders = &orders[..orders.len().min(400)];
    let (kettle, tokio) = (kettle(orders), tokio(orders));
    let differs = kettle.iter().zip(&tokio).position(|(kettle, tokio)| kettle != tokio);
    if let Some(at) = differs {
        let before = kettle[at.saturating_sub(12)..at].join("\n");
        panic!("{name}, {at}:\n{before}\nkettle: {}\ntokio:  {}", kettle[at], tokio[at]);
    }
    assert_eq!(kettle.len(), tokio.len(), "{name}: as many lines");
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_of_proofs_says_how_many_primitives_there_are() {
        let words = format!("| {} primitives of `sync`", super::PRIMITIVES);
        assert!(include_str!("../../../docs/contract.md").contains(&words), "{words}");
    }
}
