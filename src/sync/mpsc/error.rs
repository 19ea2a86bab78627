//! How can a channel's operations fail, and what do the errors carry?
//!
//! Every error from sending carries the value that wasn't sent.

use std::error::Error;
use std::fmt;

/// The error from sending into a closed channel, with the value.
#[derive(PartialEq, Eq, Clone, Copy)]
pub struct SendError<T>(pub T);

impl<T> fmt::Debug for SendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendError").finish_non_exhaustive()
    }
}

impl<T> fmt::Display for SendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("channel closed")
    }
}

impl<T> Error for SendError<T> {}

/// An error with the value that wasn't sent, and the texts of its kinds.
macro_rules! unsent {
    ($(#[$about:meta])* $error:ident { $($(#[$why:meta])* $kind:ident => $text:literal,)+ }) => {
        $(#[$about])*
        #[derive(PartialEq, Eq, Clone, Copy)]
        pub enum $error<T> {
            $($(#[$why])* $kind(T),)+
        }

        impl<T> $error<T> {
            /// The value that was to be sent.
            pub fn into_inner(self) -> T {
                match self {
                    $($error::$kind(value))|+ => value,
                }
            }
        }

        impl<T> fmt::Debug for $error<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(match self {
                    $($error::$kind(_) => concat!(stringify!($kind), "(..)"),)+
                })
            }
        }

        impl<T> fmt::Display for $error<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self {
                    $($error::$kind(_) => $text,)+
                })
            }
        }

        impl<T> Error for $error<T> {}
    };
}

unsent! {
    /// The error from sending without waiting, with the value.
    TrySendError {
        /// There is no room now, or what there is belongs to waiting senders.
        Full => "no available capacity",
        /// The receiver closed the channel or was dropped.
        Closed => "channel closed",
    }
}

impl<T> From<SendError<T>> for TrySendError<T> {
    fn from(error: SendError<T>) -> TrySendError<T> {
        TrySendError::Closed(error.0)
    }
}

/// The error from `try_recv`.
#[derive(PartialEq, Eq, Clone, Copy, Debug)]
pub enum TryRecvError {
    /// There is no value now, but one may still come.
    Empty,
    /// There is no value, and none will come.
    Disconnected,
}

impl fmt::Display for TryRecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            TryRecvError::Empty => "receiving on an empty channel",
            TryRecvError::Disconnected => "receiving on a closed channel",
        })
    }
}

impl Error for TryRecvError {}

unsent! {
    /// The error from `send_timeout`, with the value.
    SendTimeoutError {
        /// There was no room before the time was up.
        Timeout => "timed out waiting on send operation",
        /// The receiver closed the channel or was dropped.
        Closed => "channel closed",
    }
}
