//! How do several futures share one task?
//!
//! The task's own poll polls each of them in turn, with no need for another task, thread or box.
//! Each macro expands to the loop that a careful programmer would write by hand with
//! [`poll_fn`](std::future::poll_fn): [`join!`](crate::join) until all are ready,
//! [`try_join!`](crate::try_join) until all are ready or one has failed, [`select!`](crate::select)
//! until the first is ready. All three pin their futures, as [`pin!`](crate::pin) does.
//!
//! Interface: the four macros, at the crate's root. Each file opens with the expansion of one call.
//!
//! Invariants: only `macro_rules!`, no `unsafe`. An expansion can't clash with the caller's names,
//! because it declares no items and its variables are hygienic. All its paths begin with
//! `$crate::__private` or `::core`, so it works in a crate that renames this one.
//!
//! Not here: the attributes `#[kettle::main]` and `#[kettle::test]` (`runtime/macros`), which must
//! be in a crate of their own.

#[cfg(feature = "macros")]
mod join;
mod pin;
#[cfg(feature = "macros")]
mod select;
#[cfg(feature = "macros")]
pub(crate) mod support;
#[cfg(feature = "macros")]
mod try_join;
