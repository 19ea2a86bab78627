//! How does a project that was written for tokio run on kettle, without a change to it?
//!
//! `cargo kettle` builds it with a package in tokio's place whose body is kettle (`tokio/`), and
//! then checks that kettle really is in the programs. Nothing is written into the project.
//!
//! | file | the question it answers |
//! |---|---|
//! | [`options`] | which of Cargo's own options are there, and which project do they choose? |
//! | [`checkout`] | where is kettle, and which package takes tokio's place? |
//! | `shadow.rs` | where does Cargo build the project, so that nothing is written into it? |
//! | `lock.rs` | which part of the project's lock file stays valid there? |
//! | [`patched`] | how does Cargo build the project with kettle in tokio's place? |
//! | [`built`] | which programs did Cargo build, and is kettle in them? |
//! | [`watch`] | `cargo kettle watch`: what does a program do? |
//! | [`tried`] | how does one test do under many schedules? |
//! | [`test`] | `cargo kettle test`: do all tests pass under other schedules? |

pub mod built;
pub mod checkout;
mod lock;
pub mod options;
pub mod patched;
mod shadow;
pub mod test;
pub mod tried;
pub mod watch;
