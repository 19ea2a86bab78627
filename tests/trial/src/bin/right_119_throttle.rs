//! A download is throttled by a reader of our own around another one: so many bytes, then a pause.
//!
//! Right: when the allowance is used up, the reader polls a `Sleep` of its own before it returns `Pending`. The server waits
//! for room most of the time.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use kettle::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, ReadBuf, duplex};
use kettle::time::{Instant, Sleep, sleep};

const BYTES: usize = 1024;
const PAUSE: Duration = Duration::from_millis(70);

struct Throttled<R> {
    inner: R,
    left: usize,
    pause: Pin<Box<Sleep>>,
}

impl<R> Throttled<R> {
    fn new(inner: R) -> Throttled<R> {
        Throttled { inner, left: BYTES, pause: Box::pin(sleep(PAUSE)) }
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for Throttled<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        if self.left == 0 {
            ready!(self.pause.as_mut().poll(cx));
            self.left = BYTES;
            self.pause.as_mut().reset(Instant::now() + PAUSE);
        }
        let mut some = [0; 256];
        let room = self.left.min(bytes.remaining()).min(some.len());
        let mut part = ReadBuf::new(&mut some[..room]);
        ready!(Pin::new(&mut self.inner).poll_read(cx, &mut part))?;
        self.left -= part.filled().len();
        bytes.put_slice(part.filled());
        Poll::Ready(Ok(()))
    }
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let (client, mut server) = duplex(512);
    kettle::spawn(async move {
        let page = "tea ".repeat(8000);
        let _ = server.write_all(page.as_bytes()).await;
    });
    let download = kettle::spawn(async move {
        let mut page = String::new();
        Throttled::new(client).read_to_string(&mut page).await.map(|_| page)
    });
    println!("{} bytes", download.await??.len());
    Ok(())
}
