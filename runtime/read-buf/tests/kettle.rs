//! Compares kettle's `ReadBuf` with a plain model, step by step, and tries [`fill`] with foreign
//! buffers.

use std::convert::Infallible;
use std::hint::black_box;
use std::io;
use std::mem::MaybeUninit;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Poll;
use std::time::{Duration, Instant};

use bytes::{BufMut, BytesMut};
use kettle_read_buf::{ReadBuf, fill, poll_fill};

mod steps;

fn put(words: &'static [u8]) -> impl FnOnce(&mut ReadBuf<'_>) -> Result<(), Infallible> {
    move |room| {
        room.put_slice(words);
        Ok(())
    }
}

#[test]
fn a_vector_grows_by_what_was_filled() {
    let mut vec = Vec::with_capacity(4);
    assert_eq!(fill(&mut vec, put(b"tea")), Ok(3));
    assert_eq!(fill(&mut vec, put(b"")), Ok(0));
    assert_eq!(fill(&mut vec, put(b"!")), Ok(1));
    assert_eq!((&vec[..], vec.capacity()), (&b"tea!"[..], 4));
    // Now it is full, so it grows.
    assert_eq!(fill(&mut vec, put(b"more")), Ok(4));
    assert_eq!(vec, b"tea!more");
}

#[test]
fn every_kind_of_buffer_is_filled() {
    let mut bytes = BytesMut::with_capacity(8);
    assert_eq!(fill(&mut bytes, put(b"green ")), Ok(6));
    assert_eq!(fill(&mut bytes, put(b"t")), Ok(1));
    assert_eq!(bytes, &b"green t"[..]);

    let mut array = [b'.'; 8];
    let mut slice = &mut array[..];
    assert_eq!(fill(&mut slice, put(b"tea")), Ok(3));
    assert_eq!(slice.len(), 5);
    assert_eq!(&array, b"tea.....");

    let mut memory = [MaybeUninit::uninit(); 8];
    let mut buf = ReadBuf::uninit(&mut memory);
    buf.put_slice(b"a ");
    let mut limit = (&mut buf).limit(4);
    assert_eq!(fill(&mut limit, put(b"cup")), Ok(3));
    assert_eq!(bytes::buf::Limit::limit(&limit), 1);
    assert_eq!((buf.filled(), buf.initialized().len()), (&b"a cup"[..], 5));
}

#[test]
fn bytes_that_are_initialised_but_not_filled_do_not_count() {
    let mut vec = Vec::with_capacity(64);
    let n = fill(&mut vec, |room| {
        room.initialize_unfilled()[..5].copy_from_slice(b"hello");
        room.advance(4);
        Ok::<_, Infallible>(())
    });
    assert_eq!((n, &vec[..]), (Ok(4), &b"hell"[..]));
}

#[test]
fn without_success_nothing_counts() {
    let mut vec = b"tea".to_vec();
    let failed = fill(&mut vec, |room| {
        room.put_slice(b"x");
        Err("failed")
    });
    assert_eq!((failed, &vec[..]), (Err("failed"), &b"tea"[..]));

    let answers = [Poll::Pending, Poll::Ready(Err(io::ErrorKind::Other.into()))];
    for answer in answers {
        let was_pending = answer.is_pending();
        let read = poll_fill(&mut vec, |room| {
            room.put_slice(b"x");
            answer
        });
        assert_eq!(read.is_pending(), was_pending);
        assert!(!matches!(read, Poll::Ready(Ok(_))));
        assert_eq!(vec, b"tea");
    }

    let panics = AssertUnwindSafe(|| fill::<_, ()>(&mut vec, |_| panic!("the reader's own")));
    assert!(catch_unwind(panics).is_err());
    assert_eq!(vec, b"tea");

    let read = poll_fill(&mut vec, |room| {
        room.put_slice(b"!");
        Poll::Ready(Ok(()))
    });
    assert!(matches!(read, Poll::Ready(Ok(1))));
    assert_eq!(vec, b"tea!");
}

/// Fills `target` by a reader that puts another buffer, over `bytes`, in place of its own.
fn swindle(bytes: &'static mut [u8], target: &mut (impl BufMut + ?Sized)) {
    let swindled = move || {
        fill(target, move |room| {
            let mut other = ReadBuf::new(bytes);
            other.set_filled(other.capacity());
            *room = other;
            Ok::<_, Infallible>(())
        })
    };
    let panic = catch_unwind(AssertUnwindSafe(swindled)).unwrap_err();
    assert!(panic.downcast_ref::<&str>().unwrap().contains("another buffer"));
}

/// The shortest of many, in which nothing else ran.
fn least_time(mut f: impl FnMut()) -> Duration {
    let time = |()| {
        let begin = Instant::now();
        f();
        begin.elapsed()
    };
    std::iter::repeat_n((), 100).map(time).min().unwrap()
}

#[test]
#[cfg_attr(miri, ignore)] // one byte takes it as long as a call
fn zeroing_is_one_call_in_a_debug_build_too() {
    // Twice the same amount of memory, in one call each. A loop takes a hundred times as long.
    let mut memory = vec![MaybeUninit::uninit(); 64 * 1024];
    let zeroing = least_time(|| {
        black_box(ReadBuf::uninit(black_box(&mut memory)).initialize_unfilled());
    });
    let (from, mut to) = (vec![b'.'; 64 * 1024], vec![0; 64 * 1024]);
    let copying = least_time(|| black_box(&mut to).copy_from_slice(black_box(&from)));
    assert!(zeroing < copying * 16, "zeroing takes {zeroing:?}, copying {copying:?}");
}

#[test]
fn another_buffer_in_place_is_noticed() {
    let leaked = || Box::leak(Box::new([b'7'; 4]));
    swindle(leaked(), &mut Vec::with_capacity(4));
    swindle(leaked(), &mut BytesMut::with_capacity(64));

    // A chunk without a byte may have any address, that of the other buffer too: the length
    // differs.
    let (mut empty, rest) = leaked().split_at_mut(0);
    swindle(rest, &mut empty);
}
