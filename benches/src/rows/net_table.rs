//! The rows in which the kernel is the cost: sockets on this machine.

use super::on::{growing, on, row};
#[cfg(feature = "peers")]
use super::tokio;
use super::{kettle, waiting_threads};
use crate::row::{Row, Run, Unit};

const WAITING: &[(&str, Run)] = &[
    ("kettle", kettle::waiting::waiting as Run),
    #[cfg(feature = "peers")]
    ("tokio", tokio::waiting::waiting as Run),
    ("threads", waiting_threads::waiting as Run),
];

pub(super) const TABLE: &[Row] = &[
    row!("echo-64", 64_000, "64 bytes to the server and back, over 64 connections", echo::some: tokio),
    row!("http", 16_000, "a visitor of 32 accepted, read, answered, and the socket closed", http::some: tokio),
];

pub(super) const AMONG_CONNECTIONS: &[Row] = growing!(
    "growth-echo:", "64 bytes to the server and back, over ", " connections",
    Unit::CpuNanos, on!(growth::connections: tokio);
    100 "100", 10_000 "10,000"
);

pub(super) const SILENT: &[Row] = growing!(
    "waiting-", "resident memory of a silent visitor, of ", ", with a task or a thread each",
    Unit::Bytes, WAITING;
    1_000 "1,000", 10_000 "10,000"
);
