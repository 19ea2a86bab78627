//! How does one task tell another that something has happened?
//!
//! | file | what is in it |
//! |---|---|
//! | `../wait_list.rs` | the line of waiting tasks that most primitives use |
//! | `value.rs` | [`Notify`]: which task gets a notification, and what happens if none is waiting |
//! | `notified.rs` | [`Notified`], [`OwnedNotified`]: the waiting task's futures |
//!
//! tokio: `sync/notify.rs`.

mod notified;
mod value;

use std::sync::Arc;

pub use self::notified::{Notified, OwnedNotified};
pub use self::value::Notify;

impl Notify {
    /// Waits to be notified.
    ///
    /// If an unused notification is left, the future takes it and is ready at once. Otherwise it
    /// joins the line at the first poll, or when it is [enabled](Notified::enable).
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: if the future is dropped after it was given a notification, the next in line
    /// gets that. The place in line is lost.
    ///
    /// ```
    /// use kettle::sync::Notify;
    /// use std::sync::Arc;
    ///
    /// # #[kettle::main] async fn main() {
    /// let notify = Arc::new(Notify::new());
    /// let waits = kettle::spawn({
    ///     let notify = notify.clone();
    ///     async move { notify.notified().await }
    /// });
    /// notify.notify_one();
    /// waits.await.unwrap();
    /// # }
    /// ```
    #[track_caller]
    pub fn notified(&self) -> Notified<'_> {
        Notified::new(self)
    }

    /// Like [`notified`](Notify::notified), and as cancel safe, but the future owns the `Notify`,
    /// so it can be spawned.
    ///
    /// ```
    /// use kettle::sync::Notify;
    /// use std::sync::Arc;
    ///
    /// # #[kettle::main] async fn main() {
    /// let notify = Arc::new(Notify::new());
    /// let waits = kettle::spawn(notify.clone().notified_owned());
    /// notify.notify_waiters();
    /// waits.await.unwrap();
    /// # }
    /// ```
    #[track_caller]
    pub fn notified_owned(self: Arc<Self>) -> OwnedNotified {
        OwnedNotified::new(self)
    }
}
