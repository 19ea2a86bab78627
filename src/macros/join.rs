//! How does one task wait for several futures at once?
//!
//! It polls all of them, stores the outputs of those that have finished, and returns `Pending`
//! until none is left. `join!(a(), b())` becomes, with names that a reader would choose:
//!
//! ```text
//! let (a, b) = (maybe_done(a()), maybe_done(b()));  // 1. make the futures, in order
//! let futures = Chain::new(a, Chain::new(b, ()));   // 2. pin them, all by one reference;
//! let mut futures = pin!(futures);                  //    they are dropped first to last
//! let mut rotation = Rotation::<{ 0 + 1 + 1 }, true>::new();
//! poll_fn(move |cx| {
//!     let (mut a, mut b) = /* split off `futures`, one after the other */;
//!     let mut all_done = true;
//!     for lap in rotation.laps() {                  // 3. poll each one once, in turn:
//!         if lap.contains(&(0)) {                   //    `first..2`, then `0..first`
//!             all_done &= a.as_mut().poll_done(cx);
//!         }
//!         if lap.contains(&(0 + 1)) {
//!             all_done &= b.as_mut().poll_done(cx);
//!         }
//!     }
//!     if all_done { Ready((a.take(), b.take())) } else { Pending }  // 4. hand out the outputs
//! })
//! .await
//! ```
//!
//! In fact `a` and `b` are both called `future`. `__join!` consumes one expression per step and
//! writes `future` for it. Because of macro hygiene, each step's `future` is a different variable,
//! although all have the same name.
//!
//! All branches share the task's waker, which can't say which branch it was called for. So each
//! wake polls every unfinished branch: if you have hundreds of futures, spawn them as tasks.
//!
//! Not here: [`MaybeDone`](super::support::MaybeDone), which never polls a finished future again,
//! and [`Chain`](super::support::Chain).
//!
//! tokio: the same order and results, but it uses `unsafe` to pin the fields of a tuple.

/// Waits until all of the futures are ready and returns their outputs as a tuple.
///
/// The futures run concurrently on the current task: while one is waiting, another is polled. They
/// are stored in place, without a box, and can be anything that is
/// [`IntoFuture`](std::future::IntoFuture). `join!` doesn't stop at an `Err`;
/// [`try_join!`](crate::try_join) does.
///
/// # Fairness
///
/// Each poll begins one branch further on than the last, so that a branch that spends the task's
/// whole budget doesn't starve the others. With `biased;` in front, each poll takes the branches in
/// the order in which they were written.
///
/// # Cancel safety
///
/// Dropping the surrounding future drops all branches, in the order in which they were written, and
/// the outputs of any that had finished.
///
/// # Examples
///
/// ```
/// use kettle::time::{Duration, Instant, sleep};
///
/// async fn boil() -> &'static str {
///     sleep(Duration::from_millis(20)).await;
///     "tea"
/// }
///
/// async fn toast() -> &'static str {
///     sleep(Duration::from_millis(30)).await;
///     "toast"
/// }
///
/// # #[kettle::main(start_paused = true)] async fn main() {
/// let start = Instant::now();
/// let (drink, food) = kettle::join!(boil(), toast());
/// assert_eq!((drink, food), ("tea", "toast"));
/// assert!(start.elapsed() < Duration::from_millis(50), "not one after the other");
/// # }
/// ```
#[macro_export]
macro_rules! join {
    ($(biased;)?) => { async {}.await };
    (biased; $($future:expr),+ $(,)?) => {
        $crate::__join!(
            @[Join false poll_done take ::core::convert::identity] (0) {} {} $($future,)+
        )
    };
    ($($future:expr),+ $(,)?) => {
        $crate::__join!(
            @[Join true poll_done take ::core::convert::identity] (0) {} {} $($future,)+
        )
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __join {
    // One step for each expression. Apart from the remaining expressions, it carries
    // - the differences between the macros: whether polling is fair, the methods that poll a branch
    //   and take its output, and the function that makes the result from all outputs,
    // - the number of expressions taken so far, as `0 + 1 + 1`, which is the next one's index,
    // - `(index) variable = expression;` for each, first to last,
    // - the variables once more, last to first.
    (@$how:tt ($($index:tt)+) {$($branches:tt)*} {$($last_first:tt)*}
        $expression:expr, $($rest:tt)*
    ) => {
        $crate::__join!(@$how ($($index)+ + 1)
            {$($branches)* ($($index)+) future = $expression;}
            {future $($last_first)*}
            $($rest)*)
    };

    // When no expression is left: the expansion.
    (@[$what:ident $fair:ident $poll:ident $take:ident $all:path] ($($count:tt)+)
        {$( ($($index:tt)+) $future:ident = $expression:expr; )+}
        {$($last_first:ident)+}
    ) => {{
        // 1. Make the futures.
        let ($($future,)+) = ($($crate::__private::maybe_done($expression),)+);
        // 2. Pin them.
        let futures = ();
        $( let futures = $crate::__private::Chain::new($last_first, futures); )+
        let mut futures = ::core::pin::pin!(futures);
        let mut rotation = $crate::__private::Rotation::<{ $($count)+ }, { $fair }>::of(
            $crate::__private::ScopeKind::$what,
        );
        // Newer compilers warn about an output without a value.
        ::core::future::poll_fn(#[allow(unreachable_code)] move |cx| {
            // 3. Poll each one once, unless a `try_join!` stops early because one fails.
            let futures = futures.as_mut();
            $( let (mut $future, futures) = futures.split(); )+
            let _ = futures;
            let mut all_done = true;
            for lap in rotation.laps() {
                $( if lap.contains(&($($index)+)) {
                    let branch = rotation.branch($($index)+);
                    match $crate::__private::MaybeDone::$poll($future.as_mut(), cx) {
                        ::core::ops::ControlFlow::Continue(done) => all_done &= done,
                        ::core::ops::ControlFlow::Break(failed) => {
                            ::core::mem::drop(branch);
                            rotation.end(::core::option::Option::Some($($index)+));
                            return ::core::task::Poll::Ready(failed);
                        }
                    }
                } )+
            }
            // 4. Hand out the outputs.
            if all_done {
                rotation.end(::core::option::Option::None);
                ::core::task::Poll::Ready($all(
                    ($($crate::__private::MaybeDone::$take($future),)+),
                ))
            } else {
                ::core::task::Poll::Pending
            }
        })
        .await
    }};
}
