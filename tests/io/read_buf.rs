//! `ReadBuf`: three parts, one number.

use std::panic::{AssertUnwindSafe, catch_unwind};

use kettle::io::ReadBuf;

#[test]
fn it_is_filled_from_the_front() {
    let mut bytes = *b"........";
    let mut buf = ReadBuf::new(&mut bytes);
    assert_eq!((buf.capacity(), buf.remaining(), buf.filled()), (8, 8, &b""[..]));
    buf.put_slice(b"gre");
    buf.put_slice(b"");
    assert_eq!((buf.capacity(), buf.remaining(), buf.filled()), (8, 5, &b"gre"[..]));
    buf.initialize_unfilled().copy_from_slice(b"en te");
    assert_eq!(buf.filled(), b"gre", "only `advance` counts");
    buf.advance(2);
    assert_eq!((buf.remaining(), buf.filled()), (3, &b"green"[..]));
    buf.initialize_unfilled_to(1)[0] = b'!';
    buf.advance(1);
    buf.filled_mut()[0] = b'G';
    assert_eq!(buf.filled(), b"Green!");
    assert_eq!(buf.initialized(), b"Green!te");
    buf.initialized_mut()[7] = b'i';
    assert_eq!(format!("{buf:?}"), "ReadBuf { filled: 6, initialized: 8, capacity: 8 }");
    buf.set_filled(2);
    assert_eq!(buf.filled(), b"Gr");
    buf.clear();
    assert_eq!((buf.remaining(), buf.filled()), (8, &b""[..]));
    assert_eq!(&bytes, b"Green!ti");
}

#[test]
fn a_part_of_it_is_filled_on_its_own() {
    let mut bytes = [b'.'; 8];
    let mut buf = ReadBuf::new(&mut bytes);
    buf.put_slice(b"ab");
    let mut part = buf.take(3);
    assert_eq!((part.capacity(), part.filled()), (3, &b""[..]));
    part.put_slice(b"cd");
    assert_eq!(buf.filled(), b"ab");
    buf.advance(2);
    assert_eq!(buf.filled(), b"abcd");
    assert_eq!(buf.take(100).capacity(), 4);
    buf.set_filled(8);
    assert_eq!(buf.take(1).capacity(), 0);
}

#[test]
fn an_empty_one_has_no_room() {
    let mut buf = ReadBuf::new(&mut []);
    assert_eq!((buf.capacity(), buf.remaining()), (0, 0));
    buf.put_slice(b"");
    buf.advance(0);
    assert_eq!(buf.initialize_unfilled(), b"");
}

#[test]
fn more_than_there_is_room_for_panics_and_changes_nothing() {
    let too_much: [fn(&mut ReadBuf<'_>); 6] = [
        |buf| buf.put_slice(b"123456"),
        |buf| buf.advance(6),
        |buf| buf.advance(usize::MAX),
        |buf| buf.set_filled(9),
        |buf| {
            buf.initialize_unfilled_to(6);
        },
        |buf| {
            buf.initialize_unfilled_to(usize::MAX);
        },
    ];
    for (i, overflow) in too_much.into_iter().enumerate() {
        let mut bytes = [0; 8];
        let mut buf = ReadBuf::new(&mut bytes);
        buf.put_slice(b"tea");
        assert!(catch_unwind(AssertUnwindSafe(|| overflow(&mut buf))).is_err(), "case {i}");
        assert_eq!(buf.filled(), b"tea", "case {i}");
    }
}
