//! How does a test replace a socket with memory?
//!
//! With two pipes, one for each direction. Dropping a stream closes both, so that its peer reads
//! the end of file and can't write any more, as with a socket.
//!
//! Not here: the queue of bytes and its wakers (`pipe.rs`).
//!
//! tokio: `io/util/mem.rs`.

use std::sync::Arc;

use kettle_runtime::event::in_a_drop;

use super::pipe::{End, Pipe, stream_over_pipes};

/// Makes two streams in memory that are connected to each other. Each direction holds at most
/// `max_buf_size` bytes; writing more waits until some are read.
///
/// # Panics
///
/// If `max_buf_size` is 0.
///
/// ```
/// use kettle::io::{self, AsyncReadExt, AsyncWriteExt};
///
/// # #[kettle::main] async fn main() -> io::Result<()> {
/// let (mut client, mut server) = io::duplex(64);
/// client.write_all(b"ping").await?;
/// let mut word = [0; 4];
/// server.read_exact(&mut word).await?;
/// assert_eq!(&word, b"ping");
///
/// drop(client);
/// assert_eq!(server.read(&mut word).await?, 0); // the end
/// let error = server.write(b"pong").await.unwrap_err();
/// assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
/// # Ok(()) }
/// ```
#[track_caller]
pub fn duplex(max_buf_size: usize) -> (DuplexStream, DuplexStream) {
    let a_to_b = Arc::new(Pipe::new(max_buf_size));
    let b_to_a = Arc::new(Pipe::new(max_buf_size));
    (
        DuplexStream { read: b_to_a.clone(), write: a_to_b.clone() },
        DuplexStream { read: a_to_b, write: b_to_a },
    )
}

/// One end of a connection in memory, made by [`duplex`].
///
/// After its peer was dropped or shut down, the bytes that the peer had written can still be read,
/// followed by the end of file. Writing fails with [`BrokenPipe`](std::io::ErrorKind::BrokenPipe)
/// after its peer was dropped, and after its own [`shutdown`](crate::io::AsyncWriteExt::shutdown).
#[derive(Debug)]
pub struct DuplexStream {
    read: Arc<Pipe>,
    write: Arc<Pipe>,
}

stream_over_pipes!(DuplexStream: reads read, writes write);

impl Drop for DuplexStream {
    fn drop(&mut self) {
        let _line = in_a_drop();
        self.write.close(End::Writer);
        self.read.close(End::Reader);
    }
}
