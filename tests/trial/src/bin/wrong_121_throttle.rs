//! A download is throttled by a reader of our own around another one: so many bytes, then a pause.
//!
//! Wrong: when the allowance is used up, `poll_read` returns `Pending` and leaves it to time to pass. No timer is set, and
//! the reader within wasn't asked, so nothing has the waker.
//!
//! Expected: `lost_wakeup` of the download: the waker is stored nowhere. The cure: keep a `Sleep` in the reader and poll it
//! before `Pending` is returned.
//!
//! doctor: `lost_wakeup`
//! ends: killed

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use kettle::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, ReadBuf, duplex};
use kettle::time::Instant;

const BYTES: usize = 4096;
const PAUSE: Duration = Duration::from_millis(50);

struct Throttled<R> {
    inner: R,
    left: usize,
    until: Instant,
}

impl<R> Throttled<R> {
    fn new(inner: R) -> Throttled<R> {
        Throttled { inner, left: BYTES, until: Instant::now() + PAUSE }
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for Throttled<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        if self.until <= Instant::now() {
            self.left = BYTES;
            self.until = Instant::now() + PAUSE;
        }
        if self.left == 0 {
            return Poll::Pending;
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
    let (client, mut server) = duplex(1024);
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
