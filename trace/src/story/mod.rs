//! The run told in plain words, while it goes on.

#[expect(clippy::module_inception)]
mod story;

pub use self::story::{Story, plain};
