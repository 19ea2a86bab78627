//! An `async fn` written by hand: an enum with one variant for each place where it can be.
//!
//! ```ignore
//! async fn make_tea(boil: F, steep: G, cup: C) -> (C, S::Output) {
//!     let water = boil().await;
//!     let tea = steep(water).await;
//!     (cup, tea)
//! }
//! ```
//!
//! Write the variants, then replace each `todo!()`.

use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Makes the future. Nothing is called before its first poll.
pub fn make_tea<F, B, G, S, C>(boil: F, steep: G, cup: C) -> MakeTea<F, B, G, S, C>
where
    F: FnOnce() -> B,
    B: Future + Unpin,
    G: FnOnce(B::Output) -> S,
    S: Future + Unpin,
{
    todo!("the first state, with all that the call was given")
}

/// The future of [`make_tea`].
pub enum MakeTea<F, B, G, S, C> {
    /// In place of this: a variant for each place where the function can be, with what is alive
    /// there. How many are there?
    Todo(PhantomData<(F, B, G, S, C)>),
}

// Nothing in it needs a fixed address, since the two futures are `Unpin`: all of it may be moved.
impl<F, B, G, S, C> Unpin for MakeTea<F, B, G, S, C> {}

impl<F, B, G, S, C> Future for MakeTea<F, B, G, S, C>
where
    F: FnOnce() -> B,
    B: Future + Unpin,
    G: FnOnce(B::Output) -> S,
    S: Future + Unpin,
{
    type Output = (C, S::Output);

    /// `&mut *self` is a `&mut MakeTea` to match on, and `*self = …` puts the next state there. A
    /// future that is `Unpin` is polled by `Pin::new(future).poll(cx)`.
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        todo!("poll the future of this state; when it is ready, go to the next state and on")
    }
}
