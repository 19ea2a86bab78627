//! What does `cargo kettle` do with the projects of somebody else?
//!
//! | file | the question it answers |
//! |---|---|
//! | `fixture.rs` | what is a project, and is it as it was afterwards? |
//! | `refused.rs` | what is said where nothing can be built? |
//! | `taken.rs` | is kettle in tokio's place, whatever the project says of tokio? |
//! | `built.rs` | does it run, and what is said where it doesn't compile? (With the feature `long-tests`.) |

#[cfg(feature = "long-tests")]
mod built;
mod fixture;
mod refused;
mod taken;
