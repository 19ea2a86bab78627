//! How do tasks wait for a value that is set only once?
//!
//! Through a cell with a line. A task that doesn't find a value joins the line, and setting the
//! value releases everyone in the line. Unlike with a [`OnceCell`](super::OnceCell), the waiting
//! tasks don't know how to compute the value.
//!
//! Interface: [`SetOnce`], [`SetOnceError`].
//!
//! Invariants: the value is set under the line's lock, and a task checks for it and joins the line
//! under the same lock, so it can't wait for a value that is already set. Reading doesn't lock.
//!
//! Not here: the value (`once_value.rs`).
//!
//! tokio: `sync/set_once.rs` uses a `Notify` as its line.

use std::error::Error;
use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;
use std::task::{Context, Poll};

use kettle_runtime::event::{self, Act, StateLock, SyncKind, Units, done_here};

use super::once_value::{OnceValue, cell};
use super::pinned::pinned;
use super::report::{Report, Reports};
use super::wait_list::{Key, ToWake, WaitList};
use super::wait_together::{leave, poll_until};

/// A cell whose value is set once, and which tasks can wait for.
///
/// ```
/// use kettle::sync::SetOnce;
///
/// static DEGREES: SetOnce<u32> = SetOnce::const_new();
///
/// # #[kettle::main] async fn main() {
/// let waits = kettle::spawn(async { DEGREES.wait().await });
/// DEGREES.set(100).unwrap();
/// assert_eq!(waits.await.unwrap(), &100);
/// # }
/// ```
pub struct SetOnce<T> {
    value: OnceValue<T>,
    line: StateLock<WaitList>,
    report: Report,
}

// None of the program's code runs under the lock.
impl<T: UnwindSafe> UnwindSafe for SetOnce<T> {}
impl<T: UnwindSafe + RefUnwindSafe> RefUnwindSafe for SetOnce<T> {}

impl<T> SetOnce<T> {
    /// Makes an empty cell.
    #[track_caller]
    pub fn new() -> SetOnce<T> {
        let cell = SetOnce::const_new();
        cell.report.made();
        cell
    }

    /// Like [`new`](SetOnce::new), for a `static`.
    #[track_caller]
    pub const fn const_new() -> SetOnce<T> {
        SetOnce::with(OnceValue::none(), 1)
    }

    /// Makes a cell with this value, or an empty one.
    #[track_caller]
    pub fn new_with(value: Option<T>) -> SetOnce<T> {
        value.map_or_else(SetOnce::new, SetOnce::const_new_with)
    }

    /// Makes a cell with this value, for a `static`.
    ///
    /// ```
    /// use kettle::sync::SetOnce;
    ///
    /// static DEGREES: SetOnce<u32> = SetOnce::const_new_with(100);
    /// assert_eq!(DEGREES.get(), Some(&100));
    /// ```
    #[track_caller]
    pub const fn const_new_with(value: T) -> SetOnce<T> {
        SetOnce::with(OnceValue::Initial(value), 0)
    }

    /// Makes a cell that lacks `missing` values.
    #[track_caller]
    const fn with(value: OnceValue<T>, missing: usize) -> SetOnce<T> {
        let report = Report::new(SyncKind::SetOnce, missing);
        SetOnce { value, line: StateLock::new(WaitList::new()), report }
    }

    /// Returns whether the cell has a value.
    pub fn initialized(&self) -> bool {
        self.get().is_some()
    }

    /// Returns the value, if there is one.
    pub fn get(&self) -> Option<&T> {
        self.value.get()
    }

    /// Sets the value and wakes all tasks that are waiting for it.
    ///
    /// # Errors
    ///
    /// The new value, if the cell has one already.
    ///
    /// ```
    /// let cell = kettle::sync::SetOnce::new();
    /// assert_eq!(cell.set(1), Ok(()));
    /// assert_eq!(cell.set(2).unwrap_err().0, 2);
    /// assert_eq!(cell.get(), Some(&1));
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn set(&self, value: T) -> Result<(), SetOnceError<T>> {
        done_here(|| {
            let mut to_wake = ToWake::none();
            let mut line = self.line.lock();
            if let Err(value) = self.value.set(value) {
                drop(line);
                self.report.refuses_receive(true);
                return Err(SetOnceError(value));
            }
            line.serve_all(&mut to_wake);
            drop(line);
            self.report.act(Act::Put, Units::All, 0);
            self.report.serves(to_wake.calls());
            to_wake.wake();
            Ok(())
        })
    }

    /// Waits until the value is set, and returns it.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: a new call waits again, or returns the value.
    ///
    /// ```
    /// # #[kettle::main] async fn main() {
    /// let cell = kettle::sync::SetOnce::new_with(Some("tea"));
    /// assert_eq!(cell.wait().await, &"tea");
    /// # }
    /// ```
    #[track_caller]
    pub fn wait(&self) -> impl Future<Output = &T> {
        pinned(Wait { cell: self, place: None })
    }

    /// Consumes the cell and returns its value.
    pub fn into_inner(self) -> Option<T> {
        self.value.into_inner()
    }
}

/// The future returned by `wait`. As in tokio, it doesn't spend budget, because a value that comes
/// once can't keep a task busy.
struct Wait<'a, T> {
    cell: &'a SetOnce<T>,
    place: Option<Key>,
}

impl<'a, T> Future for Wait<'a, T> {
    type Output = &'a T;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<&'a T> {
        let Wait { cell, place } = self.get_mut();
        let waits =
            |wait: &mut event::Wait, ticket| cell.report.waits(wait, Units::Count(1), ticket);
        poll_until(&cell.line, |line| line, place, cx, |_| cell.get(), waits)
    }
}

impl<T> Drop for Wait<'_, T> {
    fn drop(&mut self) {
        if let Some(place) = self.place.take() {
            leave(&self.cell.line, |line| line, place);
        }
    }
}

cell!(SetOnce);

/// The error from setting a value twice, with the second value.
#[derive(Debug, PartialEq, Eq)]
pub struct SetOnceError<T>(pub T);

impl<T> fmt::Display for SetOnceError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SetOnceError")
    }
}

impl<T: fmt::Debug> Error for SetOnceError<T> {}
