//! How does one task wait for several futures, but only until one fails?
//!
//! It uses the same macro as [`join!`](crate::join), whose file explains it, but after polling a
//! branch it also checks whether the branch has failed. If so, `try_join!` returns that error at
//! once, and the other futures are dropped wherever they happen to be waiting.
//!
//! tokio: the same.

/// Waits until all of the futures are `Ok`, or one is `Err`.
///
/// Returns `Ok` with a tuple of the values or, after dropping the other branches, finished or not,
/// the first error. All branches must have the same error type.
///
/// Otherwise it works like [`join!`](crate::join): concurrently, on the current task, in place, and
/// with `biased;` in front if the order of polling matters.
///
/// # Cancel safety
///
/// When one future fails, the unfinished ones are dropped wherever they were waiting, and anything
/// that they had read or received so far is lost.
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
/// # #[kettle::main] async fn main() {
/// // Doesn't wait for `slow`.
/// let result = kettle::try_join!(port(), slow(), host());
/// assert_eq!(result, Err("no such host".to_owned()));
///
/// assert_eq!(kettle::try_join!(port(), port()), Ok((8080, 8080)));
/// # }
/// ```
#[macro_export]
macro_rules! try_join {
    ($(biased;)?) => { async { ::core::result::Result::Ok(()) }.await };
    (biased; $($future:expr),+ $(,)?) => {
        $crate::__join!(
            @[TryJoin false poll_ok take_ok ::core::result::Result::Ok] (0) {} {} $($future,)+
        )
    };
    ($($future:expr),+ $(,)?) => {
        $crate::__join!(
            @[TryJoin true poll_ok take_ok ::core::result::Result::Ok] (0) {} {} $($future,)+
        )
    };
}
