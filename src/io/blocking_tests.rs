//! Do the standard streams keep all bytes, and in order? The tests use a stream of their own,
//! because a process has only one standard input.

use std::future::poll_fn;
use std::io::ErrorKind;
use std::sync::mpsc;

use parking_lot::Mutex;

use super::*;
use crate::runtime::Builder;
use crate::task::yield_now;

/// A stream whose reads receive from a channel, and whose writes send into one.
struct Stream(Mutex<mpsc::Receiver<io::Result<Vec<u8>>>>, Mutex<mpsc::Sender<Vec<u8>>>);

type Stdin = mpsc::Sender<io::Result<Vec<u8>>>;

impl Read for &Stream {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let bytes = self.0.lock().recv().unwrap_or(Ok(Vec::new()))?;
        buf[..bytes.len()].copy_from_slice(&bytes);
        Ok(bytes.len())
    }
}

impl Write for &Stream {
    /// Sends the bytes to the test, and returns the test's answer.
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.1.lock().send(buf.to_vec()).unwrap();
        self.0.lock().recv().unwrap().map(|bytes| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.1.lock().send(b"flush".to_vec()).unwrap();
        self.0.lock().recv().unwrap().map(drop)
    }
}

fn stream() -> (Blocking<Stream>, Stdin, mpsc::Receiver<Vec<u8>>) {
    let (input, comes) = mpsc::channel();
    let (goes, output) = mpsc::channel();
    (Blocking::new(Stream(Mutex::new(comes), Mutex::new(goes))), input, output)
}

fn block_on<F: Future>(future: F) -> F::Output {
    Builder::new_current_thread().build().unwrap().block_on(future)
}

async fn read(stream: &mut Blocking<Stream>, room: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; room];
    let mut buf = ReadBuf::new(&mut bytes);
    poll_fn(|cx| Pin::new(&mut *stream).poll_read(cx, &mut buf)).await?;
    Ok(buf.filled().to_vec())
}

async fn write(stream: &mut Blocking<Stream>, bytes: &[u8]) -> io::Result<usize> {
    poll_fn(|cx| Pin::new(&mut *stream).poll_write(cx, bytes)).await
}

async fn flush(stream: &mut Blocking<Stream>) -> io::Result<()> {
    poll_fn(|cx| Pin::new(&mut *stream).poll_flush(cx)).await
}

fn error(kind: ErrorKind) -> io::Result<Vec<u8>> {
    Err(kind.into())
}

/// Polls the future once and drops it.
async fn cancel(future: impl Future) {
    crate::select! { biased; _ = future => panic!("it must wait"), () = yield_now() => {} }
}

#[test]
fn a_read_that_is_cancelled_loses_nothing() {
    let (mut stream, input, _output) = stream();
    block_on(async {
        cancel(read(&mut stream, 9)).await;
        input.send(Ok(b"green tea".to_vec())).unwrap();
        assert_eq!(read(&mut stream, 5).await.unwrap(), b"green", "with less room than before");
        assert_eq!(read(&mut stream, 9).await.unwrap(), b" tea", "without another job");
        input.send(Ok(Vec::new())).unwrap();
        assert_eq!(read(&mut stream, 9).await.unwrap(), b"", "the end of file");
        input.send(Ok(b"more".to_vec())).unwrap();
        assert_eq!(read(&mut stream, 9).await.unwrap(), b"more", "a terminal goes on");
    });
}

#[test]
fn an_interrupted_read_is_tried_again_and_an_error_is_returned_once() {
    let (mut stream, input, _output) = stream();
    block_on(async {
        input.send(error(ErrorKind::Interrupted)).unwrap();
        input.send(error(ErrorKind::TimedOut)).unwrap();
        assert_eq!(read(&mut stream, 9).await.unwrap_err().kind(), ErrorKind::TimedOut);
        input.send(Ok(b"tea".to_vec())).unwrap();
        assert_eq!(read(&mut stream, 9).await.unwrap(), b"tea");
    });
}

#[test]
fn a_write_does_not_wait_and_the_next_one_reports_its_error() {
    let (mut stream, input, output) = stream();
    block_on(async {
        assert_eq!(write(&mut stream, b"green").await.unwrap(), 5);
        assert_eq!(output.recv().unwrap(), b"green", "on the other thread");
        cancel(write(&mut stream, b" tea")).await;
        input.send(Ok(vec![0; 2])).unwrap();
        assert_eq!(output.recv().unwrap(), b"een", "all of it is written");
        input.send(error(ErrorKind::BrokenPipe)).unwrap();
        let failed = write(&mut stream, b" tea").await.unwrap_err();
        assert_eq!(failed.kind(), ErrorKind::BrokenPipe);
        assert_eq!(write(&mut stream, b" tea").await.unwrap(), 4);
        assert_eq!(output.recv().unwrap(), b" tea");
        input.send(error(ErrorKind::BrokenPipe)).unwrap();
        assert_eq!(flush(&mut stream).await.unwrap_err().kind(), ErrorKind::BrokenPipe);
    });
}

#[test]
fn a_flush_waits_for_what_was_written_and_is_done_once() {
    let (mut stream, input, output) = stream();
    block_on(async {
        flush(&mut stream).await.unwrap();
        write(&mut stream, b"tea").await.unwrap();
        cancel(flush(&mut stream)).await;
        assert_eq!(output.recv().unwrap(), b"tea");
        input.send(Ok(vec![0; 3])).unwrap();
        // The stream's own flush fails. Meanwhile it is cancelled, so the next flush waits for it.
        let mut flushing = Box::pin(flush(&mut stream));
        while output.try_recv().is_err() {
            let polled = poll_fn(|cx| Poll::Ready(flushing.as_mut().poll(cx))).await;
            assert!(polled.is_pending());
            yield_now().await;
        }
        drop(flushing);
        input.send(error(ErrorKind::TimedOut)).unwrap();
        assert_eq!(flush(&mut stream).await.unwrap_err().kind(), ErrorKind::TimedOut);
        flush(&mut stream).await.unwrap();
        assert!(output.try_recv().is_err(), "there was nothing to flush");
    });
}

#[test]
fn a_large_write_is_taken_in_part() {
    let (mut stream, input, output) = stream();
    block_on(async {
        assert_eq!(write(&mut stream, &vec![7; MAX_LEN + 1]).await.unwrap(), MAX_LEN);
        assert_eq!(output.recv().unwrap().len(), MAX_LEN);
        input.send(Ok(vec![0; MAX_LEN])).unwrap();
        let mut flushes = 0;
        poll_fn(|cx| {
            if output.try_recv().is_ok() {
                flushes += 1;
                input.send(Ok(Vec::new())).unwrap();
            }
            cx.waker().wake_by_ref();
            Pin::new(&mut stream).poll_shutdown(cx)
        })
        .await
        .unwrap();
        assert_eq!(flushes, 1, "of a shutdown");
    });
}

#[test]
fn each_job_that_panics_is_reported_and_the_stream_stays() {
    let (mut stream, input, output) = stream();
    drop(output);
    block_on(async {
        write(&mut stream, b"tea").await.unwrap();
        let lost = flush(&mut stream).await.unwrap_err();
        assert_eq!(lost.kind(), ErrorKind::Other);
        assert_eq!(flush(&mut stream).await.unwrap_err().kind(), ErrorKind::Other);
        assert_eq!(write(&mut stream, b"tea").await.unwrap(), 3, "told by the next");
        assert_eq!(write(&mut stream, b"tea").await.unwrap_err().kind(), ErrorKind::Other);
    });
    drop(input);
}
