// WRONG. Breaks 3, "A future that is ready is dropped at once": the first one is, but the pot is kept in the last
// state, and goes only when the whole future goes.

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
    MakeTea::Start { boil, steep, cup }
}

/// The future of [`make_tea`].
#[allow(dead_code)] // what is in `Over` is there to be dropped
pub enum MakeTea<F, B, G, S, C> {
    Start { boil: F, steep: G, cup: C },
    Boiling { kettle: B, cup: C, steep: G },
    Steeping { pot: S, cup: C },
    /// The tea is out; the empty pot is washed up with the rest.
    Over { pot: S },
    /// Only while it changes from one state to the next.
    Changing,
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
            match &mut *self {
                MakeTea::Start { .. } => {
                    let MakeTea::Start { boil, steep, cup } = mem::replace(&mut *self, MakeTea::Changing)
                    else {
                        unreachable!()
                    };
                    let kettle = boil();
                    *self = MakeTea::Boiling { kettle, cup, steep };
                }
                MakeTea::Boiling { kettle, .. } => {
                    let Poll::Ready(water) = Pin::new(kettle).poll(cx) else { return Poll::Pending };
                    let MakeTea::Boiling { kettle, cup, steep } =
                        mem::replace(&mut *self, MakeTea::Changing)
                    else {
                        unreachable!()
                    };
                    drop(kettle);
                    let pot = steep(water);
                    *self = MakeTea::Steeping { pot, cup };
                }
                MakeTea::Steeping { pot, .. } => {
                    let Poll::Ready(tea) = Pin::new(pot).poll(cx) else { return Poll::Pending };
                    let MakeTea::Steeping { pot, cup } = mem::replace(&mut *self, MakeTea::Changing)
                    else {
                        unreachable!()
                    };
                    *self = MakeTea::Over { pot };
                    return Poll::Ready((cup, tea));
                }
                MakeTea::Over { .. } => panic!("polled after it was ready"),
                MakeTea::Changing => panic!("polled after a panic"),
            }
        }
    }
}
