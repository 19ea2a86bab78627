//! How does one task wait for several futures, but not past the first failure?
//!
//! As [`join!`](crate::join) does, by the same macro (read that file first), with one question
//! more: each time that a branch was polled, has it failed? Then its error is the result, at once.
//! The other futures are dropped where they are.
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
    (biased; $($future:expr),+ $(,)?) => {
        $crate::__join!(
            @[TryJoin false poll_ok take_ok ::core::result::Result::Ok] (0) [] {} {} $($future,)+
        )
    };
    ($($future:expr),+ $(,)?) => {
        $crate::__join!(
            @[TryJoin true poll_ok take_ok ::core::result::Result::Ok] (0) [] {} {} $($future,)+
        )
    };
}
