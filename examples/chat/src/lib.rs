//! A chat server on kettle: the model application, to be read in an evening.
//!
//! Read in this order: `server.rs` (who comes in, and the end), `client.rs` (one client's life), `wire.rs` (lines over a
//! stream), `rooms.rs` (who reads what), `mailbox.rs` (a client that reads slowly), `web.rs` (browsers).
//!
//! One thread runs it all. It has locks and `Arc`s because `spawn` asks for tasks that could run on any.

pub mod client;
pub mod mailbox;
pub mod measured;
pub mod rooms;
pub mod server;
pub mod web;
pub mod wire;
