//! Floor 4: how is a run told to a reader, while it goes on?
//!
//! | file | the question it answers |
//! |---|---|
//! | `story.rs` | how does a record become a line, with its time, its turn and its place? |
//! | `functions.rs` | in which functions does a task of the story wait? |

mod functions;
mod story;

pub use self::story::{Story, plain};
