//! What becomes of the engine's events?
//!
//! Whatever a consumer asks for: kept in memory ([`Recorder`], [`record`]), told in plain words
//! ([`story`]), counted ([`Ledger`]), folded into the state that they lead to ([`fold`]). The
//! engine knows none of this. It hands its [`Record`]s to the one [`Sink`] that its runtime was
//! built with, and [`default_sink`] says which one that is when a program names none: the recorder
//! of a [`record`] around it, or what `KETTLE_TRACE` asks for.
//!
//! ```
//! let (tea, records) = kettle::trace::record(|| {
//!     let runtime = kettle::runtime::Builder::new_current_thread().build().unwrap();
//!     runtime.block_on(async { kettle::spawn(async { "tea" }).await.unwrap() })
//! });
//! assert_eq!(tea, "tea");
//! assert_eq!(kettle::trace::Ledger::from_records(&records).of("tasks", "spawned"), 1);
//! ```
//!
//! In debug builds, and beside every trace, the [`doctor`] looks on.
//!
//! # The floors
//!
//! As in the engine, each folder is a floor and imports only from itself and from the floors below.
//! Each folder's `mod.rs` lists its files in reading order.
//!
//! | floor | folder | the question it answers | needs |
//! |---|---|---|---|
//! | 6 | `search/` | which schedule breaks a test? | all below |
//! | 5 | `defaults/` | which sink, and which schedule, does a run get whose program names none? | all below |
//! | 4 | `story/` | how is a run told to a reader, event by event and in sums? | doctor, words |
//! | 4 | `file/` | how does a run become a file? | doctor, why, words |
//! | 3 | `doctor/` | what is wrong with this program? | fold, why, words |
//! | 2 | `fold/` | what is the runtime's state after these events? | words |
//! | 2 | `why/` | why does nothing happen, and why did something? | words |
//! | 1 | `words/` | what do all call a task, a place, a duration? | nothing |
//! | 1 | `page/` | how is a run shown in a browser? | nothing |
//! | 1 | `schedules/` | what decides where the engine is free to? | nothing |
//!
//! Invariant: consumers see [`Event`]s and nothing else of the engine; none has places of its own
//! in it. What an event does not say is not known here.
//!
//! Not here: what events there are and when they are emitted (crate `kettle-events`).

#![warn(missing_docs)]
// On docs.rs each item says which feature it needs.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod defaults;
pub mod doctor;
mod file;
pub mod fold;
mod page;
mod schedules;
#[doc(hidden)] // what the attributes expand to
pub mod search;
pub mod story;
mod why;
mod words;

#[cfg(test)]
mod fixture;

pub use defaults::env::from_env;
pub use defaults::record::{default_sink, record};
pub use defaults::recorder::{Recorder, Recording};
pub use defaults::schedule::schedule;
pub use doctor::{Doctor, Lint};
pub use file::dump::dump;
pub use file::file::{File, save};
pub use file::flight::FlightRecorder;
/// Writes a line of the program's own into the record; without a recorder, nowhere.
///
/// ```
/// # #[kettle::main]
/// # async fn main() {
/// kettle::trace::note("the water boils");
/// # }
/// ```
pub use kettle_events::note;
pub use kettle_events::{Event, Record, Sink, Stack};
pub use page::html::lines;
pub use story::Story;
pub use story::ledger::Ledger;
pub use words::future::future_name;
pub use words::names::{Family, Name, Names};
