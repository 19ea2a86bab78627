//! Which things of kettle can be wrapped as a stream?
//!
//! | wrapper | of | ends |
//! |---|---|---|
//! | [`ReceiverStream`], [`UnboundedReceiverStream`] | an `mpsc` receiver | with the channel |
//! | [`BroadcastStream`] | a `broadcast` receiver | with the channel |
//! | [`WatchStream`] | a `watch` receiver | with the senders |
//! | [`IntervalStream`] | an interval | never |
//! | [`TcpListenerStream`], [`UnixListenerStream`] | a listener | never |
//! | [`JoinSetStream`] | a set of tasks | when the set is empty |
//! | [`ReadDirStream`] | a folder | with its entries |
//! | [`SignalStream`] | a signal | never |
//! | [`LinesStream`], [`SplitStream`] | a buffered reader | with its bytes |
//!
//! Each polls what it wraps. All but [`BroadcastStream`] and [`WatchStream`] give it back by
//! `into_inner` and lend it by `as_ref` and `as_mut`. A task that polls one spends budget as if it
//! polled what is inside.
//!
//! tokio: `tokio_stream::wrappers`.

#[cfg(feature = "sync")]
mod broadcast;
#[cfg(feature = "time")]
mod interval;
#[cfg(feature = "rt")]
mod join_set;
#[cfg(feature = "io-util")]
mod lines;
#[cfg(feature = "sync")]
mod mpsc;
#[cfg(feature = "fs")]
mod read_dir;
#[cfg(all(unix, feature = "signal"))]
mod signal_unix;
#[cfg(feature = "io-util")]
mod split;
#[cfg(feature = "net")]
mod tcp_listener;
#[cfg(all(unix, feature = "net"))]
mod unix_listener;
#[cfg(feature = "sync")]
mod watch;

#[cfg(feature = "sync")]
pub use broadcast::BroadcastStream;
#[cfg(feature = "time")]
pub use interval::IntervalStream;
#[cfg(feature = "rt")]
pub use join_set::JoinSetStream;
#[cfg(feature = "io-util")]
pub use lines::LinesStream;
#[cfg(feature = "sync")]
pub use mpsc::{ReceiverStream, UnboundedReceiverStream};
#[cfg(feature = "fs")]
pub use read_dir::ReadDirStream;
#[cfg(all(unix, feature = "signal"))]
pub use signal_unix::SignalStream;
#[cfg(feature = "io-util")]
pub use split::SplitStream;
#[cfg(feature = "net")]
pub use tcp_listener::TcpListenerStream;
#[cfg(all(unix, feature = "net"))]
pub use unix_listener::UnixListenerStream;
#[cfg(feature = "sync")]
pub use watch::WatchStream;

/// What can go wrong with a stream of received values?
pub mod errors {
    #[cfg(feature = "sync")]
    pub use super::broadcast::BroadcastStreamRecvError;
}
