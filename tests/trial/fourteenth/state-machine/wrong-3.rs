// WRONG. Breaks 4, "Dropped half way, your future drops what rustc's drops, in the same order": between the two
// waits it declares cup and `steep` the wrong way round, so a tea that is dropped while the water boils gives
// `steep` away before the cup. All other states are as rustc's.

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
    MakeTea::Start(boil, steep, cup)
}

/// The future of [`make_tea`].
pub enum MakeTea<F, B, G, S, C> {
    Start(F, G, C),
    Boiling(B, G, C),
    Steeping(S, C),
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
        if let MakeTea::Start(..) = &*self {
            if let MakeTea::Start(boil, steep, cup) = mem::replace(&mut *self, MakeTea::Done) {
                *self = MakeTea::Boiling(boil(), steep, cup);
            }
        }
        if let MakeTea::Boiling(kettle, ..) = &mut *self {
            let water = ready!(Pin::new(kettle).poll(cx));
            if let MakeTea::Boiling(kettle, steep, cup) = mem::replace(&mut *self, MakeTea::Done) {
                drop(kettle);
                *self = MakeTea::Steeping(steep(water), cup);
            }
        }
        if let MakeTea::Steeping(pot, _) = &mut *self {
            let tea = ready!(Pin::new(pot).poll(cx));
            if let MakeTea::Steeping(pot, cup) = mem::replace(&mut *self, MakeTea::Done) {
                drop(pot);
                return Poll::Ready((cup, tea));
            }
        }
        panic!("polled after it was ready")
    }
}
