//! How do several futures share one task?
//!
//! By being polled in turn, within that task's own poll: no task is made, no thread, no box. Each
//! of these macros writes the loop that a careful programmer would write by hand with
//! [`poll_fn`](std::future::poll_fn): [`join!`](crate::join) until all are ready,
//! [`try_join!`](crate::try_join) until all are ready or one has failed, [`select!`](crate::select)
//! until the first is ready. [`pin!`](crate::pin) is the step they have in common.
//!
//! Interface: the four macros, at the crate's root. Each of their files opens with what one call
//! becomes.
//!
//! Invariants: only `macro_rules!`, no `unsafe`. A call declares no items and its variables are
//! hygienic: it can't clash with the caller's names. Everything it names begins
//! with `$crate::__private` or `::core`, so that it works in a crate that renamed this one.
//!
//! Not here: the attributes `#[kettle::main]` and `#[kettle::test]` (`runtime/macros`, they have to
//! be a crate of their own).

#[cfg(feature = "macros")]
mod join;
mod pin;
#[cfg(feature = "macros")]
mod select;
#[cfg(feature = "macros")]
pub(crate) mod support;
#[cfg(feature = "macros")]
mod try_join;
