//! Is this tokio, or only kettle?
//!
//! The same source is run on both, with the clock paused, and both tell what they do: tokio by its
//! own `tracing` spans and events, kettle by its records. From each we take what both can tell:
//! which task is spawned, polled, woken, and when it is over. Two such recordings are compared line
//! by line.
//!
//! Reading order: `step.rs` (what is compared), `tokio_side.rs` and `kettle_side.rs` (how each is
//! recorded), `programs.rs` (the tutorial's six), `random.rs` and `play.rs` (random ones).
//!
//! Invariant: nothing is filtered on one side that the other side would show. What each side can
//! tell and the other can't is listed in `docs/tokio-map.md`, under "What is compared".

#[cfg(not(tokio_unstable))]
compile_error!(
    "call Cargo in tests/fidelity: the configuration there lets tokio tell what it does"
);

/// Stands for `println!` in the programs: what they print becomes a step of the recording.
macro_rules! println {
    ($($words:tt)*) => { crate::stage::say(format!($($words)*)) };
}

/// As `println!`: both end up in the recording.
macro_rules! eprintln {
    ($($words:tt)*) => { crate::stage::say(format!($($words)*)) };
}

mod kettle_side;
pub mod play;
pub mod programs;
pub mod random;
mod stage;
pub mod step;
mod tokio_side;
