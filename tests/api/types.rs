//! Are the futures of `time` and TCP what tokio's are to the compiler: `Send`, `Sync`, `Unpin`?
//!
//! Everything here is decided when it is compiled. The futures of `sync` and `io` are asked for beside their own tests.
//! tokio's own tests ask the same of the types (`cargo xtask full published`).

use std::future::Ready;
use std::io;
use std::net::SocketAddr;

use crate::auto_traits;
use crate::auto_traits::{NN, YN, YY, any};
use kettle::io::Interest;
use kettle::net::tcp::{OwnedReadHalf, OwnedWriteHalf, ReadHalf, WriteHalf};
use kettle::net::{TcpListener, TcpSocket, TcpStream};
use kettle::time::Interval;

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
