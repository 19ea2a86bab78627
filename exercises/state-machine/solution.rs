//! An `async fn` written by hand: an enum with one variant for each place where it can be.
//!
//! ```ignore
//! async fn make_tea(boil: F, steep: G, cup: C) -> (C, S::Output) {
//!     let water = boil().await;
//!     let tea = steep(water).await;
//!     (cup, tea)
//! }
//! ```

use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// Makes the future. Nothing is called before its first poll.
pub fn make_tea<F, B, G, S, C>(boil: F, steep: G, cup: C) -> MakeTea<F, B, G, S, C>
where
    F: FnOnce() -> B,
    B: Future + Unpin,
    G: FnOnce(B::Output) -> S,
    S: Future + Unpin,
{
    MakeTea::Start { boil, steep, cup }
}

/// The future of [`make_tea`].
///
/// The fields of a variant are dropped in the order in which they are written.
pub enum MakeTea<F, B, G, S, C> {
    /// Made, and never polled.
    Start { boil: F, steep: G, cup: C },
    /// At the first `.await`.
    Boiling { kettle: B, cup: C, steep: G },
    /// At the second `.await`.
    Steeping { pot: S, cup: C },
    /// It has returned `Ready`.
    Done,
}

// Nothing in it stays in its place, so all of it may be moved: the two futures are `Unpin` too.
impl<F, B, G, S, C> Unpin for MakeTea<F, B, G, S, C> {}

impl<F, B, G, S, C> Future for MakeTea<F, B, G, S, C>
where
    F: FnOnce() -> B,
    B: Future + Unpin,
    G: FnOnce(B::Output) -> S,
    S: Future + Unpin,
{
    type Output = (C, S::Output);

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            // The future of this state is polled where it is. The state is taken apart afterwards.
            match &mut *self {
                MakeTea::Start { .. } => self.begin(),
                MakeTea::Boiling { kettle, .. } => {
                    let water = ready!(Pin::new(kettle).poll(cx));
                    self.pour(water);
                }
                MakeTea::Steeping { pot, .. } => {
                    let tea = ready!(Pin::new(pot).poll(cx));
                    return Poll::Ready((self.serve(), tea));
                }
                MakeTea::Done => panic!("polled after it was ready"),
            }
        }
    }
}

/// From one state to the next.
impl<F, B, G, S, C> MakeTea<F, B, G, S, C>
where
    F: FnOnce() -> B,
    B: Future,
    G: FnOnce(B::Output) -> S,
{
    fn begin(&mut self) {
        if let MakeTea::Start { boil, steep, cup } = self.take() {
            *self = MakeTea::Boiling { kettle: boil(), cup, steep };
        }
    }

    fn pour(&mut self, water: B::Output) {
        if let MakeTea::Boiling { kettle, cup, steep } = self.take() {
            // The `.await` is over, and its future with it, before the next line runs.
            drop(kettle);
            *self = MakeTea::Steeping { pot: steep(water), cup };
        }
    }

    fn serve(&mut self) -> C {
        match self.take() {
            MakeTea::Steeping { pot, cup } => {
                drop(pot);
                cup
            }
            _ => unreachable!("the pot is asked in one state only"),
        }
    }

    /// Leaves `Done`, so that a panic in the middle of a step leaves it too.
    fn take(&mut self) -> Self {
        mem::replace(self, MakeTea::Done)
    }
}
