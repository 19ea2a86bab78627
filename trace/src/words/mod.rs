//! Floor 1: how does every description of a run name a task, a place, a duration?
//!
//! Reading order: `names.rs` (which is "task 3"?), `say.rs` and `teller.rs` with `of_the_loop.rs` and
//! `of_sync.rs` (a record as a sentence), `whose.rs`, `disk.rs` and `sources.rs` (a place, and its line of source),
//! `text.rs` (all that as JSON).

mod disk;
pub(crate) mod names;
mod of_a_source;
pub(crate) mod of_sync;
mod of_the_loop;
pub(crate) mod say;
pub(crate) mod sources;
pub(crate) mod teller;
pub(crate) mod text;
pub(crate) mod whose;
