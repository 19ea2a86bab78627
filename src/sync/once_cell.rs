//! How do tasks share a value that one of them computes when it is first needed?
//!
//! Through a cell with one permit. The task that gets the permit computes the value, while the
//! others wait in line for the permit. When the value is set, the line ends and all of them find
//! the value. If the computation fails, panics or is cancelled, the first task in line tries next.
//!
//! Interface: [`OnceCell`], [`SetError`].
//!
//! Invariants: only the task with the permit sets the value. After that the permit is never given
//! out again.
//!
//! Not here: the value (`once_value.rs`), the permit and the line (`semaphore/permits.rs`).
//!
//! tokio: `sync/once_cell.rs` works in the same way.

use std::error::Error;
use std::fmt;

use kettle_runtime::event::{SyncKind, done_here, in_a_drop};

use super::once_value::{OnceValue, cell};
use super::semaphore::TryAcquireError;
use super::semaphore::acquire::{Acquire, Owner};
use super::semaphore::permits::Permits;
use crate::origin::located;
use crate::sync::report::Hold;

/// The permit to compute the value.
const ONE: usize = 1;

/// A cell whose value is set once, if necessary by an async computation.
///
/// If the computation doesn't need an `.await`, `std::sync::OnceLock` does the same at less cost.
///
/// ```
/// use kettle::sync::OnceCell;
///
/// static KETTLE: OnceCell<u32> = OnceCell::const_new();
///
/// async fn boil() -> u32 {
///     kettle::task::yield_now().await;
///     100
/// }
///
/// # #[kettle::main] async fn main() {
/// assert_eq!(*KETTLE.get_or_init(boil).await, 100);
/// assert_eq!(KETTLE.get(), Some(&100));
/// # }
/// ```
pub struct OnceCell<T> {
    value: OnceValue<T>,
    /// One permit, for the task that computes the value.
    permit: Permits,
}

impl<T> OnceCell<T> {
    /// Makes an empty cell.
    #[track_caller]
    pub fn new() -> OnceCell<T> {
        let cell = OnceCell::const_new();
        cell.permit.made();
        cell
    }

    /// Like [`new`](OnceCell::new), for a `static`.
    #[track_caller]
    pub const fn const_new() -> OnceCell<T> {
        OnceCell { value: OnceValue::none(), permit: Permits::new(SyncKind::OnceCell, ONE) }
    }

    /// Makes a cell with this value, or an empty one.
    ///
    /// ```
    /// use kettle::sync::OnceCell;
    ///
    /// assert_eq!(OnceCell::new_with(Some(1)).get(), Some(&1));
    /// assert_eq!(OnceCell::<i32>::new_with(None).get(), None);
    /// ```
    #[track_caller]
    pub fn new_with(value: Option<T>) -> OnceCell<T> {
        value.map_or_else(OnceCell::new, OnceCell::const_new_with)
    }

    /// Makes a cell with this value, for a `static`.
    ///
    /// ```
    /// use kettle::sync::OnceCell;
    ///
    /// static DEGREES: OnceCell<u32> = OnceCell::const_new_with(100);
    /// assert_eq!(DEGREES.get(), Some(&100));
    /// ```
    #[track_caller]
    pub const fn const_new_with(value: T) -> OnceCell<T> {
        OnceCell { value: OnceValue::Initial(value), permit: Permits::new(SyncKind::OnceCell, ONE) }
    }

    /// Returns whether the cell has a value.
    pub fn initialized(&self) -> bool {
        self.get().is_some()
    }

    /// Returns the value, if there is one.
    pub fn get(&self) -> Option<&T> {
        self.value.get()
    }

    /// Returns the value for changing, if there is one: `&mut` means that no other task has the
    /// cell.
    pub fn get_mut(&mut self) -> Option<&mut T> {
        self.value.get_mut()
    }

    /// Sets the value.
    ///
    /// # Errors
    ///
    /// [`SetError::AlreadyInitializedError`] if the cell has a value, or
    /// [`SetError::InitializingError`] if a task is computing one. Both return the new value.
    ///
    /// ```
    /// let cell = kettle::sync::OnceCell::new();
    /// assert_eq!(cell.set(1), Ok(()));
    /// assert!(cell.set(2).unwrap_err().is_already_init_err());
    /// assert_eq!(cell.get(), Some(&1));
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn set(&self, value: T) -> Result<(), SetError<T>> {
        done_here(|| {
            if self.initialized() {
                self.permit.refused(ONE, &TryAcquireError::Closed);
                return Err(SetError::AlreadyInitializedError(value));
            }
            match self.permit.try_take(ONE, false) {
                Ok(hold) => {
                    Turn::new(self, hold).set(value);
                    Ok(())
                }
                Err(TryAcquireError::NoPermits) => Err(SetError::InitializingError(value)),
                Err(TryAcquireError::Closed) => Err(SetError::AlreadyInitializedError(value)),
            }
        })
    }

    /// Returns the value, computing it with `f` if there is none. Waits if another task is
    /// computing it.
    ///
    /// If the computation panics or is cancelled, one of the waiting tasks tries instead. A
    /// computation that uses the same cell waits for itself forever.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe, but a computation that has begun is dropped, and the place in line is lost.
    ///
    /// ```
    /// # #[kettle::main] async fn main() {
    /// let cell = kettle::sync::OnceCell::new();
    /// assert_eq!(cell.get_or_init(|| async { 1 }).await, &1);
    /// assert_eq!(cell.get_or_init(|| async { 2 }).await, &1);
    /// # }
    /// ```
    #[track_caller]
    pub fn get_or_init<F, Fut>(&self, f: F) -> impl Future<Output = &T>
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output = T>,
    {
        located(async move {
            match self.value_or_turn().await {
                Ok(value) => value,
                Err(turn) => {
                    let value = f().await;
                    turn.set(value)
                }
            }
        })
    }

    /// Like [`get_or_init`](OnceCell::get_or_init), and as cancel safe, for a computation that may
    /// fail. If it does, the cell stays empty, and one of the waiting tasks tries instead.
    ///
    /// # Errors
    ///
    /// The computation's error.
    ///
    /// ```
    /// # #[kettle::main] async fn main() {
    /// let cell = kettle::sync::OnceCell::new();
    /// assert_eq!(cell.get_or_try_init(|| async { Err("no water") }).await, Err("no water"));
    /// assert_eq!(cell.get_or_try_init(|| async { Ok::<_, &str>(1) }).await, Ok(&1));
    /// # }
    /// ```
    #[track_caller]
    pub fn get_or_try_init<E, F, Fut>(&self, f: F) -> impl Future<Output = Result<&T, E>>
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output = Result<T, E>>,
    {
        located(async move {
            match self.value_or_turn().await {
                Ok(value) => Ok(value),
                Err(turn) => {
                    let value = f().await?;
                    Ok(turn.set(value))
                }
            }
        })
    }

    /// Returns the value, or the turn to compute it. Waits while another task has the turn.
    async fn value_or_turn(&self) -> Result<&T, Turn<'_, T>> {
        if let Some(value) = self.get() {
            return Ok(value);
        }
        Acquire::new(self, ONE, |cell, taken| match taken {
            Ok(hold) => Err(Turn::new(cell, hold)),
            Err(_closed) => Ok(()),
        })
        .await?;
        Ok(self.get().expect("the line ends when the value is set"))
    }

    /// Consumes the cell and returns its value.
    pub fn into_inner(self) -> Option<T> {
        self.value.into_inner()
    }

    /// Takes the value out, which leaves the cell empty.
    ///
    /// ```
    /// let mut cell = kettle::sync::OnceCell::from(1);
    /// assert_eq!(cell.take(), Some(1));
    /// assert_eq!(cell.take(), None);
    /// ```
    #[track_caller]
    pub fn take(&mut self) -> Option<T> {
        std::mem::take(self).into_inner()
    }
}

impl<T> Owner for OnceCell<T> {
    fn permits(&self) -> &Permits {
        &self.permit
    }
}

/// One task's turn to set the value. Dropping it without setting the value passes the turn to the
/// next task.
struct Turn<'a, T> {
    /// `None` once the value is set.
    cell: Option<&'a OnceCell<T>>,
    hold: Hold,
}

impl<'a, T> Turn<'a, T> {
    fn new(cell: &'a OnceCell<T>, hold: Hold) -> Turn<'a, T> {
        Turn { cell: Some(cell), hold }
    }

    fn set(mut self, value: T) -> &'a T {
        let cell = self.cell.take().expect("it is set once");
        let set = cell.value.set(value);
        debug_assert!(set.is_ok(), "only the task with the permit sets the value");
        cell.permit.fulfil(&self.hold);
        cell.get().expect("it was set")
    }
}

impl<T> Drop for Turn<'_, T> {
    fn drop(&mut self) {
        let _line = in_a_drop();
        if let Some(cell) = self.cell {
            cell.permit.release(&self.hold);
        }
    }
}

cell!(OnceCell);

/// The error from setting a value, with the value.
#[derive(Debug, PartialEq, Eq)]
pub enum SetError<T> {
    /// The cell has a value already.
    AlreadyInitializedError(T),
    /// A task is computing a value.
    InitializingError(T),
}

impl<T> SetError<T> {
    /// Returns whether the cell has a value already.
    pub fn is_already_init_err(&self) -> bool {
        matches!(self, SetError::AlreadyInitializedError(_))
    }

    /// Returns whether a task is computing a value.
    pub fn is_initializing_err(&self) -> bool {
        matches!(self, SetError::InitializingError(_))
    }
}

impl<T> fmt::Display for SetError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SetError::AlreadyInitializedError(_) => "AlreadyInitializedError",
            SetError::InitializingError(_) => "InitializingError",
        })
    }
}

impl<T: fmt::Debug> Error for SetError<T> {}
