//! Which part of the macros is ordinary code?
//!
//! The types that know which branch is next and which branches are still in the race: [`Select`],
//! [`Rotation`], [`Chain`] and [`MaybeDone`]. So an expansion contains only what needs a macro: the
//! code for each branch, because each branch has its own type.
//!
//! Interface: for the macros only, through `kettle::__private`; other code must not use it.
//!
//! Invariant: a branch that has finished, or whose precondition was false, is never polled.

use std::cell::Cell;
use std::convert::Infallible;
use std::ops::ControlFlow::{self, Break, Continue};
use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use kettle_runtime::event::{Around, Point, Scope, awaited};
use kettle_runtime::{budget, choose};

pub use kettle_runtime::event::ScopeKind;
use pin_project_lite::pin_project;

/// The most branches that `select!` can take: they are bits of a `u64`.
const MAX_BRANCHES: usize = u64::BITS as usize;

thread_local! {
    /// Has a `select!` drawn its branch on this thread? (Known in builds with debug assertions.)
    pub(crate) static DRAWN: Cell<bool> = const { Cell::new(false) };
}

/// A `select!` while it is waiting: which of its branches are still in the race. Its constants are
/// in its type, which makes a `select!` a tenth faster.
#[derive(Debug)]
pub struct Select<const BRANCHES: usize, const FAIR: bool> {
    /// One bit for each branch that finished without a match or whose precondition was false.
    disabled: u64,
    scope: Scope,
}

impl<const BRANCHES: usize, const FAIR: bool> Select<BRANCHES, FAIR> {
    #[expect(clippy::cast_possible_truncation, reason = "at most `MAX_BRANCHES`")]
    const BRANCHES: u32 = {
        assert!(BRANCHES <= MAX_BRANCHES, "`select!` has at most 64 branches");
        BRANCHES as u32
    };

    /// Starts with all branches in the race.
    #[inline]
    #[expect(clippy::new_without_default, reason = "for one macro only")]
    pub fn new() -> Self {
        Select { disabled: 0, scope: Scope::NEW }
    }

    /// Takes a branch out of the race.
    #[inline]
    pub fn disable(&mut self, branch: u32) {
        self.disabled |= 1 << branch;
    }

    /// Returns whether the branch is still in the race.
    #[inline]
    pub fn runs(&self, branch: u32) -> bool {
        self.disabled & (1 << branch) == 0
    }

    /// Begins a round, or returns `Pending` if the task has spent its budget, because every branch
    /// would only return `Pending` then.
    #[inline]
    #[track_caller]
    pub fn start_round(&mut self, cx: &mut Context<'_>) -> Poll<Round> {
        // Branches that this round doesn't poll are left out on purpose.
        let _line = awaited(None);
        // The branches pay for themselves, so this permit is dropped without being spent.
        let _ = ready!(budget::poll_proceed(cx));
        let first = if FAIR { Self::choose_first() } else { 0 };
        self.scope.starts(ScopeKind::Select, Self::BRANCHES);
        Poll::Ready(Round { branches: Self::BRANCHES, polled: 0, next: first, waiting: false })
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "at most `MAX_BRANCHES`")]
    fn choose_first() -> u32 {
        #[cfg(debug_assertions)]
        DRAWN.set(true);
        choose(Point::Select, BRANCHES) as u32
    }

    /// Returns whether a branch can still win after this round without a winner.
    #[inline]
    pub fn is_waiting(&mut self, round: &Round) -> bool {
        if round.waiting {
            self.scope.waits(ScopeKind::Select, Self::BRANCHES);
        }
        round.waiting
    }

    /// Records that this branch is polled until the guard is dropped.
    #[inline]
    pub fn branch(&self, branch: u32) -> Around {
        self.scope.branch(branch)
    }

    /// Called when the branch has finished: it must not be polled again.
    #[inline]
    pub fn ready(&mut self, branch: u32) {
        self.disable(branch);
    }

    /// Called when the branch has finished with a value that matches its pattern.
    #[inline]
    pub fn won(&mut self, branch: u32) {
        self.scope.end(Some(branch));
    }
}

/// One round of a `select!`, in which each branch has one turn.
#[derive(Debug)]
pub struct Round {
    branches: u32,
    /// How many branches have had their turn.
    polled: u32,
    next: u32,
    /// Whether a branch returned `Pending`. If none did, all are disabled.
    waiting: bool,
}

impl Round {
    /// Returns the branch whose turn it is.
    #[inline]
    pub fn next_branch(&mut self) -> Option<u32> {
        if self.polled == self.branches {
            return None;
        }
        self.polled += 1;
        let branch = self.next;
        self.next = if branch + 1 < self.branches { branch + 1 } else { 0 };
        Some(branch)
    }

    /// Called when a branch isn't ready.
    #[inline]
    pub fn pending(&mut self) {
        self.waiting = true;
    }
}

/// A branch's expression as it was written. Its bound gives the compiler's message if the
/// expression isn't a future.
#[derive(Debug)]
pub struct Branch<F: IntoFuture>(pub F);

impl<F: IntoFuture> Branch<F> {
    /// Takes the whole branch: if the macro took the expression out of it, the compiler would keep
    /// room for the rest in the program's task, beside the future.
    #[inline]
    pub fn into_future(self) -> F::IntoFuture {
        self.0.into_future()
    }
}

/// Declares [`Winner`] with as many variants as there are names.
macro_rules! declare_winner {
    ($($Branch:ident)+) => {
        /// The winner of a `select!`, with its output. A `select!` of two branches uses `Winner<A,
        /// B>`, whose later variants can't exist.
        #[derive(Debug)]
        pub enum Winner<$($Branch = Infallible),+> {
            $(
                #[doc = concat!("The output of branch ", stringify!($Branch), ".")]
                $Branch($Branch),
            )+
            /// All branches are disabled.
            Nobody,
        }
    };
}

declare_winner! {
    B0 B1 B2 B3 B4 B5 B6 B7 B8 B9 B10 B11 B12 B13 B14 B15
    B16 B17 B18 B19 B20 B21 B22 B23 B24 B25 B26 B27 B28 B29 B30 B31
    B32 B33 B34 B35 B36 B37 B38 B39 B40 B41 B42 B43 B44 B45 B46 B47
    B48 B49 B50 B51 B52 B53 B54 B55 B56 B57 B58 B59 B60 B61 B62 B63
}

/// The order of polls in a `join!`: each poll begins one branch further on, so that a branch that
/// spends the whole budget can't starve the later ones for ever.
#[derive(Debug)]
pub struct Rotation<const BRANCHES: u32, const FAIR: bool> {
    first: u32,
    what: ScopeKind,
    scope: Scope,
}

impl<const BRANCHES: u32, const FAIR: bool> Rotation<BRANCHES, FAIR> {
    /// Begins with the first branch and, if it is fair, one further on at each poll.
    #[inline]
    pub fn of(what: ScopeKind) -> Self {
        Rotation { first: 0, what, scope: Scope::NEW }
    }

    /// The order of the poll that is beginning: from one branch to the last, then the earlier ones.
    #[inline]
    #[track_caller]
    pub fn laps(&mut self) -> [Range<u32>; 2] {
        let _line = awaited(None);
        self.scope.polled(self.what, BRANCHES);
        let first = self.first;
        if FAIR {
            self.first = (first + 1) % BRANCHES;
        }
        [first..BRANCHES, 0..first]
    }

    /// Records that this branch is polled until the guard is dropped.
    #[inline]
    pub fn branch(&self, branch: u32) -> Around {
        self.scope.branch(branch)
    }

    /// Called when all branches have finished, or when this one has failed.
    #[inline]
    pub fn end(&mut self, failed: Option<u32>) {
        self.scope.end(failed);
    }
}

pin_project! {
    /// A `join!` branch: a future until it is ready, then its output until all branches are ready.
    #[project = Stage]
    #[project_replace = Was]
    #[derive(Debug)]
    #[allow(missing_docs)] // a field here can't be given a comment
    pub enum MaybeDone<F: Future> {
        /// Not ready yet.
        Running {
            #[pin]
            future: F,
        },
        /// Ready; the future itself has been dropped.
        Done { output: F::Output },
        /// The output has gone into the macro's result.
        Taken,
    }
}

pin_project! {
    /// The futures of a macro in a chain, so that one reference pins all of them. A tuple would
    /// need `unsafe`, and a reference to each future would cost eight bytes per branch.
    #[derive(Debug)]
    pub struct Chain<F, R> {
        #[pin]
        first: F,
        #[pin]
        rest: R,
    }
}

impl<F, R> Chain<F, R> {
    /// Puts a future in front of a chain. The chain ends with `()`.
    #[inline]
    pub fn new(first: F, rest: R) -> Chain<F, R> {
        Chain { first, rest }
    }

    /// Returns the first future, and the rest of the chain after it.
    #[inline]
    pub fn split(self: Pin<&mut Self>) -> (Pin<&mut F>, Pin<&mut R>) {
        let both = self.project();
        (both.first, both.rest)
    }
}

/// Wraps a `join!` branch.
#[inline]
pub fn maybe_done<F: IntoFuture>(future: F) -> MaybeDone<F::IntoFuture> {
    MaybeDone::Running { future: future.into_future() }
}

/// This isn't `#[track_caller]`, so that a future that knows where it was made is recorded as
/// awaited there and not at the macro.
#[inline]
fn poll_untracked<F: Future>(future: Pin<&mut F>, cx: &mut Context<'_>) -> Poll<F::Output> {
    future.poll(cx)
}

impl<F: Future> MaybeDone<F> {
    /// Polls the future unless it has already finished, and returns whether it has finished by now.
    /// A `join!` never stops early.
    #[inline]
    #[track_caller]
    pub fn poll_done<R>(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> ControlFlow<R, bool> {
        if let Stage::Running { future } = self.as_mut().project() {
            // A future that doesn't know where it was made is recorded as awaited at the macro.
            let _line = awaited(None);
            let Poll::Ready(output) = poll_untracked(future, cx) else { return Continue(false) };
            self.set(MaybeDone::Done { output });
        }
        Continue(true)
    }

    /// Returns the output. Call it once, after [`poll_done`](Self::poll_done) has returned `true`.
    #[inline]
    pub fn take(self: Pin<&mut Self>) -> F::Output {
        match self.project_replace(MaybeDone::Taken) {
            Was::Done { output } => output,
            _ => unreachable!("join! takes an output once, and from a branch that is done"),
        }
    }
}

impl<T, E, F: Future<Output = Result<T, E>>> MaybeDone<F> {
    /// Polls the future for `try_join!`, which stops early with a branch's error as its result.
    #[inline]
    #[track_caller]
    pub fn poll_ok<V>(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> ControlFlow<Result<V, E>, bool> {
        let polled = self.as_mut().poll_done(cx);
        if !matches!(self.as_mut().project(), Stage::Done { output: Err(_) }) {
            return polled;
        }
        match self.take() {
            Err(error) => Break(Err(error)),
            Ok(_) => unreachable!("it was an error a moment ago"),
        }
    }

    /// Returns the value. Call it after all branches have finished and none has failed.
    #[inline]
    pub fn take_ok(self: Pin<&mut Self>) -> T {
        match self.take() {
            Ok(value) => value,
            Err(_) => unreachable!("try_join! ends with the first error"),
        }
    }
}
