//! How does a task give up on a future that takes too long?
//!
//! It puts the future and a [`Sleep`] into a [`Timeout`], which polls both, the future first so
//! that it wins if both are ready. If the sleep is ready first, the output is `Err(Elapsed)`, and
//! dropping the `Timeout` also drops the future.
//!
//! Interface: [`timeout`], [`timeout_at`], [`Timeout`]. Invariants: the future is polled at least
//! once, even if the deadline has passed. A future can't put its deadline off by spending the whole
//! budget in each poll.
//!
//! tokio: `time/timeout.rs` polls in the same order, and exempts its deadline from the budget, too.

use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use kettle_runtime::budget;
use kettle_runtime::event::{Scope, ScopeKind, When, awaited, is_time_to_look, look};
use pin_project_lite::pin_project;

use super::error::Elapsed;
use super::{Duration, Instant, Sleep, sleep_until};

/// Waits for `future`, but no longer than `duration` from now. If the end is too late for an
/// instant to hold, there is no limit.
///
/// A timeout can interrupt the future only at an `.await`, where the future returns to its caller:
/// a future that computes for a second takes a second.
///
/// # Errors
///
/// [`Elapsed`], if the time is up first. The future is dropped with the `Timeout`.
///
/// # Panics
///
/// If there is no runtime, or if its runtime has shut down by the time it is awaited.
///
/// # Cancel safety
///
/// The same as `future`, which is dropped where it is waiting, even when the time is up. To keep
/// it, pass a `&mut` to a pinned future and continue with that.
///
/// ```
/// use kettle::time::{Duration, sleep, timeout};
///
/// #[kettle::main(start_paused = true)]
/// async fn main() {
///     let second = Duration::from_secs(1);
///     assert_eq!(timeout(second, async { "tea" }).await, Ok("tea"));
///     let late = timeout(second, sleep(Duration::from_secs(2))).await;
///     assert_eq!(late.unwrap_err().to_string(), "deadline has elapsed");
/// }
/// ```
#[track_caller]
pub fn timeout<F>(duration: Duration, future: F) -> Timeout<F::IntoFuture>
where
    F: IntoFuture,
{
    // Inside `map`, the panic for a missing runtime wouldn't name this call's caller.
    #[allow(clippy::manual_map)]
    let delay = match Instant::now().checked_add(duration) {
        Some(deadline) => Some(sleep_until(deadline).counted_from_now()),
        None => None,
    };
    Timeout { scope: Scope::NEW, value: future.into_future(), delay }
}

/// Like [`timeout`], but waits no longer than until `deadline`.
///
/// ```
/// # #[kettle::main(start_paused = true)] async fn main() {
/// use kettle::time::{Duration, Instant, sleep, timeout_at};
///
/// // One deadline for two steps.
/// let deadline = Instant::now() + Duration::from_secs(3);
/// let step = || timeout_at(deadline, sleep(Duration::from_secs(2)));
/// assert!(step().await.is_ok());
/// assert!(step().await.is_err());
/// # }
/// ```
#[track_caller]
pub fn timeout_at<F>(deadline: Instant, future: F) -> Timeout<F::IntoFuture>
where
    F: IntoFuture,
{
    let delay = Some(sleep_until(deadline));
    Timeout { scope: Scope::NEW, value: future.into_future(), delay }
}

pin_project! {
    /// The future returned by [`timeout`] and [`timeout_at`].
    #[derive(Debug)]
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct Timeout<T> {
        scope: Scope,
        #[pin]
        value: T,
        // `None` if there is no limit.
        #[pin]
        delay: Option<Sleep>,
    }
}

impl<T> Timeout<T> {
    /// Returns a reference to the future inside.
    ///
    /// ```
    /// # #[kettle::main] async fn main() {
    /// use kettle::time::{Duration, timeout};
    /// let ready = timeout(Duration::from_secs(1), std::future::ready("tea"));
    /// assert_eq!(ready.get_ref().clone().into_inner(), "tea");
    /// assert_eq!(ready.await, Ok("tea"));
    /// # }
    /// ```
    pub fn get_ref(&self) -> &T {
        &self.value
    }

    /// Returns a mutable reference to the future inside.
    ///
    /// ```
    /// # #[kettle::main] async fn main() {
    /// use kettle::time::{Duration, timeout};
    /// let mut drink = timeout(Duration::from_secs(1), std::future::ready("coffee"));
    /// *drink.get_mut() = std::future::ready("tea");
    /// assert_eq!(drink.await, Ok("tea"));
    /// # }
    /// ```
    pub fn get_mut(&mut self) -> &mut T {
        &mut self.value
    }

    /// Returns the future inside, which then has no limit.
    ///
    /// ```
    /// # #[kettle::main] async fn main() {
    /// use kettle::time::{Duration, timeout};
    /// let limited = timeout(Duration::ZERO, async { "tea" });
    /// assert_eq!(limited.into_inner().await, "tea");
    /// # }
    /// ```
    pub fn into_inner(self) -> T {
        if let Some(delay) = pin!(self.delay).as_pin_mut() {
            delay.allow_unpolled();
        }
        self.value
    }
}

impl<T: Future> Future for Timeout<T> {
    type Output = Result<T::Output, Elapsed>;

    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let _line = awaited(None);
        let this = self.project();
        this.scope.starts(ScopeKind::Timeout, 2);
        let had_budget = budget::has_remaining();
        let future = this.scope.branch(0);
        let polled = this.value.poll(cx);
        drop(future);
        if let Poll::Ready(value) = polled {
            this.scope.end(Some(0));
            if let Some(delay) = this.delay.as_pin_mut() {
                delay.allow_unpolled();
            }
            return Poll::Ready(Ok(value));
        }
        this.scope.waits(ScopeKind::Timeout, 2);
        let Some(delay) = this.delay.as_pin_mut() else { return Poll::Pending };
        let limit = this.scope.branch(1);
        let late = if had_budget && !budget::has_remaining() {
            // The future has spent the budget and will do so in each poll, so the deadline is
            // polled without one. If the budget was spent before this poll, the future couldn't run
            // either, so both wait.
            budget::with_unconstrained(|| delay.poll(cx))
        } else {
            delay.poll(cx)
        };
        drop(limit);
        late.map(|()| {
            if is_time_to_look(When::Limit) {
                look(|now| now.at_a_limit = true); // while what has waited is there
            }
            this.scope.end(Some(1));
            Err(Elapsed::new())
        })
    }
}
