//! Which rows does the bench have, and on which runtimes?
//!
//! [`all`] returns the rows, as kettle runs them, and [`runtimes`] those of each runtime. A row is
//! written once and compiled for each runtime: below, a module for kettle and one for tokio contain
//! the same files. In `rows/rt.rs`, `lib` means the library of its module; in the table of rows
//! (`rows/table.rs`) and in the families of rows that the table names (`rows/table/`), `rt` means
//! the runtime. Two rows also run on plain threads, for comparison.

#![allow(clippy::duplicate_mod, reason = "one file is compiled for several runtimes")]

use crate::row::{Row, Run};

mod os_threads;

#[path = "rows"]
mod kettle {
    use ::kettle as lib;

    mod rt;
    mod table;
    pub(crate) use table::rows;
}
pub(crate) use kettle::rows as all;

#[cfg(feature = "tokio")]
#[path = "rows"]
mod tokio {
    use ::tokio as lib;

    mod rt;
    mod table;
    pub(super) use table::rows;
}

/// A runtime, and the rows that it runs, in the order of `docs/performance.md`.
pub(crate) struct Runtime {
    pub(crate) name: &'static str,
    pub(crate) rows: Vec<Row>,
}

pub(crate) fn runtimes() -> Vec<Runtime> {
    vec![
        Runtime { name: "kettle", rows: all() },
        #[cfg(feature = "tokio")]
        Runtime { name: "tokio", rows: tokio::rows() },
        Runtime { name: "threads", rows: all().into_iter().filter_map(on_threads).collect() },
    ]
}

/// The row with threads in the place of tasks, if there is such a version.
fn on_threads(row: Row) -> Option<Row> {
    let run: Run = match row.name.split('-').next()? {
        "switch" => os_threads::ping_pong,
        "waiting" => os_threads::waiting,
        _ => return None,
    };
    Some(Row { run, ..row })
}
