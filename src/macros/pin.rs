//! How does a local variable become a pinned future?
//!
//! `pin!(future)` moves it into a place without a name and gives its old name to a pinned
//! reference. You can't move what you can't name, so the future stays where it is.
//!
//! ```text
//! pin!(future);      becomes      let mut future = std::pin::pin!(future);
//! ```
//!
//! tokio: the same two forms, with `unsafe` because they are older than [`std::pin::pin!`].

/// Pins a future in place and shadows its name with the pinned reference.
///
/// A future that isn't `Unpin` must be pinned before a *reference* to it can be awaited, for
/// example in a loop around [`select!`](crate::select).
///
/// - `pin!(a, b)` pins values that already have names.
/// - `pin! { let a = x(); let b = y(); }` names and pins values in one go.
///
/// # Examples
///
/// ```
/// async fn answer() -> u32 {
///     42
/// }
///
/// # #[kettle::main] async fn main() {
/// let first = answer();
/// kettle::pin!(first);
/// assert_eq!((&mut first).await, 42);
///
/// kettle::pin! {
///     let second = answer();
///     let third = answer();
/// }
/// assert_eq!(kettle::join!(second, third), (42, 42));
/// # }
/// ```
#[macro_export]
macro_rules! pin {
    ($($name:ident),* $(,)?) => { $(
        #[allow(unused_mut)]
        let mut $name = ::core::pin::pin!($name);
    )* };
    ($( let $name:ident = $value:expr; )*) => { $(
        let $name = $value;
        $crate::pin!($name);
    )* };
    ($($other:tt)*) => {
        ::core::compile_error!(
            "`pin!` takes names of variables, or `let name = value;`; `std::pin::pin!` takes a value"
        )
    };
}
