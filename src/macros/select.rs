//! How does one task wait for the first of several futures?
//!
//! It polls all of them until one is ready with an output that fits its pattern. That future wins,
//! the others are dropped, and then the winner's handler runs. A call with two branches,
//!
//! ```text
//! select! {
//!     Some(job) = jobs.recv(), if !full => handle(job),
//!     () = sleep(SECOND) => println!("quiet"),
//!     else => println!("over"),
//! }
//! ```
//!
//! becomes, with names that a reader would choose:
//!
//! ```text
//! // 1. Ask the preconditions. A branch whose precondition is false never enters the race.
//! let mut select = Select::<2, true>::new(); // two branches, fair
//! if !full {} else {
//!     select.disable(0);
//! }
//! let winner: Winner<_, _> = {
//!     // 2. Make the futures: all of them, in order.
//!     let futures = (Branch(jobs.recv()), Branch(sleep(SECOND)));
//!     // 3. Pin them, all by one reference. They are dropped first to last.
//!     let mut futures = pin!({
//!         let (a, b) = futures;
//!         let (a, b) = (a.into_future(), b.into_future());
//!         Chain::new(a, Chain::new(b, ()))
//!     });
//!     // 4. Run one round each time the task is polled.
//!     poll_fn(move |cx| {
//!         let (mut a, mut b) = /* split off `futures`, one after the other */;
//!         let mut round = ready!(select.start_round(cx));
//!         while let Some(turn) = round.next_branch() {
//!             match turn {
//!                 // 5. Poll a branch when its turn comes, if it is still in the race.
//!                 0 if select.runs(0) => {
//!                     let mut output = match a.as_mut().poll(cx) {
//!                         Ready(output) => output,
//!                         Pending => { round.pending(); continue; }
//!                     };
//!                     select.ready(0);
//!                     // 6. Does the output fit? A guard that is `false` tests it without a move.
//!                     let mut fits = false;
//!                     match output {
//!                         Some(job) if { fits = true; false } => unreachable!(),
//!                         _ => {}
//!                     }
//!                     if fits {
//!                         select.won(0);
//!                         return Ready(Winner::B0(output));
//!                     }
//!                 }
//!                 // The same with `b`, `()` and `Winner::B1`.
//!                 1 if select.runs(1) => { /* … */ }
//!                 _ => {}
//!             }
//!         }
//!         if select.is_waiting(&round) { Pending } else { Ready(Winner::Nobody) }
//!     })
//!     .await
//! };                                            // 7. All futures are dropped here.
//! // 8. The winner's handler runs: after the race, outside all our closures and loops.
//! match winner {
//!     Winner::B0(Some(job)) => handle(job),
//!     Winner::B1(()) => println!("quiet"),
//!     Winner::Nobody => println!("over"),
//!     _ => unreachable!(),
//! }
//! ```
//!
//! Because the handlers run last, outside the closure, they can `.await`, `break`, `return` and use
//! `?` like any other code in the surrounding function, and borrow what the futures had borrowed.
//!
//! As in [`join`](super::join), `a` and `b` are both called `future`, and hygiene keeps them apart.
//! The branches' numbers and variants come from a list of 64, which `__select!` consumes.
//!
//! Not here: the order of a round and the events ([`Select`](super::support::Select) and
//! [`Round`](super::support::Round)).
//!
//! tokio: the same grammar and order. Its procedural macro makes an enum for each call and removes
//! from the pattern whatever would move the output, and it pins the futures with `unsafe`.

/// Waits for the first of several futures, drops the others and runs the winner's handler.
///
/// ```text
/// select! {
///     <pattern> = <future> (, if <precondition>)? => <handler>,
///     ...
///     else => <expression>
/// }
/// ```
///
/// `select!` works only in async code and takes up to 64 branches:
///
/// 1. The preconditions are evaluated, in order. A branch whose precondition is false is disabled.
/// 2. The expressions to the right of `=` are evaluated, in order, **even in disabled branches**,
///    whose futures are never polled. Each can be anything that is
///    [`IntoFuture`](std::future::IntoFuture).
/// 3. The futures are polled concurrently on the current task.
/// 4. When one is ready, its output is matched against its pattern. If it matches, that branch has
///    won. If not, the branch is disabled and the others carry on.
/// 5. All futures are dropped. Then the winner's handler runs, and the handler's value becomes the
///    value of the whole expression. It may use `.await`, `?`, `break`, `continue` and `return`.
/// 6. If all branches are disabled, `else` runs instead.
///
/// # Panics
///
/// If all branches are disabled and there is no `else`.
///
/// # Fairness
///
/// Each round begins with a branch drawn at random (from the runtime's seed) and goes on from
/// there. With `biased;` in front, each round goes from top to bottom, which is less work and an
/// order that you can rely on. Then a branch that is always ready starves those below it, so put a
/// branch that must be heard, such as a shutdown signal, above it.
///
/// # Cancel safety
///
/// **The losers are dropped wherever they are waiting.** Anything that a losing future had half
/// done, such as bytes read into its own buffer, is lost unless the future's documentation calls it
/// cancel safe. To keep the future, pin it outside and lend it to `select!`, as in the second
/// example.
///
/// # Examples
///
/// Two ways to get data; the first one wins:
///
/// ```
/// use kettle::time::{Duration, sleep};
///
/// async fn network() -> &'static str {
///     sleep(Duration::from_millis(300)).await;
///     "data from the network"
/// }
///
/// async fn cache() -> &'static str {
///     sleep(Duration::from_millis(100)).await;
///     "data from the cache"
/// }
///
/// # #[kettle::main(start_paused = true)] async fn main() {
/// let data = kettle::select! {
///     data = network() => data,
///     data = cache() => data,
/// };
/// assert_eq!(data, "data from the cache");
/// # }
/// ```
///
/// One future outlives many rounds of a loop, because each `select!` only borrows it:
///
/// ```
/// use kettle::time::{Duration, interval, sleep};
///
/// # #[kettle::main(start_paused = true)] async fn main() {
/// let work = sleep(Duration::from_millis(350));
/// kettle::pin!(work);
/// let mut clock = interval(Duration::from_millis(100));
/// let mut ticks = 0;
/// loop {
///     kettle::select! {
///         () = &mut work => break,
///         _ = clock.tick() => ticks += 1,
///     }
/// }
/// assert_eq!(ticks, 4); // at 0, 100, 200 and 300 ms
/// # }
/// ```
///
/// A pattern that may not match, a precondition, and an `else` for when all branches are disabled:
///
/// ```
/// # #[kettle::main] async fn main() {
/// async fn next(queue: &mut Vec<u32>) -> Option<u32> {
///     queue.pop()
/// }
///
/// let mut left = vec![1, 2];
/// let mut right = vec![3];
/// let mut sum = 0;
/// loop {
///     kettle::select! {
///         Some(n) = next(&mut left) => sum += n,
///         Some(n) = next(&mut right), if sum < 100 => sum += n,
///         else => break,
///     }
/// }
/// assert_eq!(sum, 6);
/// # }
/// ```
#[macro_export]
macro_rules! select {
    () => { ::core::compile_error!("`select!` needs at least one branch") };
    (biased;) => { ::core::compile_error!("`select!` needs at least one branch") };
    (else => $else:expr $(,)?) => { $else };
    (biased; else => $else:expr $(,)?) => { $else };
    (biased; $($branches:tt)+) => { $crate::__select_list! { false $($branches)+ } };
    ($($branches:tt)+) => { $crate::__select_list! { true $($branches)+ } };
}

/// Puts the list of branch numbers and `Winner` variants in front.
#[doc(hidden)]
#[macro_export]
macro_rules! __select_list {
    ($fair:ident $($branches:tt)+) => {
        $crate::__select! { @$fair [
            (0 B0) (1 B1) (2 B2) (3 B3) (4 B4) (5 B5) (6 B6) (7 B7)
            (8 B8) (9 B9) (10 B10) (11 B11) (12 B12) (13 B13) (14 B14) (15 B15)
            (16 B16) (17 B17) (18 B18) (19 B19) (20 B20) (21 B21) (22 B22) (23 B23)
            (24 B24) (25 B25) (26 B26) (27 B27) (28 B28) (29 B29) (30 B30) (31 B31)
            (32 B32) (33 B33) (34 B34) (35 B35) (36 B36) (37 B37) (38 B38) (39 B39)
            (40 B40) (41 B41) (42 B42) (43 B43) (44 B44) (45 B45) (46 B46) (47 B47)
            (48 B48) (49 B49) (50 B50) (51 B51) (52 B52) (53 B53) (54 B54) (55 B55)
            (56 B56) (57 B57) (58 B58) (59 B59) (60 B60) (61 B61) (62 B62) (63 B63)
        ] {} {} $($branches)+ }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __select {
    // When no branch is left: the expansion, first with `else`, then without.
    (@$fair:ident $unused:tt {$($branches:tt)+} {$($last_first:ident)+}
        else => $else:expr $(,)?
    ) => {
        $crate::__select! { @$fair {$($branches)+} {$($last_first)+} $else }
    };
    (@$fair:ident $unused:tt {$($branches:tt)+} {$($last_first:ident)+}) => {
        $crate::__select! { @$fair {$($branches)+} {$($last_first)+}
            ::core::panic!("all branches are disabled and there is no else branch") }
    };
    (@$fair:ident
        {$( ($branch:literal $Variant:ident $blank:tt) $future:ident:
            $pattern:pat = $expression:expr $(, if $condition:expr)? => $handler:expr; )+}
        {$($last_first:ident)+}
        $else:expr
    ) => {{
        // 1. Ask the preconditions.
        #[allow(unused_mut)]
        let mut select = $crate::__private::Select::<
            { [$($branch),+].len() },
            { $fair },
        >::new();
        $($( if $condition {} else {
            select.disable($branch);
        } )?)+
        #[allow(unused_mut)]
        let mut winner: $crate::__private::Winner<$($blank),+> = {
            // 2. Make the futures. In a constructor, unlike in a call, temporaries live on.
            let futures = ($($crate::__private::Branch($expression),)+);
            // 3. Pin them. What is still a variable at the `.await` would take room in the task.
            let mut futures = ::core::pin::pin!({
                let ($($future,)+) = futures;
                let ($($future,)+) = ($($future.into_future(),)+);
                let futures = ();
                $( let futures = $crate::__private::Chain::new($last_first, futures); )+
                futures
            });
            // 4. A round.
            ::core::future::poll_fn(move |cx| {
                let futures = futures.as_mut();
                $( let (mut $future, futures) = futures.split(); )+
                let _ = futures;
                let mut round = ::core::task::ready!(select.start_round(cx));
                while let ::core::option::Option::Some(turn) = round.next_branch() {
                    match turn {
                        $(
                            // 5. Poll the branch.
                            $branch if select.runs($branch) => {
                                let poll = {
                                    let _branch = select.branch($branch);
                                    ::core::future::Future::poll($future.as_mut(), cx)
                                };
                                // With this `match` the output's type is known even if it is `!`.
                                #[allow(unused_mut)]
                                let mut output = match poll {
                                    ::core::task::Poll::Ready(output) => output,
                                    ::core::task::Poll::Pending => {
                                        round.pending();
                                        continue;
                                    }
                                };
                                // 6. Does the output fit?
                                #[allow(unreachable_code)]
                                select.ready($branch);
                                let mut fits = false;
                                #[allow(
                                    unused_variables,
                                    unused_mut,
                                    unreachable_code,
                                    unreachable_patterns
                                )]
                                match output {
                                    $pattern if { fits = true; false } => ::core::unreachable!(),
                                    _ => {}
                                }
                                if fits {
                                    select.won($branch);
                                    return ::core::task::Poll::Ready(
                                        $crate::__private::Winner::$Variant(output),
                                    );
                                }
                            }
                        )+
                        _ => {}
                    }
                }
                // No branch won this time.
                if select.is_waiting(&round) {
                    ::core::task::Poll::Pending
                } else {
                    ::core::task::Poll::Ready($crate::__private::Winner::Nobody)
                }
            })
            .await
            // 7. All futures are dropped.
        };
        // 8. Run the handler.
        match winner {
            $(
                #[allow(unreachable_patterns)]
                $crate::__private::Winner::$Variant($pattern) => $handler,
            )+
            $crate::__private::Winner::Nobody => $else,
            _ => ::core::unreachable!(),
        }
    }};

    // It is a mistake if another branch follows `else`.
    (@$fair:ident $list:tt $branches:tt $last_first:tt else => $($rest:tt)*) => {
        ::core::compile_error!("`else` must be the last branch of `select!`")
    };

    // One step for each branch. A handler that is a block needs no comma after it.
    (@$fair:ident [($branch:literal $Variant:ident) $($list:tt)*]
        {$($branches:tt)*} {$($last_first:ident)*}
        $pattern:pat = $expression:expr $(, if $condition:expr)? => $handler:block, $($rest:tt)*
    ) => {
        $crate::__select! { @$fair [$($list)*]
            {$($branches)* ($branch $Variant _) future:
                $pattern = $expression $(, if $condition)? => $handler;}
            {future $($last_first)*}
            $($rest)* }
    };
    (@$fair:ident [($branch:literal $Variant:ident) $($list:tt)*]
        {$($branches:tt)*} {$($last_first:ident)*}
        $pattern:pat = $expression:expr $(, if $condition:expr)? => $handler:block $($rest:tt)*
    ) => {
        $crate::__select! { @$fair [$($list)*]
            {$($branches)* ($branch $Variant _) future:
                $pattern = $expression $(, if $condition)? => $handler;}
            {future $($last_first)*}
            $($rest)* }
    };
    (@$fair:ident [($branch:literal $Variant:ident) $($list:tt)*]
        {$($branches:tt)*} {$($last_first:ident)*}
        $pattern:pat = $expression:expr $(, if $condition:expr)? => $handler:expr
        $(, $($rest:tt)*)?
    ) => {
        $crate::__select! { @$fair [$($list)*]
            {$($branches)* ($branch $Variant _) future:
                $pattern = $expression $(, if $condition)? => $handler;}
            {future $($last_first)*}
            $($($rest)*)? }
    };

    // More mistakes that deserve a sentence.
    (@$fair:ident [] $branches:tt $last_first:tt $($rest:tt)+) => {
        ::core::compile_error!("`select!` takes at most 64 branches")
    };
    (@$fair:ident $list:tt $branches:tt $last_first:tt $pattern:pat => $($rest:tt)*) => {
        ::core::compile_error!(::core::concat!(
            "a branch of `select!` is `pattern = future => handler`: there is no `=` in `",
            ::core::stringify!($pattern), " => ...`"
        ))
    };
}
