//! How does a message from another thread get in, while the loop works and while it sleeps?
//!
//! | file | the question it answers |
//! |---|---|
//! | `unpark.rs` | what ends the loop's sleep? |
//! | `inbox.rs` | how does a message from another thread get in, and when is the loop unparked? |

mod inbox;
mod unpark;

pub use inbox::InFlight;
pub(crate) use inbox::Inbox;
pub(crate) use unpark::Unpark;
