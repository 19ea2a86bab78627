//! The rows in which the kernel is the cost: sockets on this machine.

use super::on::{growing, on, row};
use super::{kettle, waiting_threads};
#[cfg(feature = "peers")]
use super::{monoio, raw, smol, tokio};
use crate::row::{Most, Row, Run, Unit};

const WAITING: &[(&str, Run)] = &[
    ("kettle", kettle::waiting::waiting as Run),
    #[cfg(feature = "peers")]
    ("tokio", tokio::waiting::waiting as Run),
    ("threads", waiting_threads::waiting as Run),
];

const CONNECTIONS: &[(&str, Run)] = &[
    ("kettle", kettle::growth::connections as Run),
    #[cfg(feature = "peers")]
    ("tokio", tokio::growth::connections as Run),
    #[cfg(feature = "peers")]
    ("raw", raw::echo::among as Run),
];

pub(super) const TABLE: &[Row] = &[
    row!("echo-1", 8_000, "64 bytes to the server and back, over 1 connection", echo::one: tokio smol monoio raw)
    .counting_calls(),
    row!("echo-64", 64_000, "64 bytes to the server and back, over 64 connections", echo::some: tokio smol monoio raw)
    .counting_calls()
    .limited("system calls", Most::As("raw")),
    row!("echo-1000", 50_000, "64 bytes to the server and back, over 1,000 connections", echo::many: tokio smol monoio raw)
    .counting_calls(),
    row!("http", 16_000, "a visitor of 32 accepted, read, answered, and the socket closed", http::some: tokio smol monoio raw)
    .counting_calls()
    .limited("system calls", Most::Number(4.4)),
    row!("http-1", 10_000, "the same with one visitor after another", http::one: tokio smol monoio raw)
    .counting_calls(),
    row!("stream", 16_384, "64 KiB written into one socket that takes 1 GiB", stream::send: tokio smol monoio raw)
    .counting_calls(),
    row!("stream-copy", 16_384, "64 KiB copied (8 KiB at a time) from one socket into another, of 1 GiB", stream::pass_on: tokio smol monoio raw)
    .counting_calls(),
    row!("latency-socket", 100_000, "polls of 100,000 ready tasks between a byte's arrival and its reader's turn", latency::socket: tokio smol)
    .in_unit(Unit::Polls),
];

pub(super) const AMONG_CONNECTIONS: &[Row] = growing!(
    "growth-echo:", "64 bytes to the server and back, over ", " connections",
    Unit::CpuNanos, CONNECTIONS;
    100 "100", 1_000 "1,000", 10_000 "10,000"
);

pub(super) const SILENT: &[Row] = growing!(
    "waiting-", "resident memory of a silent visitor, of ", ", with a task or a thread each",
    Unit::Bytes, WAITING;
    10 "10", 100 "100", 1_000 "1,000", 10_000 "10,000"
);
