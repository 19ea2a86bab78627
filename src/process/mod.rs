//! How does a task run another program, and learn that it has ended?
//!
//! std starts it: a [`Command`] is `std::process::Command` with two additions. The pipes to the
//! child become I/O sources, and a task, not a thread, waits for its end (`exit.rs`).
//!
//! ```
//! use kettle::process::Command;
//!
//! # #[kettle::main]
//! # async fn main() -> std::io::Result<()> {
//! let output = Command::new("echo").arg("tea").output().await?;
//! assert_eq!(output.stdout, b"tea\n");
//! # Ok(())
//! # }
//! ```
//!
//! | file | what is in it |
//! |---|---|
//! | `command.rs` | [`Command`] |
//! | `child.rs` | [`Child`]: waiting, killing, collecting the output |
//! | `exit.rs` | how a task learns of the child's end; children that were dropped |
//! | `stdio.rs` | [`ChildStdin`], [`ChildStdout`], [`ChildStderr`] |
//!
//! # Children that are dropped
//!
//! A [`Child`] that is dropped runs on, unless the command says
//! [`kill_on_drop`](Command::kill_on_drop). The system keeps an entry for a process that has ended
//! until its parent asks for its result (a *zombie*). For a dropped child kettle asks as soon as
//! its runtime learns of the end, and whenever another child is started, waited for or dropped. If
//! that runtime has ended, or 64 dropped children run already, the entry remains until then.

mod child;
mod command;
mod exit;
mod stdio;

pub use child::Child;
pub use command::Command;
pub use stdio::{ChildStderr, ChildStdin, ChildStdout};
