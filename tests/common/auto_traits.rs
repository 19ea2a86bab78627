//! Asserts, when it is compiled, which auto traits a future has, in the notation of tokio's own
//! list (`tests/async_send_sync.rs`): `auto_traits!(fn Sender::<NN>::closed(any()) => !Send & !Sync
//! & !Unpin)`.
//!
//! A type that must *not* have a trait is given a method twice: once for all types, once for those
//! that have the trait. Only without the trait is the call not ambiguous.

#![allow(dead_code, unreachable_pub)] // each test file uses its part

use std::cell::Cell;
use std::rc::Rc;

/// `Send` and `Sync`.
pub struct YY;
/// `Send`, not `Sync`.
pub struct YN(Cell<u8>);
/// Neither.
pub struct NN(Rc<u8>);

pub struct Has;

pub trait UnlessSend<A> {
    fn unless_send(&self) {}
}
impl<T: ?Sized> UnlessSend<()> for T {}
impl<T: ?Sized + Send> UnlessSend<Has> for T {}

pub trait UnlessSync<A> {
    fn unless_sync(&self) {}
}
impl<T: ?Sized> UnlessSync<()> for T {}
impl<T: ?Sized + Sync> UnlessSync<Has> for T {}

pub trait UnlessUnpin<A> {
    fn unless_unpin(&self) {}
}
impl<T: ?Sized> UnlessUnpin<()> for T {}
impl<T: ?Sized + Unpin> UnlessUnpin<Has> for T {}

pub fn is_send<T: ?Sized + Send>(_: &T) {}
pub fn is_sync<T: ?Sized + Sync>(_: &T) {}
pub fn is_unpin<T: ?Sized + Unpin>(_: &T) {}

/// For what a call returns.
#[macro_export]
macro_rules! auto_traits {
    (fn $call:expr => $($traits:tt)*) => {
        #[allow(unreachable_code, unused_variables, clippy::diverging_sub_expression)]
        const _: fn() = || {
            let value = $call;
            $crate::auto_traits!(@ value $($traits)*);
        };
    };
    (@ $v:ident Send & $($rest:tt)*) => {
        $crate::auto_traits::is_send(&$v);
        $crate::auto_traits!(@@ $v $($rest)*);
    };
    (@ $v:ident !Send & $($rest:tt)*) => {
        $crate::auto_traits::UnlessSend::unless_send(&$v);
        $crate::auto_traits!(@@ $v $($rest)*);
    };
    (@@ $v:ident Sync & $($rest:tt)*) => {
        $crate::auto_traits::is_sync(&$v);
        $crate::auto_traits!(@@@ $v $($rest)*);
    };
    (@@ $v:ident !Sync & $($rest:tt)*) => {
        $crate::auto_traits::UnlessSync::unless_sync(&$v);
        $crate::auto_traits!(@@@ $v $($rest)*);
    };
    (@@@ $v:ident Unpin) => { $crate::auto_traits::is_unpin(&$v); };
    (@@@ $v:ident !Unpin) => { $crate::auto_traits::UnlessUnpin::unless_unpin(&$v); };
}

/// A value of any type, for a call that is only compiled.
pub fn any<T>() -> T {
    unreachable!("only compiled")
}
