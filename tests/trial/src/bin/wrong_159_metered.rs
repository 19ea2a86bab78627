//! A download is slowed down to 2 kB in 50 ms, by a wrapper around its source.
//!
//! Wrong: when the allowance is used up, `poll_read` returns `Pending` and has stored the waker nowhere: it sets no timer, and
//! has not asked the source, either.
//!
//! Expected: `lost_wakeup` of the download. The cure: a `Sleep` in `Metered` until the next 50 ms begin, which is polled with
//! `context` before `Pending` is returned.
//!
//! doctor: `lost_wakeup`
//! ends: killed

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use kettle::io::{self, AsyncRead, AsyncReadExt, AsyncWriteExt, DuplexStream, ReadBuf};

struct Metered {
    source: DuplexStream,
    since: Instant,
    used: usize,
}

impl AsyncRead for Metered {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.since.elapsed() > Duration::from_millis(50) {
            self.since = Instant::now();
            self.used = 0;
        }
        if self.used >= 2000 {
            return Poll::Pending;
        }
        let before = into.filled().len();
        let read = Pin::new(&mut self.source).poll_read(context, into);
        self.used += into.filled().len() - before;
        read
    }
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let (mut server, source) = io::duplex(512);
    let download = kettle::spawn(async move {
        let mut file = Vec::new();
        let mut source = Metered { source, since: Instant::now(), used: 0 };
        source.read_to_end(&mut file).await.map(|_| file.len())
    });
    for piece in 0..80_u8 {
        server.write_all(&[piece; 400]).await?;
    }
    drop(server);
    println!("{} bytes", download.await??);
    Ok(())
}
