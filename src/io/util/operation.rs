//! What is the future that a method of a reader or writer makes?
//!
//! What the method was given, kept until it is polled. It is not `Unpin`, as tokio's is not: a
//! program that pins it here can be moved there.
//!
//! Not here: those that begin with more than they were given (`read_line.rs` and its like).

/// `operation! { AsyncReadExt::read => Read<['a, R: ?Sized], ['a, R]> { fields } }`: the struct,
/// and `new` of its fields.
macro_rules! operation {
    ($ext:ident::$method:ident =>
     $name:ident<[$($generics:tt)*], [$($arguments:tt)*]> {
         $($field:ident: $type:ty),* $(,)?
     }) => {
        pin_project_lite::pin_project! {
            #[doc = concat!("Made by [`", stringify!($ext), "::", stringify!($method), "`](crate::io::",
                stringify!($ext), "::", stringify!($method), ").")]
            #[derive(Debug)]
            #[must_use = "futures do nothing unless you `.await` or poll them"]
            pub struct $name<$($generics)*> {
                $($field: $type,)*
                #[pin]
                _pin: std::marker::PhantomPinned,
            }
        }

        impl<$($generics)*> $name<$($arguments)*> {
            pub(super) fn new($($field: $type),*) -> Self {
                $name { $($field,)* _pin: std::marker::PhantomPinned }
            }
        }
    };
}

pub(super) use operation;
