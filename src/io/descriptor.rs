//! How does a program get the descriptor of one of our sockets, pipes or files?
//!
//! It borrows the descriptor through the traits of `std::os`, for example to set an option that has
//! no method here. These traits forward to the `std`, `mio` or `socket2` type inside. The
//! descriptor is valid only during the borrow, but the program may duplicate it: what waits in a
//! selector is lent (`Evented::lend`), and our own methods use `get_ref`.
//!
//! Interface: the macro `impl_descriptor!`. Its first argument says whether it lends a `socket` or
//! a `handle` on Windows.

/// `impl_descriptor!(socket Type, self => the thing inside)`.
macro_rules! impl_descriptor {
    ($kind:ident $type:ty, $this:ident => $inner:expr) => {
        #[cfg(unix)]
        impl std::os::fd::AsFd for $type {
            fn as_fd(&$this) -> std::os::fd::BorrowedFd<'_> {
                $inner.as_fd()
            }
        }

        #[cfg(unix)]
        impl std::os::fd::AsRawFd for $type {
            fn as_raw_fd(&$this) -> std::os::fd::RawFd {
                $inner.as_raw_fd()
            }
        }

        $crate::io::impl_descriptor!(@$kind $type, $this => $inner);
    };
    (@socket $type:ty, $this:ident => $inner:expr) => {
        #[cfg(windows)]
        impl std::os::windows::io::AsSocket for $type {
            fn as_socket(&$this) -> std::os::windows::io::BorrowedSocket<'_> {
                $inner.as_socket()
            }
        }

        #[cfg(windows)]
        impl std::os::windows::io::AsRawSocket for $type {
            fn as_raw_socket(&$this) -> std::os::windows::io::RawSocket {
                $inner.as_raw_socket()
            }
        }
    };
    (@handle $type:ty, $this:ident => $inner:expr) => {
        #[cfg(windows)]
        impl std::os::windows::io::AsHandle for $type {
            fn as_handle(&$this) -> std::os::windows::io::BorrowedHandle<'_> {
                $inner.as_handle()
            }
        }

        #[cfg(windows)]
        impl std::os::windows::io::AsRawHandle for $type {
            fn as_raw_handle(&$this) -> std::os::windows::io::RawHandle {
                $inner.as_raw_handle()
            }
        }
    };
}

pub(crate) use impl_descriptor;
