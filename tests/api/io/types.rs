//! Which of the types of `io` can go to another thread, be moved, and cross a panic?
//!
//! Nothing runs here: it compiles, on both sides.

use std::cell::Cell;
use std::marker::PhantomPinned;
use std::panic::{RefUnwindSafe, UnwindSafe};

use kettle::io::{self, *};

fn send<T: Send>(_: &T) {}
fn sync<T: Sync>(_: &T) {}
fn unpin<T: Unpin>(_: &T) {}
fn unwind<T: UnwindSafe>(_: &T) {}
fn ref_unwind<T: RefUnwindSafe>(_: &T) {}

/// What a type parameter of these types can't be less than.
macro_rules! all {
    ($($value:expr),* $(,)?) => { $(
        let value = $value;
        send(&value);
        sync(&value);
        unpin(&value);
        unwind(&value);
        ref_unwind(&value);
    )* };
}

/// Does a value of a type have a trait? By a method that the trait's bound brings, and one that is
/// always there behind it.
macro_rules! is {
    ($trait:path, $value:expr) => {{
        struct Probe<'a, T: ?Sized>(#[allow(dead_code)] &'a T);
        trait No {
            #[allow(dead_code)] // one of the two is
            fn has(&self) -> bool {
                false
            }
        }
        impl<T: ?Sized> No for &Probe<'_, T> {}
        impl<T: ?Sized + $trait> Probe<'_, T> {
            #[allow(dead_code)]
            fn has(&self) -> bool {
                true
            }
        }
        (&Probe(&$value)).has()
    }};
}

#[test]
fn plain_types_have_all_five() {
    all!(
        empty(),
        repeat(7),
        sink(),
        BufReader::new(empty()),
        BufWriter::new(sink()),
        BufStream::new(empty()),
        join(empty(), sink()),
        AsyncReadExt::chain(empty(), empty()),
        AsyncReadExt::take(empty(), 7),
        empty().lines(),
        AsyncBufReadExt::split(empty(), b','),
        SeekFrom::Start(0),
    );
}

#[test]
fn streams_in_memory_can_go_to_another_thread() {
    let (a, _b) = duplex(1);
    send(&a);
    sync(&a);
    unpin(&a);
    let pipe = SimplexStream::new_unsplit(1);
    send(&pipe);
    sync(&pipe);
    unpin(&pipe);
    let (reader, writer) = split(empty());
    send(&(&reader, &writer));
    sync(&(&reader, &writer));
    unpin(&reader);
    unpin(&writer);
    unwind(&reader);
    unwind(&writer);
    unwind(&pipe);
    ref_unwind(&pipe);
}

/// Neither `Send` nor `Sync` nor `Unpin`.
struct Stuck(#[allow(dead_code)] Cell<u8>, #[allow(dead_code)] *const u8, PhantomPinned);

impl AsyncRead for Stuck {
    fn poll_read(
        self: std::pin::Pin<&mut Self>,
        _cx: &mut std::task::Context<'_>,
        _buf: &mut ReadBuf<'_>,
    ) -> std::task::Poll<io::Result<()>> {
        std::task::Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Stuck {
    fn poll_write(
        self: std::pin::Pin<&mut Self>,
        _cx: &mut std::task::Context<'_>,
        buf: &[u8],
    ) -> std::task::Poll<io::Result<usize>> {
        std::task::Poll::Ready(Ok(buf.len()))
    }

    fn poll_flush(
        self: std::pin::Pin<&mut Self>,
        _cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<io::Result<()>> {
        std::task::Poll::Ready(Ok(()))
    }

    fn poll_shutdown(
        self: std::pin::Pin<&mut Self>,
        _cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<io::Result<()>> {
        std::task::Poll::Ready(Ok(()))
    }
}

fn stuck() -> Stuck {
    Stuck(Cell::new(0), std::ptr::null(), PhantomPinned)
}

#[test]
fn a_type_is_no_more_than_what_is_in_it() {
    let (reader, writer) = split(stuck());
    assert!(!is!(Send, reader) && !is!(Sync, reader) && is!(Unpin, reader));
    assert!(!is!(Send, writer) && !is!(Sync, writer) && is!(Unpin, writer));
    assert!(!is!(Unpin, BufReader::new(stuck())) && !is!(Send, BufWriter::new(stuck())));
    assert!(!is!(Unpin, join(stuck(), sink())) && is!(Unpin, join(empty(), sink())));
}

/// The futures of methods can't be moved once they are polled, as if they were `async fn`s.
#[test]
fn futures_are_send_and_not_unpin() {
    let (mut reader, mut text, mut vec) = (BufReader::new(empty()), String::new(), Vec::new());
    let mut slice = &b"tea"[..];
    macro_rules! future {
        ($($future:expr),* $(,)?) => { $(
            match $future {
                future => {
                    send(&future);
                    sync(&future);
                    assert!(!is!(Unpin, future), stringify!($future));
                }
            }
        )* };
    }
    future!(
        reader.read_until(7, &mut vec),
        reader.read_line(&mut text),
        reader.fill_buf(),
        reader.seek(SeekFrom::Start(0)),
        reader.read(&mut [0]),
        reader.read_exact(&mut [0]),
        reader.read_to_end(&mut vec),
        reader.read_to_string(&mut text),
        reader.read_buf(&mut vec),
        reader.read_u8(),
        reader.read_u32(),
        reader.read_f64_le(),
        reader.write(&[0]),
        reader.write_all(&[0]),
        reader.write_vectored(&[]),
        reader.write_buf(&mut slice),
        reader.write_all_buf(&mut slice),
        reader.write_u8(7),
        reader.write_u64_le(7),
        reader.flush(),
        reader.shutdown(),
        copy(&mut reader, &mut sink()),
        copy_buf(&mut reader, &mut sink()),
        copy_bidirectional(&mut empty(), &mut reader),
        copy_bidirectional_with_sizes(&mut empty(), &mut reader, 1, 1),
    );
    let mut lines = reader.lines();
    future!(lines.next_line());
    let mut parts = AsyncBufReadExt::split(empty(), 7);
    future!(parts.next_segment());
}

/// All four traits can be used behind a pointer.
#[test]
fn the_traits_have_objects() {
    let _: [Box<dyn AsyncRead>; 1] = [Box::new(empty())];
    let _: [Box<dyn AsyncBufRead>; 1] = [Box::new(empty())];
    let _: [Box<dyn AsyncWrite>; 1] = [Box::new(empty())];
    let _: [Box<dyn AsyncSeek>; 1] = [Box::new(empty())];
}
