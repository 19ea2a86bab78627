//! What do the macros do that needs no macro?
//!
//! Which branch is next, and which are still in the race: [`Select`],
//! [`Rotation`], [`Chain`] and [`MaybeDone`] are ordinary types, so that a macro's expansion is
//! left with what only a macro can write: code for each branch, every one of another type.
//!
//! Interface: for the macros only, through `kettle::__private`. No promise is made to other code.
//!
//! Invariant: a branch that has finished, or whose precondition said no, is never polled.

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
const MOST_BRANCHES: usize = u64::BITS as usize;

/// One `select!` of so many branches while it waits: which of them are still in the race. What is
/// known when it is compiled is in its type: a tenth of a `select!`.
#[derive(Debug)]
pub struct Select<const BRANCHES: usize, const FAIR: bool> {
    /// Bit by bit: finished without a match, or its precondition said no.
    disabled: u64,
    scope: Scope,
}

impl<const BRANCHES: usize, const FAIR: bool> Select<BRANCHES, FAIR> {
    #[expect(clippy::cast_possible_truncation, reason = "few are not too many")]
    const BRANCHES: u32 = {
        assert!(BRANCHES <= MOST_BRANCHES, "the branches are bits");
        BRANCHES as u32
    };

    /// All branches are in the race.
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

    /// Is it still in the race?
    #[inline]
    pub fn runs(&self, branch: u32) -> bool {
        self.disabled & (1 << branch) == 0
    }

    /// Begins a round. `Pending` if the task has spent its budget: then the branches would only say
    /// so one after another.
    #[inline]
    #[track_caller]
    pub fn start_round(&mut self, cx: &mut Context<'_>) -> Poll<Round> {
        // The branches that this round doesn't poll are left out on purpose.
        let _line = awaited(None);
        // Asking costs nothing, because the branches pay for themselves: a dropped permit is not
        // spent.
        let _ = ready!(budget::poll_proceed(cx));
        let first = if FAIR { Self::choose_first() } else { 0 };
        self.scope.polled(ScopeKind::Select, Self::BRANCHES);
        Poll::Ready(Round { branches: Self::BRANCHES, asked: 0, next: first, waiting: false })
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "few are not too many")]
    fn choose_first() -> u32 {
        choose(Point::Select, BRANCHES) as u32
    }

    /// Until the guard is dropped, this branch is polled.
    #[inline]
    pub fn branch(&self, branch: u32) -> Around {
        self.scope.branch(branch)
    }

    /// The branch has finished, and must not be polled again.
    #[inline]
    pub fn ready(&mut self, branch: u32) {
        self.disable(branch);
    }

    /// The branch has finished with a value that matches its pattern.
    #[inline]
    pub fn won(&mut self, branch: u32) {
        self.scope.end(Some(branch));
    }
}

/// One round of a `select!`: each branch has its turn once.
#[derive(Debug)]
pub struct Round {
    branches: u32,
    /// How many had their turn.
    asked: u32,
    next: u32,
    /// Did a branch say `Pending`? If none did, all are disabled.
    waiting: bool,
}

impl Round {
    /// Whose turn is it now?
    #[inline]
    pub fn next_branch(&mut self) -> Option<u32> {
        if self.asked == self.branches {
            return None;
        }
        self.asked += 1;
        let branch = self.next;
        self.next = if branch + 1 < self.branches { branch + 1 } else { 0 };
        Some(branch)
    }

    /// A branch is not ready.
    #[inline]
    pub fn pending(&mut self) {
        self.waiting = true;
    }

    /// No branch won this round. Is there one that still can?
    #[inline]
    pub fn is_waiting(&self) -> bool {
        self.waiting
    }
}

/// A branch's expression as it was written. If it is no future, this is where that is said.
#[derive(Debug)]
pub struct Branch<F: IntoFuture>(pub F);

/// Declares [`Winner`] with as many variants as there are names.
macro_rules! declare_winner {
    ($($Branch:ident)+) => {
        /// Which branch of a `select!` won, and with what. A `select!` of two branches uses
        /// `Winner<A, B>`; the variants after them can't exist.
        #[derive(Debug)]
        pub enum Winner<$($Branch = Infallible),+> {
            $(
                #[doc = concat!("The output of branch ", stringify!($Branch), ".")]
                $Branch($Branch),
            )+
            /// No branch is left that could win.
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

/// Whose turn it is in a `join!`: each poll begins one branch further on, so that a branch that
/// spends the whole budget can't starve those after it for ever.
#[derive(Debug)]
pub struct Rotation<const BRANCHES: u32, const FAIR: bool> {
    first: u32,
    what: ScopeKind,
    scope: Scope,
}

impl<const BRANCHES: u32, const FAIR: bool> Rotation<BRANCHES, FAIR> {
    /// Begins with the first branch; at the next poll one further on, if it is fair.
    #[inline]
    pub fn of(what: ScopeKind) -> Self {
        Rotation { first: 0, what, scope: Scope::NEW }
    }

    /// The order of the poll that begins now: from one branch to the end, then those before it.
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

    /// Until the guard is dropped, this branch is polled.
    #[inline]
    pub fn branch(&self, branch: u32) -> Around {
        self.scope.branch(branch)
    }

    /// All branches have finished; or this one has failed.
    #[inline]
    pub fn end(&mut self, failed: Option<u32>) {
        self.scope.end(failed);
    }
}

pin_project! {
    /// A branch of `join!`: its future until that is ready, then its output until all are.
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
        /// Ready; the future itself is gone.
        Done { output: F::Output },
        /// The output went into the result of the macro.
        Taken,
    }
}

pin_project! {
    /// The futures of a macro, each behind the one before: one reference pins all of them. A tuple
    /// would need `unsafe`, and a reference for each would be eight bytes more a branch.
    #[derive(Debug)]
    pub struct Chain<F, R> {
        #[pin]
        first: F,
        #[pin]
        rest: R,
    }
}

impl<F, R> Chain<F, R> {
    /// A future in front of the others. (Behind the last is nothing: `()`.)
    #[inline]
    pub fn new(first: F, rest: R) -> Chain<F, R> {
        Chain { first, rest }
    }

    /// The first of them.
    #[inline]
    pub fn first(self: Pin<&mut Self>) -> Pin<&mut F> {
        self.project().first
    }

    /// Those behind the first.
    #[inline]
    pub fn rest(self: Pin<&mut Self>) -> Pin<&mut R> {
        self.project().rest
    }
}

/// Wraps a branch of `join!`.
#[inline]
pub fn maybe_done<F: IntoFuture>(future: F) -> MaybeDone<F::IntoFuture> {
    MaybeDone::Running { future: future.into_future() }
}

/// Not `#[track_caller]`: a future that knows where it was made is awaited there, not at the macro.
#[inline]
fn poll_there<F: Future>(future: Pin<&mut F>, cx: &mut Context<'_>) -> Poll<F::Output> {
    future.poll(cx)
}

impl<F: Future> MaybeDone<F> {
    /// Polls the future unless it has finished already, and says whether it has, sooner or now. A
    /// `join!` never breaks off.
    #[inline]
    #[track_caller]
    pub fn poll_done<R>(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> ControlFlow<R, bool> {
        if let Stage::Running { future } = self.as_mut().project() {
            // What doesn't know where it was made is awaited where the macro is.
            let _line = awaited(None);
            let Poll::Ready(output) = poll_there(future, cx) else { return Continue(false) };
            self.set(MaybeDone::Done { output });
        }
        Continue(true)
    }

    /// The output. To be called once only, after [`poll_done`](Self::poll_done) said that it has.
    #[inline]
    pub fn take(self: Pin<&mut Self>) -> F::Output {
        match self.project_replace(MaybeDone::Taken) {
            Was::Done { output } => output,
            _ => unreachable!("join! takes an output once, and from a branch that is done"),
        }
    }
}

impl<T, E, F: Future<Output = Result<T, E>>> MaybeDone<F> {
    /// Polls it for `try_join!`, which breaks off with the error of a branch as its result.
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

    /// The value, after all branches are done and none has failed.
    #[inline]
    pub fn take_ok(self: Pin<&mut Self>) -> T {
        match self.take() {
            Ok(value) => value,
            Err(_) => unreachable!("try_join! ends with the first error"),
        }
    }
}
