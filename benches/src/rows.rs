//! Which rows does the bench have, and on which runtimes?
//!
//! [`all`] returns them. A row is written once and compiled for each runtime: below, a module for
//! kettle and one for tokio contain the same files. In `rows/rt.rs`, `lib` means the library of its
//! module; in the table of rows (`rows/table.rs`) and in the families of rows that the table names
//! (`rows/table/`), `rt` means the runtime. Two rows also run on plain threads, for comparison.

#![allow(clippy::duplicate_mod, reason = "one file is compiled for several runtimes")]

use crate::row::{Row, Run};

mod os_threads;
mod waiting_threads;

#[path = "rows"]
mod kettle {
    use ::kettle as lib;

    mod rt;
    mod table;
    pub(super) use table::rows;
}

#[cfg(feature = "tokio")]
#[path = "rows"]
mod tokio {
    use ::tokio as lib;

    mod rt;
    mod table;
    pub(super) use table::rows;
}

/// The runtimes, with all rows of each in the order of `docs/performance.md`.
pub(crate) fn all() -> Vec<(&'static str, Vec<Row>)> {
    vec![
        ("kettle", kettle::rows()),
        #[cfg(feature = "tokio")]
        ("tokio", tokio::rows()),
        ("threads", kettle::rows().into_iter().filter_map(on_threads).collect()),
    ]
}

/// The row with threads in the place of tasks, if there is such a version.
fn on_threads(row: Row) -> Option<Row> {
    let run: Run = match row.name.split('-').next()? {
        "switch" => os_threads::ping_pong,
        "waiting" => waiting_threads::waiting,
        _ => return None,
    };
    Some(Row { run, ..row })
}
