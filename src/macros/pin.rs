//! How does a future stay in one place while it is polled?
//!
//! `pin!(future)` moves it into a variable that can't be named any more, and gives the old name to
//! a pinned reference to it: what can't be named can't be moved.
//!
//! ```text
//! pin!(future);      becomes      let mut future = std::pin::pin!(future);
//! ```
//!
//! tokio: the same two forms; before [`std::pin::pin!`] this took `unsafe`.

/// Pins a future to the place where it is, and shadows its name by the pinned reference.
///
/// A future that is not `Unpin` has to be pinned before a *reference* to it can be awaited: in
/// a loop around [`select!`](crate::select), for one.
///
/// - `pin!(a, b)` pins values that already have names.
/// - `pin! { let a = x(); let b = y(); }` names and pins them at once.
///
/// # Examples
///
/// ```
/// async fn answer() -> u32 {
///     42
/// }
///
/// # #[kettle::main]
/// # async fn main() {
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
