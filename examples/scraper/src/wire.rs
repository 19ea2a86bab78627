//! How does hyper read and write a stream of kettle's?
//!
//! hyper knows no runtime. It asks for these two traits, and any executor may poll its futures.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use hyper::rt::{Read, ReadBufCursor, Write};
use kettle::io::{AsyncRead, AsyncWrite, ReadBuf};
use kettle::net::TcpStream;

pub(crate) struct Wire(pub(crate) TcpStream);

impl Read for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        mut room: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        // hyper's buffer is not initialised, and reading right into it would need `unsafe`. So the
        // bytes are copied once. This array is on the stack for one poll: no request carries it.
        let mut bytes = [0; 8 * 1024];
        let most = room.remaining().min(bytes.len());
        let mut read = ReadBuf::new(&mut bytes[..most]);
        ready!(Pin::new(&mut self.0).poll_read(cx, &mut read))?;
        room.put_slice(read.filled());
        Poll::Ready(Ok(()))
    }
}

impl Write for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}
