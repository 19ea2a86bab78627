//! How is the future of a reader's or writer's method defined?
//!
//! As a struct that keeps the method's arguments until it is polled. Like tokio's it isn't `Unpin`,
//! so a program that has to pin tokio's has to pin ours, too.
//!
//! Not here: futures that start with more than the arguments, such as `read_line.rs`.

/// `operation! { AsyncReadExt::read => Read<['a, R: ?Sized], ['a, R]> { fields } }`: makes the
/// struct, and a `new` with its fields.
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
