//! What becomes of the engine's events?
//!
//! Whatever a consumer asks for: kept in memory ([`Recorder`], [`record`]), told in plain words
//! ([`story`]), counted ([`Ledger`]), folded into the state that they lead to ([`fold`]). The engine
//! knows none of this. It hands its [`Record`]s to the one [`Sink`] that its runtime was built with,
//! and [`default_sink`] says which one that is when a program names none: the recorder of a
//! [`record`] around it, or what `KETTLE_TRACE` asks for.
//!
//! In debug builds, and beside every trace, the [`doctor`] looks on. With the feature `tracing`, a
//! runtime of which nobody asked anything speaks to tokio-console (`console.rs`).
//!
//! Reading order: `names.rs` (who is "task 3"?), `recorder.rs`, `story.rs` with `words.rs`,
//! `ledger.rs` with `table.rs`, `fold.rs`, `doctor.rs`, `env.rs`, `record.rs`.
//!
//! Invariant: consumers see [`Event`]s and nothing else of the engine; none has places of its own
//! in it. What an event does not say, nobody here knows.
//!
//! Not here: what events there are and when they are emitted (crate `kettle-events`).

#![warn(missing_docs)]

mod chrome;
#[cfg(feature = "tracing")]
mod console;
pub mod doctor;
mod env;
mod file;
pub mod fold;
mod html;
mod ink;
mod json;
mod ledger;
mod lines;
mod names;
mod output;
mod record;
mod recorder;
mod sources;
mod store;
pub mod story;
mod table;
mod words;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod parse;

#[cfg(feature = "tracing")]
pub use console::Console;
pub use doctor::{Doctor, Lint};
pub use env::from_env;
pub use file::{File, save};
pub use kettle_events::{Event, Record, Sink, note};
pub use ledger::{Causes, Effects, Ledger};
pub use names::{Family, Name, Names, future_name};
pub use record::{default_sink, record};
pub use recorder::{Recorder, Recording};
pub use story::Story;
