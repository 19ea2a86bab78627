//! A download is slowed down to 2 kB in 50 ms, by a wrapper around its source.
//!
//! Right: `poll_read` returns `Pending` without asking the source. But it has polled a `Sleep` of its own with the same
//! context before, so that it is asked again.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use kettle::io::{self, AsyncRead, AsyncReadExt, AsyncWriteExt, DuplexStream, ReadBuf};
use kettle::time::{Instant, Sleep, sleep};

const TURN: Duration = Duration::from_millis(50);

struct Metered {
    source: DuplexStream,
    turn: Pin<Box<Sleep>>,
    used: usize,
}

impl AsyncRead for Metered {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.used >= 2000 {
            ready!(self.turn.as_mut().poll(context));
            self.turn.as_mut().reset(Instant::now() + TURN);
            self.used = 0;
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
        let mut source = Metered { source, turn: Box::pin(sleep(TURN)), used: 0 };
        source.read_to_end(&mut file).await.map(|_| file.len())
    });
    for piece in 0..100_u8 {
        server.write_all(&[piece; 400]).await?;
    }
    drop(server);
    assert_eq!(download.await??, 40_000);
    Ok(())
}
