//! How does a task run another program, and learn that it has ended?
//!
//! A [`Command`] starts it through `std::process::Command`, and adds two things: the pipes to the
//! child become I/O sources, and a task, not a thread, waits for the child's end (`exit.rs`).
//!
//! ```
//! use kettle::process::Command;
//!
//! # #[kettle::main] async fn main() -> std::io::Result<()> {
//! let output = Command::new("echo").arg("tea").output().await?;
//! assert_eq!(output.stdout, b"tea\n");
//! # Ok(()) }
//! ```
//!
//! | file | what is in it |
//! |---|---|
//! | `command.rs` | [`Command`] |
//! | `child.rs` | [`Child`]: waiting, killing, collecting the output |
//! | `exit.rs` | how a task learns that a child has ended; dropped children |
//! | `stdio.rs` | [`ChildStdin`], [`ChildStdout`], [`ChildStderr`] |
//!
//! # Children that are dropped
//!
//! A dropped [`Child`] goes on running, unless its command says
//! [`kill_on_drop`](Command::kill_on_drop). After a process has ended, the system keeps an entry
//! for it (a *zombie*) until its parent asks for its result. For a dropped child, kettle asks as
//! soon as the end is reported and whenever another child is started, waited for or dropped. There
//! is no report if the child's runtime has ended, or if 64 other dropped children have reports;
//! then the entry stays until the next such operation.

mod child;
mod command;
mod exit;
mod stdio;

pub use child::Child;
pub use command::Command;
pub use stdio::{ChildStderr, ChildStdin, ChildStdout};
