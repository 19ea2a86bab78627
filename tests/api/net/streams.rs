//! What each kind of stream does: this file is compiled for [`Stream`], TCP's and Unix's
//! (`mod.rs`).

use std::io::{ErrorKind, IoSlice, IoSliceMut};
use std::iter;
#[cfg(unix)]
use std::os::fd::AsRawFd;

use kettle::io::{AsyncReadExt, AsyncWriteExt, Interest};

use super::{Stream, pair};
use crate::help::Polled;

/// More may be there than a short read got: what fits into one read is the system's choice.
#[kettle::test]
async fn a_short_try_does_not_clear_readiness() {
    let (near, far) = pair().await;
    far.writable().await.unwrap();
    assert_eq!(far.try_write(b"hello").unwrap(), 5);
    near.readable().await.unwrap();
    assert_eq!(near.try_read(&mut [0; 8]).unwrap(), 5);
    Polled::new(near.readable()).ready().unwrap();
    assert_eq!(near.try_read(&mut [0; 8]).unwrap_err().kind(), ErrorKind::WouldBlock);
    Polled::new(near.readable()).pending();

    assert_eq!(far.try_write(b"again").unwrap(), 5);
    near.readable().await.unwrap();
    assert_eq!(near.try_read_buf(&mut Vec::with_capacity(8)).unwrap(), 5);
    Polled::new(near.readable()).ready().unwrap();

    let too_much = vec![0; 64 << 20];
    assert!(far.try_write(&too_much).unwrap() < too_much.len());
    Polled::new(far.writable()).ready().unwrap();
    // The system may have found more room in the meantime.
    let full = iter::repeat_with(|| far.try_write(&too_much)).find_map(Result::err);
    assert_eq!(full.unwrap().kind(), ErrorKind::WouldBlock);
    Polled::new(far.writable()).pending();
}

#[kettle::test]
async fn tries_and_readiness() {
    let (near, far) = pair().await;
    let mut buf = [0; 8];
    assert_eq!(near.try_read(&mut buf).unwrap_err().kind(), ErrorKind::WouldBlock);
    far.writable().await.unwrap();
    assert_eq!(far.try_write(b"hel").unwrap(), 3);
    assert_eq!(far.try_write_vectored(&[IoSlice::new(b"l"), IoSlice::new(b"o")]).unwrap(), 2);
    let ready = near.ready(Interest::READABLE | Interest::WRITABLE).await.unwrap();
    assert!(ready.is_readable() || ready.is_writable());
    near.readable().await.unwrap();
    let (one, other) = buf.split_at_mut(2);
    let read = near.try_read_vectored(&mut [IoSliceMut::new(one), IoSliceMut::new(other)]);
    assert_eq!(read.unwrap(), 5);
    assert_eq!(&buf[..5], b"hello");
    // There is no more: nothing is ready until there is.
    assert_eq!(near.try_read(&mut buf).unwrap_err().kind(), ErrorKind::WouldBlock);
    let mut readable = Polled::waiting(near.readable());
    drop(far);
    readable.when_woken().await.unwrap();
    assert!(near.ready(Interest::READABLE).await.unwrap().is_read_closed());
    assert_eq!(near.try_read(&mut buf).unwrap(), 0, "the end");
    std::future::poll_fn(|cx| near.poll_read_ready(cx)).await.unwrap();
    std::future::poll_fn(|cx| near.poll_write_ready(cx)).await.unwrap();
}

#[kettle::test]
async fn operations_of_ones_own() {
    let (near, far) = pair().await;
    let blocked = || -> std::io::Result<()> { Err(ErrorKind::WouldBlock.into()) };
    let _ = near.try_io(Interest::READABLE, blocked);
    let count = std::cell::Cell::new(0);
    let again = near.try_io(Interest::READABLE, || {
        count.set(count.get() + 1);
        Ok(())
    });
    assert_eq!((again.unwrap_err().kind(), count.get()), (ErrorKind::WouldBlock, 0));
    let mut waiting = Polled::waiting(near.async_io(Interest::READABLE, || {
        count.set(count.get() + 1);
        Ok(count.get())
    }));
    far.writable().await.unwrap();
    far.try_write(b"x").unwrap();
    assert_eq!(waiting.when_woken().await.unwrap(), 1);
    let failed = near.try_io(Interest::WRITABLE, || -> std::io::Result<()> {
        Err(std::io::Error::other("own"))
    });
    assert_eq!(failed.unwrap_err().to_string(), "own");
}

#[cfg(unix)]
#[kettle::test]
async fn borrowed_halves() {
    let (mut near, mut far) = pair().await;
    let addresses = (near.local_addr().unwrap(), near.peer_addr().unwrap());
    {
        let (mut reader, mut writer) = near.split();
        let mut buf = [0; 4];
        let answer = async {
            far.read_exact(&mut [0; 4]).await.unwrap();
            far.write_all(b"pong").await.unwrap();
        };
        let (sent, got, ()) =
            kettle::join!(writer.write_all(b"ping"), reader.read_exact(&mut buf), answer);
        sent.unwrap();
        got.unwrap();
        assert_eq!(&buf, b"pong");
        let own = (writer.local_addr().unwrap(), reader.peer_addr().unwrap());
        assert_eq!(format!("{own:?}"), format!("{addresses:?}"));
        writer.writable().await.unwrap();
        assert_eq!(writer.try_write(b"a").unwrap(), 1);
        assert_eq!(writer.try_write_vectored(&[IoSlice::new(b"b")]).unwrap(), 1);
        writer.ready(Interest::WRITABLE).await.unwrap();
        far.write_all(b"cd").await.unwrap();
        reader.readable().await.unwrap();
        reader.ready(Interest::READABLE).await.unwrap();
        assert_eq!(reader.try_read(&mut buf[..1]).unwrap(), 1);
        assert_eq!(reader.try_read_vectored(&mut [IoSliceMut::new(&mut buf[..1])]).unwrap(), 1);
        let stream: &Stream = reader.as_ref();
        assert_eq!(stream.as_raw_fd(), AsRef::<Stream>::as_ref(&writer).as_raw_fd());
    }
    near.write_all(b"e").await.unwrap();
    let mut text = [0; 3];
    far.read_exact(&mut text).await.unwrap();
    assert_eq!(&text, b"abe", "dropping the halves has ended nothing");
}
