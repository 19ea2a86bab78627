// RIGHT. Believes: a poll takes the whole state out by value, goes on from there with plain local variables in
// the order in which rustc declares them, and puts a state back only if it has to wait. A panic leaves `Over`,
// as rustc's does, and unwinds in rustc's order.

use std::mem;
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
    MakeTea::Called { boil, steep, cup }
}

/// The future of [`make_tea`].
pub enum MakeTea<F, B, G, S, C> {
    Called { boil: F, steep: G, cup: C },
    First { kettle: B, cup: C, steep: G },
    Second { pot: S, cup: C },
    Over,
}

// Nothing in it stays in its place, so all of it may be moved: the two futures are `Unpin` too.
impl<F, B, G, S, C> Unpin for MakeTea<F, B, G, S, C> {}

impl<F, B, G, S, C> MakeTea<F, B, G, S, C>
where
    F: FnOnce() -> B,
    B: Future + Unpin,
    G: FnOnce(B::Output) -> S,
    S: Future + Unpin,
{
    // The parameters are dropped from the last to the first, if a poll panics: the future that is awaited,
    // the cup, then `steep`.
    fn first(&mut self, steep: G, cup: C, mut kettle: B, cx: &mut Context<'_>) -> Poll<(C, S::Output)> {
        match Pin::new(&mut kettle).poll(cx) {
            Poll::Pending => {
                *self = MakeTea::First { kettle, cup, steep };
                Poll::Pending
            }
            Poll::Ready(water) => {
                drop(kettle);
                let pot = steep(water);
                self.second(cup, pot, cx)
            }
        }
    }

    fn second(&mut self, cup: C, mut pot: S, cx: &mut Context<'_>) -> Poll<(C, S::Output)> {
        match Pin::new(&mut pot).poll(cx) {
            Poll::Pending => {
                *self = MakeTea::Second { pot, cup };
                Poll::Pending
            }
            Poll::Ready(tea) => {
                drop(pot);
                Poll::Ready((cup, tea))
            }
        }
    }
}

impl<F, B, G, S, C> Future for MakeTea<F, B, G, S, C>
where
    F: FnOnce() -> B,
    B: Future + Unpin,
    G: FnOnce(B::Output) -> S,
    S: Future + Unpin,
{
    type Output = (C, S::Output);

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        match mem::replace(this, MakeTea::Over) {
            MakeTea::Called { steep, cup, boil } => {
                let kettle = boil();
                this.first(steep, cup, kettle, cx)
            }
            MakeTea::First { steep, cup, kettle } => this.first(steep, cup, kettle, cx),
            MakeTea::Second { cup, pot } => this.second(cup, pot, cx),
            MakeTea::Over => panic!("`MakeTea` polled after it was ready"),
        }
    }
}
