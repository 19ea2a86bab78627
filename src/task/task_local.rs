//! How does a task have a value of its own that every function in it can reach?
//!
//! Much as a thread does with `thread_local!`: a [`LocalKey`] names the place, and a *scope* gives
//! that place a value for one future. The scope's future stores the value. Each poll swaps it into
//! a thread-local, where [`LocalKey::with`] finds it, and swaps it out again before it returns. So
//! the value moves with the task and not with the thread, and an inner scope hides the outer one.
//!
//! ```text
//!               ┌── poll ───────────────────────────────────────────────┐
//!   the scope's │ swap in        the inner future is polled     swap out │
//!   value  ─────┼────▶ thread-local ◀── KEY.with(|value| …)     ────▶────┼──▶ the scope's value
//!               └───────────────────────────────────────────────────────┘
//! ```
//!
//! Interface: [`task_local!`](crate::task_local), [`LocalKey`], [`TaskLocalFuture`],
//! [`AccessError`]. Invariants: after each poll the thread-local has its previous value again, even
//! if the poll panicked. The inner future is dropped while its value is in place. User code runs
//! with the thread-local borrowed only inside `with`, where entering a scope of the same key
//! panics.
//!
//! A task that is spawned inside a scope doesn't inherit the value.
//!
//! tokio: `task/task_local.rs` works in the same way.

use std::cell::RefCell;
use std::error::Error;
use std::fmt;
use std::marker::PhantomPinned;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::thread;

use pin_project_lite::pin_project;
use scopeguard::guard;

/// Declares keys of task-local values.
///
/// The macro takes any number of `static` items without a value, with attributes and visibility,
/// and turns each into a [`LocalKey`](crate::task::LocalKey).
///
/// ```
/// kettle::task_local! {
///     /// The request that is being answered.
///     pub static REQUEST: u64;
///     static USER: String;
/// }
///
/// # #[kettle::main] async fn main() {
/// async fn answer() -> String {
///     format!("{} for {}", REQUEST.get(), USER.get())
/// }
///
/// let scope = USER.scope("Ada".to_owned(), REQUEST.scope(7, answer()));
/// assert_eq!(scope.await, "7 for Ada");
/// # }
/// ```
#[macro_export]
macro_rules! task_local {
    () => {};
    ($(#[$attribute:meta])* $visibility:vis static $name:ident: $type:ty; $($rest:tt)*) => {
        $(#[$attribute])*
        $visibility static $name: $crate::task::LocalKey<$type> = {
            ::std::thread_local! {
                static VALUE: ::core::cell::RefCell<::core::option::Option<$type>> =
                    const { ::core::cell::RefCell::new(::core::option::Option::None) };
            }
            $crate::task::LocalKey::of_thread_local(VALUE)
        };
        $crate::task_local! { $($rest)* }
    };
    ($(#[$attribute:meta])* $visibility:vis static $name:ident: $type:ty) => {
        $crate::task_local! { $(#[$attribute])* $visibility static $name: $type; }
    };
}

/// A key for a value that each task has its own copy of. Made by
/// [`task_local!`](crate::task_local).
///
/// The key has a value only within a scope: [`scope`](LocalKey::scope) for a future,
/// [`sync_scope`](LocalKey::sync_scope) for a closure.
///
/// ```
/// kettle::task_local! { static DEPTH: u32; }
///
/// # #[kettle::main] async fn main() {
/// DEPTH.scope(1, async {
///     assert_eq!(DEPTH.get(), 1);
///     DEPTH.scope(2, async { assert_eq!(DEPTH.get(), 2) }).await;
///     assert_eq!(DEPTH.get(), 1);
/// })
/// .await;
/// assert!(DEPTH.try_get().is_err(), "outside there is none");
/// # }
/// ```
pub struct LocalKey<T: 'static> {
    current: thread::LocalKey<RefCell<Option<T>>>,
}

impl<T: 'static> LocalKey<T> {
    /// For the macro only.
    #[doc(hidden)]
    pub const fn of_thread_local(current: thread::LocalKey<RefCell<Option<T>>>) -> LocalKey<T> {
        LocalKey { current }
    }

    /// Runs `f` with this value. The value is dropped with the returned future, unless
    /// [`TaskLocalFuture::take_value`] takes it out.
    ///
    /// # Panics
    ///
    /// The returned future's `poll` panics inside a [`with`](LocalKey::with) of the same key.
    ///
    /// # Cancel safety
    ///
    /// The same as `f`, which is dropped with the value in place.
    pub fn scope<F>(&'static self, value: T, f: F) -> TaskLocalFuture<T, F>
    where
        F: Future,
    {
        let (value, future) = (Some(value), Some(f));
        TaskLocalFuture { key: self, value, future, still: PhantomPinned }
    }

    /// Calls `f` with this value in place, and drops the value afterwards.
    ///
    /// # Panics
    ///
    /// If called inside a [`with`](LocalKey::with) of the same key. A panic in `f` is passed on.
    ///
    /// ```
    /// kettle::task_local! { static NAME: &'static str; }
    ///
    /// assert_eq!(NAME.sync_scope("tea", || NAME.get()), "tea");
    /// ```
    #[track_caller]
    pub fn sync_scope<F, R>(&'static self, value: T, f: F) -> R
    where
        F: FnOnce() -> R,
    {
        match self.with_value(&mut Some(value), f) {
            Ok(result) => result,
            Err(refused) => refused.panic(),
        }
    }

    /// Swaps the value into the thread-local, calls `f`, and swaps it back, even after a panic.
    fn with_value<R>(
        &'static self,
        value: &mut Option<T>,
        f: impl FnOnce() -> R,
    ) -> Result<R, Refused> {
        self.swap(value)?;
        let _swap_back = guard(value, |value| {
            // It wasn't borrowed a moment ago, and no borrow outlives a call to `with`.
            let swapped = self.swap(value);
            debug_assert!(swapped.is_ok(), "a borrow of a task-local value has been kept");
        });
        Ok(f())
    }

    fn swap(&'static self, value: &mut Option<T>) -> Result<(), Refused> {
        let swap = |current: &RefCell<Option<T>>| {
            let mut current = current.try_borrow_mut().map_err(|_| Refused::InUse)?;
            mem::swap(&mut *current, value);
            Ok(())
        };
        self.current.try_with(swap).unwrap_or(Err(Refused::ThreadEnds))
    }

    /// Calls `f` with a reference to the value.
    ///
    /// # Panics
    ///
    /// If called outside a scope of this key. A panic in `f` is passed on.
    #[track_caller]
    pub fn with<F, R>(&'static self, f: F) -> R
    where
        F: FnOnce(&T) -> R,
    {
        match self.try_with(f) {
            Ok(result) => result,
            Err(AccessError(())) => panic!(
                "this task-local has no value here: call this inside of its `scope` or `sync_scope`"
            ),
        }
    }

    /// Like [`with`](LocalKey::with), but returns an error if there is no value.
    ///
    /// # Errors
    ///
    /// If called outside a scope of this key; `f` isn't called then.
    pub fn try_with<F, R>(&'static self, f: F) -> Result<R, AccessError>
    where
        F: FnOnce(&T) -> R,
    {
        let shown = self.current.try_with(|current| current.borrow().as_ref().map(f));
        shown.ok().flatten().ok_or(AccessError(()))
    }
}

impl<T: Clone + 'static> LocalKey<T> {
    /// Returns a clone of the value.
    ///
    /// # Panics
    ///
    /// If called outside a scope of this key.
    #[track_caller]
    pub fn get(&'static self) -> T {
        self.with(T::clone)
    }

    /// Like [`get`](LocalKey::get), but returns an error if there is no value.
    ///
    /// # Errors
    ///
    /// If called outside a scope of this key.
    pub fn try_get(&'static self) -> Result<T, AccessError> {
        self.try_with(T::clone)
    }
}

impl<T: 'static> fmt::Debug for LocalKey<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalKey").finish_non_exhaustive()
    }
}

/// The error from [`LocalKey::try_with`] outside a scope of the key.
///
/// tokio: the error has no public path there either.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct AccessError(());

impl fmt::Debug for AccessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessError").finish()
    }
}

impl fmt::Display for AccessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("task-local value not set")
    }
}

impl Error for AccessError {}

/// The reasons why a scope can't be entered.
enum Refused {
    /// A call to `with` has borrowed the thread-local.
    InUse,
    /// The thread has dropped its thread-locals.
    ThreadEnds,
}

impl Refused {
    #[track_caller]
    fn panic(self) -> ! {
        match self {
            Refused::InUse => panic!(
                "a scope of a task-local can't be entered inside `with` of the same key: take what \
                 you need out of `with`, then enter the scope"
            ),
            Refused::ThreadEnds => panic!(
                "a scope of a task-local can't be entered here: the thread is ending and has \
                 dropped its thread-locals"
            ),
        }
    }
}

pin_project! {
    /// A future with a task-local value, made by [`LocalKey::scope`].
    #[must_use = "futures do nothing unless polled"]
    pub struct TaskLocalFuture<T, F>
    where
        T: 'static,
    {
        key: &'static LocalKey<T>,
        // The value between polls, or `None` if it was taken out.
        value: Option<T>,
        // `None` after the future has ended.
        #[pin]
        future: Option<F>,
        #[pin]
        still: PhantomPinned,
    }

    impl<T: 'static, F> PinnedDrop for TaskLocalFuture<T, F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if this.future.is_some() {
                // If the scope can't be entered, the future is dropped without its value.
                let _ = this.key.with_value(this.value, || this.future.set(None));
            }
        }
    }
}

impl<T: 'static, F> TaskLocalFuture<T, F> {
    /// Takes the value out. If the future hasn't ended yet, it continues without a value.
    ///
    /// ```
    /// kettle::task_local! { static COUNT: std::cell::Cell<u32>; }
    ///
    /// # #[kettle::main] async fn main() {
    /// let counting = async { COUNT.with(|count| count.set(count.get() + 1)) };
    /// let mut scope = Box::pin(COUNT.scope(41.into(), counting));
    /// scope.as_mut().await;
    /// assert_eq!(scope.as_mut().take_value().unwrap().get(), 42);
    /// # }
    /// ```
    pub fn take_value(self: Pin<&mut Self>) -> Option<T> {
        self.project().value.take()
    }
}

/// # Panics
///
/// If polled again after it was ready, or inside [`LocalKey::with`] of the same key.
impl<T: 'static, F: Future> Future for TaskLocalFuture<T, F> {
    type Output = F::Output;

    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let mut this = self.project();
        let poll = || {
            let polled = this.future.as_mut().as_pin_mut()?.poll(cx);
            if polled.is_ready() {
                this.future.set(None); // with its value still in place
            }
            Some(polled)
        };
        match this.key.with_value(this.value, poll) {
            Ok(Some(polled)) => polled,
            Ok(None) => panic!("`TaskLocalFuture` polled after completion"),
            Err(refused) => refused.panic(),
        }
    }
}

impl<T: fmt::Debug + 'static, F> fmt::Debug for TaskLocalFuture<T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskLocalFuture").field("value", &self.value).finish_non_exhaustive()
    }
}
