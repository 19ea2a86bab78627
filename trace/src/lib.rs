//! What can one do with the events that the engine records?
//!
//! Keep them in memory ([`Recorder`], [`record`]), print them in plain words ([`story`]), count
//! them ([`Ledger`]), or fold them into the state that they lead to ([`fold`]). The engine knows
//! none of this: it passes its [`Record`]s to the one [`Sink`] that its runtime was built with. If
//! a program names no sink, [`default_sink`] chooses it: the recorder of a [`record`] around it, or
//! what `KETTLE_TRACE` asks for.
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
//! In debug builds, and beside every trace, the [`doctor`] looks for mistakes of the program.
//!
//! # The floors
//!
//! As in the engine, each folder is on a floor, and imports only from itself and the floors below.
//! Each folder's `mod.rs` lists its files in reading order.
//!
//! | floor | folder | the question it answers | needs |
//! |---|---|---|---|
//! | 6 | `search/` | which schedule breaks a test? | all below |
//! | 5 | `defaults/` | which sink, and which schedule, does a run get whose program names none? | all below |
//! | 4 | `story/` | how is a run printed, event by event and in sums? | doctor, words |
//! | 4 | `file/` | how does a run become a file? | doctor, why, words |
//! | 3 | `doctor/` | what is wrong with this program? | fold, why, words |
//! | 2 | `fold/` | what is the runtime's state after these events? | words |
//! | 2 | `why/` | why does nothing happen, and why did something? | words |
//! | 1 | `words/` | how are tasks, places and durations named in words? | nothing |
//! | 1 | `page/` | how is a run shown in a browser? | nothing |
//! | 1 | `schedules/` | which answer does a schedule give where the engine is free? | nothing |
//!
//! Elsewhere: what events there are and when they are emitted (crate `kettle-events`).

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
pub use file::file::{File, save};
/// Writes a line of the program's own into the record. Without a recorder, it does nothing.
///
/// ```
/// # #[kettle::main] async fn main() {
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
