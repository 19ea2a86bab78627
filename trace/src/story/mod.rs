//! The run told in plain words, while it goes on.

mod story;

pub use self::story::{Story, plain};
