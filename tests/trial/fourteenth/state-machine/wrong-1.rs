// WRONG. Breaks 2, "A poll goes as far as it can. It returns `Pending` only if the future of its state does": when the water has
// boiled it makes the pot, but leaves the pot's first poll to the next poll, for which it wakes its own task.

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
pub enum MakeTea<F, B, G, S, C> {
    Start { boil: F, steep: G, cup: C },
    Boiling { kettle: B, cup: C, steep: G },
    Steeping { pot: S, cup: C },
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
        if let MakeTea::Start { .. } = &*self {
            let state = mem::replace(&mut *self, MakeTea::Done);
            let MakeTea::Start { boil, steep, cup } = state else { unreachable!() };
            *self = MakeTea::Boiling { kettle: boil(), cup, steep };
        }
        match &mut *self {
            MakeTea::Boiling { kettle, .. } => {
                let Poll::Ready(water) = Pin::new(kettle).poll(cx) else { return Poll::Pending };
                let state = mem::replace(&mut *self, MakeTea::Done);
                let MakeTea::Boiling { kettle, cup, steep } = state else { unreachable!() };
                drop(kettle);
                *self = MakeTea::Steeping { pot: steep(water), cup };
                cx.waker().wake_by_ref(); // there is more to do
                Poll::Pending
            }
            MakeTea::Steeping { pot, .. } => {
                let Poll::Ready(tea) = Pin::new(pot).poll(cx) else { return Poll::Pending };
                let state = mem::replace(&mut *self, MakeTea::Done);
                let MakeTea::Steeping { pot, cup } = state else { unreachable!() };
                drop(pot);
                Poll::Ready((cup, tea))
            }
            MakeTea::Start { .. } | MakeTea::Done => panic!("polled after it was ready"),
        }
    }
}
