//! A chat server on kettle: the model application, to be read in an evening.
//!
//! Read in this order: `server.rs` (who comes in, and the end), `client.rs` (one client's life),
//! `connection.rs` (lines over a stream of bytes), `rooms.rs` (who reads what), `web.rs`
//! (browsers). The protocols are plain functions, and of a room only `news` waits.
//!
//! One thread runs it all. It has `Arc` and `Mutex` because `spawn` asks for tasks that could run
//! on any thread, and so the same source runs on a runtime that has many.

pub mod client;
pub mod connection;
pub mod rooms;
pub mod server;
pub mod web;
