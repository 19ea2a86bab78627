//! `ReadBuf`, as far as safe code can use it. (What is `unsafe` in it is tested beside it, in
//! `runtime/read-buf/tests`, for both sides too.)

use std::mem::MaybeUninit;

use bytes::BufMut;
use kettle::io::ReadBuf;

use crate::help::panic_of;

const EMPTY: MaybeUninit<u8> = MaybeUninit::uninit();

#[test]
fn it_counts_what_is_filled_and_what_is_initialised() {
    let mut memory = [EMPTY; 8];
    let mut buf = ReadBuf::uninit(&mut memory);
    assert_eq!((buf.capacity(), buf.remaining()), (8, 8));
    assert_eq!((buf.filled(), buf.initialized()), (&b""[..], &b""[..]));
    buf.put_slice(b"tea");
    assert_eq!((buf.filled(), buf.initialized()), (&b"tea"[..], &b"tea"[..]));
    buf.initialize_unfilled_to(2)[0] = b'!';
    assert_eq!((buf.filled(), buf.initialized()), (&b"tea"[..], &b"tea!\0"[..]));
    buf.advance(1);
    assert_eq!(buf.filled(), b"tea!");
    assert_eq!(format!("{buf:?}"), "ReadBuf { filled: 4, initialized: 5, capacity: 8 }");
    buf.clear();
    assert_eq!((buf.filled(), buf.initialized()), (&b""[..], &b"tea!\0"[..]));
    // What was there stays there.
    assert_eq!(buf.initialize_unfilled(), b"tea!\0\0\0\0");
    buf.set_filled(3);
    buf.filled_mut()[0] = b's';
    buf.initialized_mut()[3] = b'?';
    assert_eq!((buf.filled(), buf.initialized()), (&b"sea"[..], &b"sea?\0\0\0\0"[..]));
}

#[test]
fn over_bytes_all_is_initialised() {
    let mut bytes = *b"........";
    let mut buf = ReadBuf::new(&mut bytes);
    assert_eq!((buf.filled(), buf.initialized()), (&b""[..], &b"........"[..]));
    buf.put_slice(b"tea");
    buf.advance(1);
    assert_eq!(buf.filled(), b"tea.");
    assert_eq!(&bytes, b"tea.....");
}

#[test]
fn a_part_of_it_knows_nothing_as_initialised() {
    let mut bytes = [b'.'; 8];
    let mut buf = ReadBuf::new(&mut bytes);
    buf.put_slice(b"ab");
    let mut part = buf.take(3);
    assert_eq!((part.capacity(), part.filled(), part.initialized()), (3, &b""[..], &b""[..]));
    part.put_slice(b"cd");
    assert_eq!(buf.filled(), b"ab");
    buf.advance(2);
    assert_eq!(buf.filled(), b"abcd");
    assert_eq!(buf.take(100).capacity(), 4);
}

#[test]
fn it_is_a_buffer_to_put_things_into() {
    let mut memory = [EMPTY; 8];
    let mut buf = ReadBuf::uninit(&mut memory);
    buf.put_u16(0x7465);
    buf.put(&b"a"[..]);
    assert_eq!((buf.remaining_mut(), buf.chunk_mut().len()), (5, 5));
    assert_eq!((buf.filled(), buf.initialized()), (&b"tea"[..], &b"tea"[..]));
    (&mut buf).limit(2).put_bytes(b'!', 2);
    assert_eq!(buf.filled(), b"tea!!");
}

#[test]
fn more_than_is_initialised_cannot_be_filled() {
    let too_much: [fn(&mut ReadBuf<'_>); 7] = [
        |buf| buf.put_slice(b"123456"),
        |buf| buf.put_u64(0),
        |buf| buf.advance(2),
        |buf| buf.advance(usize::MAX),
        |buf| buf.set_filled(5),
        |buf| assert!(buf.initialize_unfilled_to(6).is_empty()),
        |buf| assert!(buf.initialize_unfilled_to(usize::MAX).is_empty()),
    ];
    for (i, overflow) in too_much.into_iter().enumerate() {
        let mut memory = [EMPTY; 8];
        let mut buf = ReadBuf::uninit(&mut memory);
        buf.put_slice(b"tea");
        buf.initialize_unfilled_to(1);
        panic_of(|| overflow(&mut buf));
        assert_eq!((buf.filled(), buf.initialized()), (&b"tea"[..], &b"tea\0"[..]), "case {i}");
    }
}
