//! How does a program use files without blocking the loop's thread?
//!
//! A selector can't report when a file is ready, and a read takes as long as the disk needs. So
//! each operation here calls the function of the same name in `std::fs` on the blocking pool
//! ([`spawn_blocking`](crate::task::spawn_blocking)), and the task awaits the job.
//!
//! ```
//! # #[kettle::main] async fn main() -> std::io::Result<()> {
//! # let path = std::env::temp_dir().join(format!("kettle-fs-{}", std::process::id()));
//! kettle::fs::write(&path, "sencha").await?;
//! assert_eq!(kettle::fs::read_to_string(&path).await?, "sencha");
//! # kettle::fs::remove_file(&path).await
//! # }
//! ```
//!
//! Each operation costs two messages between threads. So one [`read`](fn@read) of a whole file is
//! cheaper than a loop that reads small pieces of a [`File`], and to work through many files it is
//! best to put one `spawn_blocking` around all of the work.
//!
//! | file | what is in it |
//! |---|---|
//! | `off_thread.rs` | turns a blocking closure into a future |
//! | `paths.rs` | the functions that take a path: [`copy`], [`rename`], [`metadata`], … |
//! | `open_options.rs`, `dir_builder.rs`, `file_times.rs` | opening a file, creating a folder, setting times |
//! | `read_dir.rs` | a folder's entries, a batch at a time |
//! | `file.rs` | [`File`]: one operation at a time, and unread bytes |
//!
//! # Cancel safety
//!
//! A closure that has started can't be stopped. If a future from this module is dropped, its
//! operation goes on, so the file may still be written or the folder removed.
//!
//! # Panics
//!
//! Like `spawn_blocking`, every function here panics if no runtime is entered.
//!
//! # Errors
//!
//! The functions return `std::fs`'s errors, or `ErrorKind::Other` if the runtime ended before the
//! job could run.

mod dir_builder;
mod file;
mod file_times;
mod off_thread;
mod open_options;
mod paths;
mod read_dir;

pub use dir_builder::DirBuilder;
pub use file::File;
pub use file_times::FileTimes;
pub use open_options::OpenOptions;
#[cfg(unix)]
pub use paths::symlink;
pub use paths::{
    canonicalize, copy, create_dir, create_dir_all, hard_link, metadata, read, read_link,
    read_to_string, remove_dir, remove_dir_all, remove_file, rename, set_permissions,
    symlink_metadata, try_exists, write,
};
#[cfg(windows)]
pub use paths::{symlink_dir, symlink_file};
pub use read_dir::{DirEntry, ReadDir, read_dir};
