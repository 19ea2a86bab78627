//! How does a message from another thread get in, while the loop is awake or asleep?

mod unpark; // what ends the loop's sleep?
mod inbox; // how does a message from another thread get in, and when is the loop unparked?

pub use inbox::InFlight;
pub(crate) use inbox::Inbox;
pub(crate) use unpark::Unpark;
