//! How does one task wait for several futures, but not past the first failure?
//!
//! As [`join!`](crate::join) does (read that file first), with one question more: each time that
//! a branch was polled, has it failed? Then its error is the result, at once. The other futures are
//! dropped where they are.
//!
//! tokio: the same.

/// Waits until all of the futures are `Ok`, or one is `Err`.
///
/// Gives `Ok` with a tuple of the values, or the first error. Then the other branches are dropped,
/// finished or not. All branches have the same error type.
///
/// Otherwise it is [`join!`](crate::join): concurrent, on the current task, in place, with
/// `biased;` in front if the order of polling matters.
///
/// # Cancel safety
///
/// The futures that had not finished when one failed are dropped wherever they were waiting. What
/// had been read or received by them so far is lost.
///
/// tokio: `tokio::try_join!`.
///
/// # Examples
///
/// ```
/// use kettle::time::{Duration, sleep};
///
/// async fn port() -> Result<u16, String> {
///     Ok(8080)
/// }
///
/// async fn host() -> Result<String, String> {
///     Err("no such host".to_owned())
/// }
///
/// async fn slow() -> Result<(), String> {
///     sleep(Duration::from_secs(3600)).await;
///     Ok(())
/// }
///
/// # #[kettle::main]
/// # async fn main() {
/// // Does not wait for `slow`.
/// let result = kettle::try_join!(port(), slow(), host());
/// assert_eq!(result, Err("no such host".to_owned()));
///
/// assert_eq!(kettle::try_join!(port(), port()), Ok((8080, 8080)));
/// # }
/// ```
#[macro_export]
macro_rules! try_join {
    ($(biased;)?) => { async { ::core::result::Result::Ok(()) }.await };
    (biased; $($future:expr),+ $(,)?) => { $crate::__try_join!(@false (0) [] {} {} $($future,)+) };
    ($($future:expr),+ $(,)?) => { $crate::__try_join!(@true (0) [] {} {} $($future,)+) };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __try_join {
    // One step for each expression: see `__join!`.
    (@$fair:ident ($($index:tt)+) [$($path:tt)*] {$($branches:tt)*} {$($last_first:tt)*}
        $expression:expr, $($rest:tt)*
    ) => {
        $crate::__try_join!(@$fair ($($index)+ + 1) [$($path)* .rest()]
            {$($branches)* ($($index)+) [$($path)*] future = $expression;}
            {future $($last_first)*}
            $($rest)*)
    };

    // No expression is left: the expansion.
    (@$fair:ident ($($count:tt)+) $unused:tt
        {$( ($($index:tt)+) [$($path:tt)*] $future:ident = $expression:expr; )+}
        {$($last_first:ident)+}
    ) => {{
        // 1. Make the futures.
        let ($($future,)+) = ($($crate::__private::maybe_done($expression),)+);
        // 2. Pin them.
        let futures = ();
        $( let futures = $crate::__private::Chain::new($last_first, futures); )+
        let mut futures = ::core::pin::pin!(futures);
        let mut rotation = $crate::__private::Rotation::<{ $($count)+ }, { $fair }>::new();
        ::core::future::poll_fn(move |cx| {
            // 3. Poll each one once, but stop at an error.
            let mut all_done = true;
            for lap in rotation.laps() {
                $( if lap.contains(&($($index)+)) {
                    all_done &= $crate::__private::MaybeDone::poll_done(futures.as_mut()$($path)*.first(), cx);
                    if $crate::__private::MaybeDone::has_failed(futures.as_mut()$($path)*.first()) {
                        return ::core::task::Poll::Ready(
                            $crate::__private::MaybeDone::take_err(futures.as_mut()$($path)*.first()),
                        );
                    }
                } )+
            }
            // 4. Hand out the values.
            if all_done {
                ::core::task::Poll::Ready(::core::result::Result::Ok(
                    ($($crate::__private::MaybeDone::take_ok(futures.as_mut()$($path)*.first()),)+),
                ))
            } else {
                ::core::task::Poll::Pending
            }
        })
        .await
    }};
}
