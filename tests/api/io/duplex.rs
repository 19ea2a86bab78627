//! `duplex`, `simplex`: pipes in memory.

use std::io::IoSlice;

use kettle::io::{
    AsyncReadExt, AsyncWrite, AsyncWriteExt, ErrorKind, SimplexStream, duplex, simplex,
};

use crate::help::{Polled, panic_of, rounds, text_of};

use super::script::block_on;

#[test]
fn a_write_takes_what_there_is_room_for() {
    let (mut a, mut b) = duplex(5);
    assert_eq!(block_on(a.write(b"green tea")).unwrap(), 5);
    let mut write = Polled::waiting(a.write(b" tea"));
    assert_eq!(write.wakes(), 0);
    assert_eq!(block_on(b.read(&mut [0; 2])).unwrap(), 2);
    assert_eq!(write.wakes(), 1);
    assert_eq!(write.ready().unwrap(), 2);
    drop(write);
    let mut word = [0; 9];
    assert_eq!(block_on(b.read(&mut word)).unwrap(), 5);
    assert_eq!(&word[..5], b"een t");
}

#[test]
fn the_newest_waker_is_called() {
    let (mut a, mut b) = duplex(64);
    let mut word = [0; 9];
    let first = Polled::waiting(b.read_u8());
    drop(first);
    let second = Polled::waiting(b.read(&mut word));
    block_on(a.write_all(b"tea")).unwrap();
    assert_eq!(second.wakes(), 1);
}

#[test]
fn several_slices_are_one_write() {
    let (mut a, mut b) = duplex(8);
    assert!(a.is_write_vectored());
    let slices = [IoSlice::new(b"green"), IoSlice::new(b""), IoSlice::new(b" tea")];
    assert_eq!(block_on(a.write_vectored(&slices)).unwrap(), 8);
    let mut write = Polled::waiting(a.write_vectored(&slices));
    let mut word = [0; 8];
    block_on(b.read_exact(&mut word)).unwrap();
    assert_eq!(&word, b"green te");
    assert_eq!((write.wakes(), write.ready().unwrap()), (1, 8));
}

#[test]
fn no_bytes_are_no_operation() {
    let (mut a, mut b) = duplex(1);
    assert_eq!(block_on(b.read(&mut [])).unwrap(), 0);
    block_on(a.write_all(b"x")).unwrap();
    assert_eq!(block_on(a.write(&[])).unwrap(), 0, "though it is full");
    assert_eq!(block_on(a.write_vectored(&[IoSlice::new(&[])])).unwrap(), 0);
    // It wakes nobody.
    let write = Polled::waiting(a.write(b"y"));
    assert_eq!(block_on(b.read(&mut [])).unwrap(), 0);
    assert_eq!(write.wakes(), 0);
    drop((write, b));
    assert_eq!(block_on(a.write(&[])).unwrap_err().kind(), ErrorKind::BrokenPipe);
}

#[test]
fn a_dropped_stream_closes_both_directions() {
    let (mut a, mut b) = duplex(64);
    block_on(a.write_all(b"tea")).unwrap();
    drop(a);
    assert_eq!(block_on(b.write(b"x")).unwrap_err().kind(), ErrorKind::BrokenPipe);
    assert_eq!(block_on(text_of(&mut b)), "tea", "what came before can be read");
    assert_eq!(block_on(b.read(&mut [0])).unwrap(), 0);
}

#[test]
fn a_drop_wakes_a_reader_and_a_writer() {
    let (a, mut b) = duplex(1);
    let mut read = Polled::waiting(b.read_u8());
    drop(a);
    assert_eq!(read.wakes(), 1);
    assert_eq!(read.ready().unwrap_err().kind(), ErrorKind::UnexpectedEof);

    let (a, mut b) = duplex(1);
    let mut write = Polled::waiting(b.write_all(b"tea"));
    drop(a);
    assert_eq!(write.wakes(), 1);
    assert_eq!(write.ready().unwrap_err().kind(), ErrorKind::BrokenPipe);
}

#[test]
fn a_shutdown_closes_one_direction() {
    let (mut a, mut b) = duplex(64);
    let mut byte = [0; 1];
    let mut read = Polled::waiting(b.read(&mut byte));
    block_on(a.shutdown()).unwrap();
    block_on(a.shutdown()).unwrap();
    assert_eq!((read.wakes(), read.ready().unwrap()), (1, 0));
    drop(read);
    assert_eq!(block_on(a.write(b"x")).unwrap_err().kind(), ErrorKind::BrokenPipe);
    block_on(b.write_all(b"tea")).unwrap();
    assert_eq!(block_on(a.read(&mut [0; 9])).unwrap(), 3, "the other way is open");
}

#[test]
fn no_room_at_all_is_refused() {
    assert_eq!(panic_of(|| duplex(0)).file, file!());
    assert_eq!(panic_of(|| simplex(0)).file, file!());
    assert_eq!(panic_of(|| SimplexStream::new_unsplit(0)).file, file!());
    // Room is made when it is needed only.
    let (mut a, mut b) = duplex(usize::MAX);
    block_on(a.write_all(b"x")).unwrap();
    assert_eq!(block_on(b.read_u8()).unwrap(), b'x');
}

#[kettle::test]
async fn from_thread_to_thread() {
    let rounds = rounds(1000);
    let (mut a, mut b) = duplex(7);
    let thread = std::thread::spawn(move || {
        let runtime = kettle::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async move {
            for n in 0..rounds {
                a.write_u32(n).await.unwrap();
            }
        });
    });
    for n in 0..rounds {
        assert_eq!(b.read_u32().await.unwrap(), n);
    }
    assert_eq!(b.read_u32().await.unwrap_err().kind(), ErrorKind::UnexpectedEof);
    thread.join().unwrap();
}

#[test]
fn one_owner_has_both_ends() {
    let mut pipe = SimplexStream::new_unsplit(4);
    assert!(pipe.is_write_vectored());
    assert_eq!(block_on(pipe.write(b"green")).unwrap(), 4);
    let mut word = [0; 9];
    assert_eq!(block_on(pipe.read(&mut word)).unwrap(), 4);
    assert_eq!(&word[..4], b"gree");
    let slices = [IoSlice::new(b"t"), IoSlice::new(b"ea")];
    assert_eq!(block_on(pipe.write_vectored(&slices)).unwrap(), 3);
    block_on(pipe.flush()).unwrap();
    block_on(pipe.shutdown()).unwrap();
    assert_eq!(block_on(pipe.write(b"x")).unwrap_err().kind(), ErrorKind::BrokenPipe);
    assert_eq!(block_on(pipe.read(&mut word)).unwrap(), 3);
    assert_eq!(block_on(pipe.read(&mut word)).unwrap(), 0);
}

#[test]
fn two_owners_have_one_end_each() {
    let (mut reader, mut writer) = simplex(4);
    assert!(reader.is_pair_of(&writer));
    let mut word = [0; 9];
    let mut read = Polled::waiting(reader.read(&mut word));
    block_on(writer.write_all(b"tea")).unwrap();
    assert_eq!((read.wakes(), read.ready().unwrap()), (1, 3));
    drop(read);
    let mut write = Polled::waiting(writer.write_all(b"green"));
    assert_eq!(block_on(reader.read(&mut word)).unwrap(), 4);
    assert_eq!(write.wakes(), 1);
    write.ready().unwrap();
    drop(write);
    let mut pipe = reader.unsplit(writer);
    assert_eq!(block_on(pipe.read_u8()).unwrap(), b'n');
}

#[test]
fn a_dropped_end_of_a_simplex_closes_nothing() {
    let (mut reader, writer) = simplex(4);
    drop(writer);
    Polled::new(reader.read_u8()).pending();
    let (reader, mut writer) = simplex(4);
    drop(reader);
    block_on(writer.write_all(b"tea")).unwrap();
}
