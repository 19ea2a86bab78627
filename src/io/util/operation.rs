//! How is the future of a reader's or writer's method defined?
//!
//! As a struct that keeps the method's arguments, and between two polls its progress. Like tokio's
//! it isn't `Unpin`, so a program that has to pin tokio's has to pin ours, too.

/// Makes the struct, a `new` with its fields, and the `Future`, whose `poll` is the block at the
/// end. After a semicolon come fields with a value to start with, which aren't arguments of `new`.
///
/// ```text
/// operation! {
///     AsyncReadExt::read_until => ReadUntil<['a, R: ?Sized], ['a, R]> { reader: …; read: … = 0 }
///     where [R: AsyncBufRead + Unpin]
///     polled |fields, cx| -> io::Result<usize> { … }
/// }
/// ```
macro_rules! operation {
    ($ext:ident::$method:ident =>
     $name:ident<[$($generics:tt)*], [$($arguments:tt)*]> {
         $($(#[$pin:ident])? $field:ident: $type:ty),*
         $(; $($state:ident: $state_type:ty = $start:expr),*)? $(,)?
     }
     where [$($bounds:tt)*]
     polled |$fields:ident, $cx:ident| -> $output:ty $poll:block
    ) => {
        pin_project_lite::pin_project! {
            #[doc = concat!("Made by [`", stringify!($ext), "::", stringify!($method), "`](crate::io::",
                stringify!($ext), "::", stringify!($method), ").")]
            #[derive(Debug)]
            #[must_use = "futures do nothing unless you `.await` or poll them"]
            pub struct $name<$($generics)*> {
                $($(#[$pin])? $field: $type,)*
                $($($state: $state_type,)*)?
                #[pin]
                _pin: std::marker::PhantomPinned,
            }
        }

        impl<$($generics)*> $name<$($arguments)*> {
            pub(super) fn new($($field: $type),*) -> Self {
                $($(let $state = $start;)*)?
                $name { $($field,)* $($($state,)*)? _pin: std::marker::PhantomPinned }
            }
        }

        impl<$($generics)*> Future for $name<$($arguments)*>
        where
            $($bounds)*
        {
            type Output = $output;

            #[inline]
            #[track_caller]
            fn poll(
                self: std::pin::Pin<&mut Self>,
                $cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<$output> {
                let _line = kettle_runtime::event::awaited(None);
                let $fields = self.project();
                $poll
            }
        }
    };
}

pub(super) use operation;
