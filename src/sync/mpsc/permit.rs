//! How does a task reserve room before it has a value to send?
//!
//! It takes a permit, which holds room for one value until it is used or dropped. So a task can
//! wait for room first and then decide what to send, and that send never waits or fails.
//!
//! Invariant: a permit's room is used exactly once, for a value in the queue, or given back.
//!
//! tokio: `sync/mpsc/bounded.rs`.

use std::fmt;
use std::iter::FusedIterator;
use std::pin::Pin;
use std::task::{Context, Poll};

use kettle_runtime::event::{Key as HoldKey, done_here, in_a_drop};

use crate::origin::located;

use super::chan::Chan;
use super::error::{SendError, TrySendError};
use super::sender::Sender;
use super::state::Closed;
use crate::sync::report::Hold;
use crate::sync::wait_list::Key;

/// Reserving room.
impl<T> Sender<T> {
    /// Waits for room for one value and reserves it for the permit's owner.
    ///
    /// # Errors
    ///
    /// If the receiver has closed the channel or been dropped.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe, but the place in line is lost: a new call joins the end.
    ///
    /// ```
    /// # #[kettle::main] async fn main() {
    /// let (tx, mut rx) = kettle::sync::mpsc::channel(1);
    /// let permit = tx.reserve().await.unwrap();
    /// assert!(tx.try_send(1).is_err(), "the room is reserved");
    /// permit.send(2);
    /// assert_eq!(rx.recv().await, Some(2));
    /// # }
    /// ```
    #[track_caller]
    pub fn reserve(&self) -> impl Future<Output = Result<Permit<'_, T>, SendError<()>>> {
        located(async {
            let hold = Reserve::new(self.chan(), 1, false).await?;
            Ok(Permit::new(self, &hold))
        })
    }

    /// Waits for room for `n` values and reserves it for the permits' owner.
    ///
    /// # Errors
    ///
    /// If the receiver has closed the channel or been dropped, or if `n` is more than
    /// [`max_capacity`](Sender::max_capacity).
    ///
    /// # Cancel safety
    ///
    /// Cancel safe, but the place in line is lost: a new call joins the end.
    ///
    /// ```
    /// # #[kettle::main] async fn main() {
    /// let (tx, mut rx) = kettle::sync::mpsc::channel(3);
    /// for (number, permit) in tx.reserve_many(3).await.unwrap().enumerate() {
    ///     permit.send(number);
    /// }
    /// assert_eq!(rx.len(), 3);
    /// # }
    /// ```
    #[track_caller]
    pub fn reserve_many(
        &self,
        n: usize,
    ) -> impl Future<Output = Result<PermitIterator<'_, T>, SendError<()>>> {
        located(async move {
            if n > self.max_capacity() {
                return Err(SendError(()));
            }
            let hold = Reserve::new(self.chan(), n, false).await?;
            Ok(PermitIterator::new(self, hold))
        })
    }

    /// Like [`reserve`](Sender::reserve), but the permit owns the sender.
    ///
    /// # Errors
    ///
    /// If the receiver has closed the channel or been dropped. The sender is then dropped.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped before it is ready, the sender is dropped, too, and the place in
    /// line is lost.
    ///
    /// ```
    /// # #[kettle::main] async fn main() {
    /// let (tx, mut rx) = kettle::sync::mpsc::channel(1);
    /// let permit = tx.clone().reserve_owned().await.unwrap();
    /// let tx_again = permit.send(1);
    /// assert!(tx.same_channel(&tx_again));
    /// assert_eq!(rx.recv().await, Some(1));
    /// # }
    /// ```
    #[track_caller]
    pub fn reserve_owned(self) -> impl Future<Output = Result<OwnedPermit<T>, SendError<()>>> {
        located(async {
            let hold = Reserve::new(self.chan(), 1, true).await?;
            Ok(OwnedPermit::new(self, &hold))
        })
    }

    /// Reserves room for one value, if there is any now.
    ///
    /// # Errors
    ///
    /// [`TrySendError::Full`] or [`TrySendError::Closed`].
    ///
    /// ```
    /// let (tx, mut rx) = kettle::sync::mpsc::channel(1);
    /// let permit = tx.try_reserve().unwrap();
    /// assert!(tx.try_reserve().is_err());
    /// permit.send(1);
    /// assert_eq!(rx.try_recv(), Ok(1));
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn try_reserve(&self) -> Result<Permit<'_, T>, TrySendError<()>> {
        done_here(|| {
            let hold = self.try_take(1, false)?;
            Ok(Permit::new(self, &hold))
        })
    }

    /// Like [`try_reserve`](Sender::try_reserve), for `n` values at once.
    ///
    /// ```
    /// let (tx, _rx) = kettle::sync::mpsc::channel::<()>(3);
    /// assert!(tx.try_reserve_many(4).is_err());
    /// assert_eq!(tx.try_reserve_many(2).unwrap().len(), 2);
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn try_reserve_many(&self, n: usize) -> Result<PermitIterator<'_, T>, TrySendError<()>> {
        done_here(|| {
            if n > self.max_capacity() {
                return Err(TrySendError::Full(()));
            }
            let hold = self.try_take(n, false)?;
            Ok(PermitIterator::new(self, hold))
        })
    }

    /// Like [`try_reserve`](Sender::try_reserve), but the permit owns the sender.
    ///
    /// # Errors
    ///
    /// [`TrySendError::Full`] or [`TrySendError::Closed`], with the sender.
    ///
    /// ```
    /// let (tx, mut rx) = kettle::sync::mpsc::channel(1);
    /// let permit = tx.try_reserve_owned().unwrap();
    /// let tx = permit.send(1);
    /// assert!(tx.try_reserve_owned().is_err());
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn try_reserve_owned(self) -> Result<OwnedPermit<T>, TrySendError<Self>> {
        done_here(|| match self.try_take(1, true) {
            Ok(hold) => Ok(OwnedPermit::new(self, &hold)),
            Err(TrySendError::Full(())) => Err(TrySendError::Full(self)),
            Err(TrySendError::Closed(())) => Err(TrySendError::Closed(self)),
        })
    }
}

/// Room for one value in a channel. Dropping it without sending gives the room back.
///
/// ```
/// let (tx, mut rx) = kettle::sync::mpsc::channel(1);
/// drop(tx.try_reserve().unwrap());
/// tx.try_reserve().unwrap().send("used this time");
/// assert_eq!(rx.try_recv(), Ok("used this time"));
/// ```
pub struct Permit<'a, T> {
    sender: &'a Sender<T>,
    /// The hold that it is a unit of.
    hold: HoldKey,
}

impl<'a, T> Permit<'a, T> {
    pub(super) fn new(sender: &'a Sender<T>, hold: &Hold) -> Permit<'a, T> {
        Permit { sender, hold: hold.key }
    }

    /// Sends a value without waiting.
    ///
    /// If the receiver was dropped, the value is dropped, too.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn send(self, value: T) {
        done_here(|| {
            let (chan, hold) = (self.sender.chan(), Hold { units: 1, key: self.hold });
            // The value uses the room, so `drop` must not give it back.
            std::mem::forget(self);
            chan.send_reserved(&hold, value);
        });
    }
}

impl<T> Drop for Permit<'_, T> {
    fn drop(&mut self) {
        let _line = in_a_drop();
        self.sender.chan().return_room(&Hold { units: 1, key: self.hold });
    }
}

impl<T> fmt::Debug for Permit<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit").field("chan", self.sender.chan()).finish()
    }
}

/// Room for several values, as an iterator over permits. Dropping it gives back the remaining room.
pub struct PermitIterator<'a, T> {
    sender: &'a Sender<T>,
    hold: Hold,
}

impl<'a, T> PermitIterator<'a, T> {
    pub(super) fn new(sender: &'a Sender<T>, hold: Hold) -> PermitIterator<'a, T> {
        PermitIterator { sender, hold }
    }
}

impl<'a, T> Iterator for PermitIterator<'a, T> {
    type Item = Permit<'a, T>;

    fn next(&mut self) -> Option<Permit<'a, T>> {
        self.hold.units = self.hold.units.checked_sub(1)?;
        Some(Permit::new(self.sender, &self.hold))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.hold.units, Some(self.hold.units))
    }
}

impl<T> ExactSizeIterator for PermitIterator<'_, T> {}
impl<T> FusedIterator for PermitIterator<'_, T> {}

impl<T> Drop for PermitIterator<'_, T> {
    fn drop(&mut self) {
        let _line = in_a_drop();
        if self.hold.units > 0 {
            self.sender.chan().return_room(&self.hold);
        }
    }
}

impl<T> fmt::Debug for PermitIterator<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PermitIterator")
            .field("chan", self.sender.chan())
            .field("capacity", &self.hold.units)
            .finish()
    }
}

/// Room for one value, with the sender that reserved it.
///
/// ```
/// let (tx, mut rx) = kettle::sync::mpsc::channel(1);
/// let permit = tx.try_reserve_owned().unwrap();
/// let tx = permit.send(1);
/// assert_eq!(rx.try_recv(), Ok(1));
/// let tx = tx.try_reserve_owned().unwrap().release();
/// assert_eq!(tx.capacity(), 1);
/// ```
pub struct OwnedPermit<T> {
    /// `None` once the permit has been used and there is no room to give back.
    sender: Option<Sender<T>>,
    /// Its hold.
    hold: HoldKey,
}

impl<T> OwnedPermit<T> {
    pub(super) fn new(sender: Sender<T>, hold: &Hold) -> OwnedPermit<T> {
        OwnedPermit { sender: Some(sender), hold: hold.key }
    }

    fn hold(&self) -> Hold {
        Hold { units: 1, key: self.hold }
    }

    /// Sends a value without waiting, and returns the sender.
    ///
    /// If the receiver was dropped, the value is dropped, too.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn send(mut self, value: T) -> Sender<T> {
        done_here(|| {
            let sender = self.take();
            sender.chan().send_reserved(&self.hold(), value);
            sender
        })
    }

    /// Gives the room back and returns the sender.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn release(mut self) -> Sender<T> {
        done_here(|| {
            let sender = self.take();
            sender.chan().return_room(&self.hold());
            sender
        })
    }

    /// Returns whether both permits belong to the same channel.
    pub fn same_channel(&self, other: &Self) -> bool {
        match (&self.sender, &other.sender) {
            (Some(sender), Some(other)) => sender.same_channel(other),
            _ => false,
        }
    }

    /// Returns whether the permit belongs to this sender's channel.
    pub fn same_channel_as_sender(&self, sender: &Sender<T>) -> bool {
        self.sender.as_ref().is_some_and(|ours| ours.same_channel(sender))
    }

    fn take(&mut self) -> Sender<T> {
        self.sender.take().expect("only `send` and `release` take it, and they consume the permit")
    }
}

impl<T> Drop for OwnedPermit<T> {
    fn drop(&mut self) {
        let _line = in_a_drop();
        if let Some(sender) = &self.sender {
            sender.chan().return_room(&self.hold());
        }
    }
}

impl<T> fmt::Debug for OwnedPermit<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnedPermit")
            .field("chan", &self.sender.as_ref().map(Sender::chan))
            .finish_non_exhaustive()
    }
}

/// The future that takes `n` permits.
struct Reserve<'a, T> {
    chan: &'a Chan<T>,
    n: usize,
    /// Whether the permit will own the sender.
    owned: bool,
    place: Option<Key>,
}

impl<'a, T> Reserve<'a, T> {
    fn new(chan: &'a Chan<T>, n: usize, owned: bool) -> Reserve<'a, T> {
        Reserve { chan, n, owned, place: None }
    }
}

impl<T> Future for Reserve<'_, T> {
    type Output = Result<Hold, SendError<()>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let polled = this.chan.poll_reserve((this.n, this.owned), &mut this.place, cx);
        polled.map_err(|Closed| SendError(()))
    }
}

impl<T> Drop for Reserve<'_, T> {
    fn drop(&mut self) {
        let _line = in_a_drop();
        if let Some(place) = self.place.take() {
            self.chan.leave_line(place);
        }
    }
}
