//! Which rows are there?
//!
//! The tables name them. Here stands which family is compiled for which runtime:
//! `mod spawn;` in the module of a runtime is `rows/spawn.rs` with `super::rt` being that runtime.

#![allow(clippy::duplicate_mod, reason = "that is how a row runs on several runtimes")]

use crate::row::Row;

mod cpu_table;
mod net_table;
mod on;
mod os_threads;
mod waiting_threads;

/// All rows, in the order of the page.
pub(crate) fn all() -> impl Iterator<Item = &'static Row> {
    let cpu = [cpu_table::TABLE, cpu_table::AMONG_TASKS, cpu_table::IN_THE_WHEEL];
    let net = [net_table::TABLE, net_table::AMONG_CONNECTIONS, net_table::SILENT];
    cpu.into_iter().chain([cpu_table::THREADS]).chain(net).chain(cpu_table::DEBUG).flatten()
}

#[path = "rows"]
mod kettle {
    pub(super) use crate::peers::kettle as rt;

    pub(super) mod channel;
    pub(super) mod debug;
    pub(super) mod echo;
    pub(super) mod growth;
    pub(super) mod http;
    pub(super) mod lock;
    pub(super) mod memory;
    pub(super) mod select;
    pub(super) mod sleep;
    pub(super) mod spawn;
    pub(super) mod start;
    mod talk;
    pub(super) mod threads;
    pub(super) mod waiting;
    pub(super) mod yields;
}

#[cfg(feature = "peers")]
#[path = "rows"]
mod tokio {
    pub(super) use crate::peers::tokio as rt;

    pub(super) mod channel;
    pub(super) mod debug;
    pub(super) mod echo;
    pub(super) mod growth;
    pub(super) mod http;
    pub(super) mod lock;
    pub(super) mod memory;
    pub(super) mod select;
    pub(super) mod sleep;
    pub(super) mod spawn;
    pub(super) mod start;
    mod talk;
    pub(super) mod threads;
    pub(super) mod waiting;
    pub(super) mod yields;
}
