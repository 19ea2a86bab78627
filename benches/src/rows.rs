//! Which rows are there, and on which runtimes?
//!
//! The table of rows (`rows/each.rs`) and the families of rows that it names (`rows/each/`) are
//! compiled once for each runtime, in a module in which `super::rt` is that runtime. Two rows also
//! run on plain threads, for comparison.

#![allow(clippy::duplicate_mod, reason = "that is how a row runs on several runtimes")]

use crate::row::{Row, Run};

mod os_threads;
mod waiting_threads;

#[path = "rows"]
mod kettle {
    use crate::peers::kettle as rt;

    mod each;
    pub(super) use each::rows;
}

#[cfg(feature = "peers")]
#[path = "rows"]
mod tokio {
    use crate::peers::tokio as rt;

    mod each;
    pub(super) use each::rows;
}

/// The runtimes, with all rows of each in the order of the page.
pub(crate) fn all() -> Vec<(&'static str, Vec<Row>)> {
    vec![
        ("kettle", kettle::rows()),
        #[cfg(feature = "peers")]
        ("tokio", tokio::rows()),
        ("threads", kettle::rows().into_iter().filter_map(on_threads).collect()),
    ]
}

fn on_threads(row: Row) -> Option<Row> {
    let run: Run = match row.name.split('-').next()? {
        "switch" => os_threads::ping_pong,
        "waiting" => waiting_threads::waiting,
        _ => return None,
    };
    Some(Row { run, ..row })
}
