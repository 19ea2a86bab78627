//! Are the types and the futures of `time` and TCP what tokio's are to the compiler: `Send`, `Sync`,
//! `Unpin`, safe to carry through a caught panic?
//!
//! Everything here is decided when it is compiled; the functions are there to be named. The types of
//! `task`, `runtime`, `sync` and `io` are asked for beside their own tests. That no type lacks what tokio's has is also
//! seen by machine, in the records of both (`xtask/src/api`); the futures of functions are not in those.

use std::future::Ready;
use std::io;
use std::net::SocketAddr;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;

use crate::auto_traits;
use crate::auto_traits::{NN, YN, YY, any};
use kettle::io::Interest;
use kettle::net::tcp::{OwnedReadHalf, OwnedWriteHalf, ReadHalf, WriteHalf};
use kettle::net::{TcpListener, TcpSocket, TcpStream};
use kettle::time::error::{Elapsed, Error};
use kettle::time::{Instant, Interval, MissedTickBehavior, Sleep, Timeout};

fn unwind_safe<T: UnwindSafe + RefUnwindSafe>() {}

// ---- futures ------------------------------------------------------------------------------------

// As the future of an `async fn`, which tokio's is.
auto_traits!(fn kettle::task::yield_now() => Send & Sync & !Unpin);

auto_traits!(fn kettle::time::advance(any()) => Send & Sync & !Unpin);
auto_traits!(fn kettle::time::sleep(any()) => Send & Sync & !Unpin);
auto_traits!(fn kettle::time::sleep_until(any()) => Send & Sync & !Unpin);
auto_traits!(fn kettle::time::timeout(any(), any::<Ready<YY>>()) => Send & Sync & !Unpin);
auto_traits!(fn kettle::time::timeout(any(), any::<Ready<YN>>()) => Send & !Sync & !Unpin);
auto_traits!(fn kettle::time::timeout(any(), any::<Ready<NN>>()) => !Send & !Sync & !Unpin);
auto_traits!(fn kettle::time::timeout_at(any(), any::<Ready<YY>>()) => Send & Sync & !Unpin);
auto_traits!(fn Interval::tick(any()) => Send & Sync & !Unpin);

auto_traits!(fn kettle::net::lookup_host(any::<SocketAddr>()) => Send & Sync & !Unpin);
auto_traits!(fn TcpListener::bind(any::<SocketAddr>()) => Send & Sync & !Unpin);
auto_traits!(fn TcpListener::accept(any()) => Send & Sync & !Unpin);
auto_traits!(fn TcpSocket::connect(any(), any()) => Send & Sync & !Unpin);
auto_traits!(fn TcpStream::connect(any::<SocketAddr>()) => Send & Sync & !Unpin);
auto_traits!(fn TcpStream::ready(any(), any()) => Send & Sync & !Unpin);
auto_traits!(fn TcpStream::readable(any()) => Send & Sync & !Unpin);
auto_traits!(fn TcpStream::writable(any()) => Send & Sync & !Unpin);
auto_traits!(fn TcpStream::peek(any(), any()) => Send & Sync & !Unpin);
auto_traits!(fn TcpStream::async_io(any(), any::<Interest>(), any::<fn() -> io::Result<YY>>())
    => Send & Sync & !Unpin);
auto_traits!(fn ReadHalf::ready(any(), any()) => Send & Sync & !Unpin);
auto_traits!(fn ReadHalf::readable(any()) => Send & Sync & !Unpin);
auto_traits!(fn ReadHalf::peek(any(), any()) => Send & Sync & !Unpin);
auto_traits!(fn WriteHalf::ready(any(), any()) => Send & Sync & !Unpin);
auto_traits!(fn WriteHalf::writable(any()) => Send & Sync & !Unpin);
auto_traits!(fn OwnedReadHalf::ready(any(), any()) => Send & Sync & !Unpin);
auto_traits!(fn OwnedReadHalf::readable(any()) => Send & Sync & !Unpin);
auto_traits!(fn OwnedReadHalf::peek(any(), any()) => Send & Sync & !Unpin);
auto_traits!(fn OwnedWriteHalf::ready(any(), any()) => Send & Sync & !Unpin);
auto_traits!(fn OwnedWriteHalf::writable(any()) => Send & Sync & !Unpin);

// ---- types --------------------------------------------------------------------------------------

auto_traits!(Sleep: Send & Sync & !Unpin);
auto_traits!(Pin<Box<Sleep>>: Send & Sync & Unpin);
auto_traits!(Timeout<YY>: Send & Sync & !Unpin);
auto_traits!(Timeout<YN>: Send & !Sync & !Unpin);
auto_traits!(Timeout<NN>: !Send & !Sync & !Unpin);
auto_traits!(Interval: Send & Sync & Unpin);
auto_traits!(Instant: Send & Sync & Unpin);
auto_traits!(MissedTickBehavior: Send & Sync & Unpin);
auto_traits!(Elapsed: Send & Sync & Unpin);
auto_traits!(Error: Send & Sync & Unpin);
auto_traits!(TcpListener: Send & Sync & Unpin);
auto_traits!(TcpSocket: Send & Sync & Unpin);
auto_traits!(TcpStream: Send & Sync & Unpin);
auto_traits!(ReadHalf<'static>: Send & Sync & Unpin);
auto_traits!(WriteHalf<'static>: Send & Sync & Unpin);
auto_traits!(OwnedReadHalf: Send & Sync & Unpin);
auto_traits!(OwnedWriteHalf: Send & Sync & Unpin);
auto_traits!(kettle::net::tcp::ReuniteError: Send & Sync & Unpin);

#[test]
fn instants_and_errors_are_safe_to_carry_through_a_caught_panic() {
    unwind_safe::<Instant>();
    unwind_safe::<MissedTickBehavior>();
    unwind_safe::<Elapsed>();
    unwind_safe::<Error>();
}

#[test]
fn a_socket_is_safe_to_carry_through_a_caught_panic() {
    unwind_safe::<TcpListener>();
    unwind_safe::<TcpSocket>();
    unwind_safe::<TcpStream>();
    unwind_safe::<OwnedReadHalf>();
    unwind_safe::<OwnedWriteHalf>();
    unwind_safe::<ReadHalf<'static>>();
    unwind_safe::<WriteHalf<'static>>();
}

#[test]
fn a_standard_stream_is_safe_to_carry_through_a_caught_panic() {
    unwind_safe::<kettle::io::Stdin>();
    unwind_safe::<kettle::io::Stdout>();
    unwind_safe::<kettle::io::Stderr>();
}
