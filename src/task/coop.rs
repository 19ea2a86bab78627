//! How does a task with futures from other crates share its thread fairly?
//!
//! Each poll of a task or of `block_on` has a budget of 128 units (the engine's `tasks/budget.rs`).
//! Each operation of a kettle primitive spends a unit when it makes progress, and returns `Pending`
//! when no unit is left. A future from another crate doesn't spend any, so a task that awaits such
//! futures in a loop can keep the thread. The functions here let any code take part, or opt out.
//!
//! ```
//! # #[kettle::main] async fn main() {
//! let mut sum = 0_u64;
//! for number in 0..1_000 {
//!     sum += number;
//!     kettle::task::coop::consume_budget().await; // lets other tasks run now and then
//! }
//! assert_eq!(sum, 499_500);
//! # }
//! ```
//!
//! | you write | the effect |
//! |---|---|
//! | [`cooperative`]`(future)` | the future's output costs one unit |
//! | [`consume_budget`]`().await` | a long computation pauses when the budget is spent |
//! | [`poll_proceed`] | your own leaf future spends a unit, as ours do |
//! | [`has_budget_remaining`] | your combinator sees which future has spent the budget |
//! | [`unconstrained`]`(future)` | the future's operations are free and never put off |
//!
//! Invariants: if an operation has to wait, its unit is given back. Outside tasks and `block_on`
//! there is no budget, and the functions have no effect.
//!
//! tokio: `task/coop/mod.rs`.

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use kettle_runtime::budget;
use pin_project_lite::pin_project;

use crate::sync::pinned::pinned;

/// Returns whether the task has any budget left in this poll, without spending any.
///
/// A combinator of two futures can call this before and after it polls the first. If that future
/// has spent the last unit, the second must be polled [`unconstrained`], or it can't make progress.
/// Inside `unconstrained`, and outside tasks and `block_on`, there is no budget, and the answer is
/// `true`.
///
/// ```
/// # #[kettle::main] async fn main() {
/// use kettle::task::coop;
///
/// assert!(coop::has_budget_remaining());
/// for _ in 0..128 {
///     coop::consume_budget().await;
/// }
/// assert!(!coop::has_budget_remaining());
/// # }
/// ```
#[inline]
pub fn has_budget_remaining() -> bool {
    budget::has_remaining()
}

/// Takes one unit of the budget for an operation that the caller is about to try.
///
/// If it returns `Pending`, the budget is spent and the loop will call the waker of `cx` at the end
/// of this turn: return `Pending`, too. If it returns `Ready`, try the operation, and call
/// [`RestoreOnPending::made_progress`] if it succeeds. Dropping the guard without that call resets
/// the budget to its value before `poll_proceed`, whatever has been spent since.
///
/// ```
/// use std::pin::Pin;
/// use std::task::{Context, Poll, ready};
/// use kettle::task::coop;
///
/// /// Yields the numbers up to ten, and spends a unit for each.
/// struct Numbers(u32);
///
/// impl Numbers {
///     fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<u32>> {
///         let unit = ready!(coop::poll_proceed(cx));
///         if self.0 == 10 {
///             return Poll::Ready(None); // no progress: the unit comes back
///         }
///         unit.made_progress();
///         self.0 += 1;
///         Poll::Ready(Some(self.0))
///     }
/// }
///
/// # #[kettle::main] async fn main() {
/// let mut numbers = Numbers(0);
/// assert_eq!(std::future::poll_fn(|cx| numbers.poll_next(cx)).await, Some(1));
/// # }
/// ```
#[inline]
pub fn poll_proceed(cx: &mut Context<'_>) -> Poll<RestoreOnPending> {
    let before = budget::remaining();
    ready!(budget::poll_proceed(cx)).made_progress();
    Poll::Ready(RestoreOnPending { before: Cell::new(before), not_send: PhantomData })
}

/// One unit of the budget, taken by [`poll_proceed`]. Dropping it resets the budget, unless
/// [`made_progress`](RestoreOnPending::made_progress) was called.
#[must_use = "the unit is back at once if this is dropped"]
#[derive(Debug)]
pub struct RestoreOnPending {
    /// The previous budget, or `None` if there is nothing to give back.
    before: Cell<Option<u8>>,
    /// The budget belongs to the poll on this thread.
    not_send: PhantomData<*mut ()>,
}

impl RestoreOnPending {
    /// Keeps the unit spent, because the operation has succeeded.
    #[inline]
    pub fn made_progress(&self) {
        self.before.set(None);
    }
}

impl Drop for RestoreOnPending {
    #[inline]
    fn drop(&mut self) {
        if let Some(units) = self.before.get() {
            budget::set_remaining(units);
        }
    }
}

/// Spends one unit of the budget. If none is left, lets other tasks run first.
///
/// Use it in a long computation that has no `.await` of its own: most calls are ready at once, and
/// one in 128 yields to other tasks. [`yield_now`](crate::task::yield_now) yields each time.
///
/// # Cancel safety
///
/// If the future is dropped before it is ready, it hasn't spent anything.
///
/// ```
/// # #[kettle::main] async fn main() {
/// use kettle::task::coop::consume_budget;
///
/// let other = kettle::spawn(async {});
/// let mut sum = 0;
/// for number in 0..1000 {
///     sum += number;
///     consume_budget().await;
/// }
/// assert_eq!(sum, 499_500);
/// assert!(other.is_finished(), "it had its turn meanwhile");
/// # }
/// ```
#[track_caller]
pub fn consume_budget() -> impl Future<Output = ()> {
    pinned(ConsumeBudget)
}

struct ConsumeBudget;

impl Future for ConsumeBudget {
    type Output = ();

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        budget::poll_proceed(cx).map(budget::Permit::made_progress)
    }
}

/// Makes a future spend one unit of the budget for its output.
///
/// Use it for a future from another crate, which doesn't know about the budget. The future is
/// polled only if a unit is left, and a poll that returns `Pending` doesn't spend any.
///
/// ```
/// # #[kettle::main] async fn main() {
/// use kettle::task::coop::cooperative;
///
/// let other = kettle::spawn(async {});
/// while !other.is_finished() {
///     cooperative(std::future::ready("always ready")).await;
/// }
/// # }
/// ```
#[inline]
pub fn cooperative<F: Future>(fut: F) -> Coop<F> {
    Coop { future: fut }
}

pin_project! {
    /// The future returned by [`cooperative`].
    #[must_use = "futures do nothing unless polled"]
    #[derive(Debug)]
    pub struct Coop<F: Future> {
        #[pin]
        future: F,
    }
}

impl<F: Future> Future for Coop<F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let unit = ready!(poll_proceed(cx));
        let output = ready!(self.project().future.poll(cx));
        unit.made_progress();
        Poll::Ready(output)
    }
}

/// Runs a future without a limit: its operations spend no budget and are never put off.
///
/// A future that is always ready then keeps all other tasks from running. Use `unconstrained` only
/// where that can't happen and a delay would do harm.
///
/// # Cancel safety
///
/// The same as the future's.
///
/// ```
/// # #[kettle::main] async fn main() {
/// use kettle::task::coop::{has_budget_remaining, unconstrained, consume_budget};
///
/// unconstrained(async {
///     for _ in 0..1000 {
///         consume_budget().await;
///     }
/// })
/// .await;
/// assert!(has_budget_remaining(), "nothing was spent");
/// # }
/// ```
pub fn unconstrained<F>(inner: F) -> Unconstrained<F> {
    Unconstrained { inner }
}

pin_project! {
    /// The future returned by [`unconstrained`].
    #[must_use = "futures do nothing unless polled"]
    pub struct Unconstrained<F> {
        #[pin]
        inner: F,
    }
}

impl<F: Future> Future for Unconstrained<F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let inner = self.project().inner;
        budget::with_unconstrained(|| inner.poll(cx))
    }
}

impl<F> fmt::Debug for Unconstrained<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unconstrained").finish_non_exhaustive()
    }
}
