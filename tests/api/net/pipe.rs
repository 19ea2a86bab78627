//! `net::unix::pipe`.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, IoSlice, IoSliceMut, Read, Write};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::path::Path;
use std::process::Command;

use kettle::io::{AsyncReadExt, AsyncWriteExt, Interest};
use kettle::net::unix::pipe::{self, Receiver, Sender};

use crate::common::engine::yield_until;
use crate::help::{Folder, Polled, Side, side, text_of};

fn mkfifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().expect("mkfifo").success());
}

/// Full, so that only the end can be the reason.
#[kettle::test]
async fn a_writer_is_told_that_its_reader_has_gone() {
    let (sender, receiver) = pipe::pipe().unwrap();
    sender.writable().await.unwrap(); // until then tokio doesn't try
    while sender.try_write(&[0; 4096]).is_ok() {}
    let mut waiting = Polled::waiting(sender.ready(Interest::WRITABLE));
    drop(receiver);
    let ready = waiting.when_woken().await.unwrap();
    assert!(ready.is_write_closed(), "{ready:?}");
    assert_eq!(sender.try_write(b"x").unwrap_err().kind(), ErrorKind::BrokenPipe);
}

#[kettle::test]
async fn bytes_go_through_and_end() {
    let (mut sender, mut receiver) = pipe::pipe().unwrap();
    let sent: Vec<u8> = (0..1 << 18).map(|at: u32| at.to_le_bytes()[1]).collect();
    let copy = sent.clone();
    let task = kettle::spawn(async move {
        sender.write_all(&copy).await.unwrap();
        sender.flush().await.unwrap();
        sender.shutdown().await.unwrap();
        sender.write_all(b"after").await.unwrap(); // it ends with the drop only
    });
    let mut got = Vec::new();
    receiver.read_to_end(&mut got).await.unwrap();
    task.await.unwrap();
    assert!(got[..sent.len()] == sent && &got[sent.len()..] == b"after");
}

#[kettle::test]
async fn tries_and_readiness() {
    let (sender, receiver) = pipe::pipe().unwrap();
    let mut buf = [0; 8];
    assert_eq!(receiver.try_read(&mut buf).unwrap_err().kind(), ErrorKind::WouldBlock);
    sender.writable().await.unwrap();
    assert!(sender.ready(Interest::WRITABLE).await.unwrap().is_writable());
    assert_eq!(sender.try_write(b"hel").unwrap(), 3);
    let rest = [IoSlice::new(b"l"), IoSlice::new(b"o")];
    assert_eq!(sender.try_write_vectored(&rest).unwrap(), 2);
    receiver.readable().await.unwrap();
    let (one, other) = buf.split_at_mut(2);
    let read = receiver.try_read_vectored(&mut [IoSliceMut::new(one), IoSliceMut::new(other)]);
    assert_eq!((read.unwrap(), &buf[..5]), (5, &b"hello"[..]));
    assert_eq!(receiver.try_read(&mut buf).unwrap_err().kind(), ErrorKind::WouldBlock);
    // Until it is full.
    while sender.try_write(&[0; 1 << 12]).is_ok() {}
    assert_eq!(sender.try_write(&[0; 1 << 12]).unwrap_err().kind(), ErrorKind::WouldBlock);
    let mut waiting = Polled::waiting(sender.writable());
    let mut all = vec![0; 1 << 20];
    receiver.readable().await.unwrap();
    receiver.try_read(&mut all).unwrap();
    waiting.when_woken().await.unwrap();
    std::future::poll_fn(|cx| sender.poll_write_ready(cx)).await.unwrap();
    drop(waiting);
    drop(sender);
    std::future::poll_fn(|cx| receiver.poll_read_ready(cx)).await.unwrap();
    while !receiver.ready(Interest::READABLE).await.unwrap().is_read_closed() {
        kettle::task::yield_now().await;
    }
}

#[kettle::test]
async fn operations_of_ones_own() {
    let (sender, receiver) = pipe::pipe().unwrap();
    let blocked = || -> std::io::Result<()> { Err(ErrorKind::WouldBlock.into()) };
    let _ = receiver.try_io(blocked);
    let again = receiver.try_io(|| Ok(()));
    assert_eq!(again.unwrap_err().kind(), ErrorKind::WouldBlock);
    sender.writable().await.unwrap();
    let written = sender.try_io(|| {
        let copy = sender.as_fd().try_clone_to_owned()?;
        File::from(copy).write(b"hello")
    });
    assert_eq!(written.unwrap(), 5);
    receiver.readable().await.unwrap();
    let read = receiver.try_io(|| {
        let copy = receiver.as_fd().try_clone_to_owned()?;
        File::from(copy).read(&mut [0; 8])
    });
    assert_eq!(read.unwrap(), 5);
}

#[kettle::test]
async fn by_a_name() {
    let folder = Folder::new();
    let path = folder.at("fifo");
    mkfifo(&path);
    let options = pipe::OpenOptions::new();
    let early = options.open_sender(&path).unwrap_err();
    assert_eq!(early.raw_os_error(), Some(6), "ENXIO: no receiver yet");
    let mut receiver = options.open_receiver(&path).unwrap();
    let mut sender = options.open_sender(&path).unwrap();
    sender.write_all(b"hello").await.unwrap();
    drop(sender);
    assert_eq!(text_of(&mut receiver).await, "hello");
    let missing = options.open_receiver(folder.at("missing"));
    assert_eq!(missing.unwrap_err().kind(), ErrorKind::NotFound);
    File::create(folder.at("file")).unwrap();
    for other in [folder.at("file"), "/dev/null".into()] {
        assert_eq!(options.open_sender(&other).unwrap_err().kind(), ErrorKind::InvalidInput);
        assert_eq!(options.open_receiver(&other).unwrap_err().kind(), ErrorKind::InvalidInput);
    }
}

#[kettle::test]
async fn a_receiver_waits_for_the_first_sender() {
    let folder = Folder::new();
    let path = folder.at("fifo");
    mkfifo(&path);
    let receiver = pipe::OpenOptions::new().open_receiver(&path).unwrap();
    waits_for_the_first_sender(&path, receiver).await;
    let unchecked = pipe::OpenOptions::new().unchecked(true).open_receiver(&path);
    waits_for_the_first_sender(&path, unchecked.unwrap()).await;
    let file = || {
        let opened = pipe::OpenOptions::new().open_receiver(&path).unwrap();
        File::from(opened.into_nonblocking_fd().unwrap())
    };
    let ways: [fn(File) -> std::io::Result<Receiver>; 4] = [
        Receiver::from_file,
        |file| Receiver::from_owned_fd(file.into()),
        Receiver::from_file_unchecked,
        |file| Receiver::from_owned_fd_unchecked(file.into()),
    ];
    for way in ways {
        waits_for_the_first_sender(&path, way(file()).unwrap()).await;
    }
}

async fn waits_for_the_first_sender(path: &Path, mut receiver: Receiver) {
    assert_eq!(receiver.try_read(&mut [0; 8]).unwrap_err().kind(), ErrorKind::WouldBlock);
    let mut text = String::new();
    let mut reads = Polled::waiting(receiver.read_to_string(&mut text));
    let mut sender = pipe::OpenOptions::new().open_sender(path).unwrap();
    sender.write_all(b"tea").await.unwrap();
    drop(sender);
    yield_until(|| reads.poll().is_ready()).await;
    drop(reads);
    assert_eq!(text, "tea");
}

#[cfg(target_os = "linux")]
#[kettle::test]
async fn opened_both_ways_it_does_not_end() {
    let folder = Folder::new();
    let path = folder.at("fifo");
    mkfifo(&path);
    let mut options = pipe::OpenOptions::default();
    options.read_write(true);
    let mut sender = options.open_sender(&path).unwrap(); // before any receiver
    let mut receiver = options.clone().open_receiver(&path).unwrap();
    sender.write_all(b"x").await.unwrap();
    drop(sender);
    assert_eq!(receiver.read_u8().await.unwrap(), b'x');
    let _waiting = Polled::waiting(receiver.read_u8());
}

/// A file that is no pipe: tokio's selector refuses it at once, kettle has not asked it yet.
#[kettle::test]
async fn unchecked_takes_anything() {
    let folder = Folder::new();
    File::create(folder.at("file")).unwrap();
    let opened = pipe::OpenOptions::new().unchecked(true).open_sender(folder.at("file"));
    assert_eq!(opened.is_ok(), side() == Side::Kettle);
    let file = File::open(folder.at("file")).unwrap();
    assert_eq!(Receiver::from_file_unchecked(file).is_ok(), side() == Side::Kettle);
}

#[kettle::test]
async fn from_a_descriptor_and_back() {
    let (reader, writer) = std::io::pipe().unwrap(); // in blocking mode
    let mut receiver = Receiver::from_owned_fd(reader.into()).unwrap();
    let mut sender = Sender::from_file(OwnedFd::from(writer).into()).unwrap();
    let waiting = Polled::waiting(receiver.read_u8());
    drop(waiting);
    sender.write_all(b"x").await.unwrap();
    assert_eq!(receiver.read_u8().await.unwrap(), b'x');
    let fd = receiver.as_raw_fd();
    let reader = receiver.into_nonblocking_fd().unwrap();
    assert_eq!(reader.as_raw_fd(), fd);
    let mut reader = File::from(reader);
    assert_eq!(reader.read(&mut [0; 8]).unwrap_err().kind(), ErrorKind::WouldBlock);
    let mut writer = File::from(sender.into_blocking_fd().unwrap());
    writer.write_all(b"y").unwrap();
    assert_eq!(reader.read(&mut [0; 8]).unwrap(), 1);
    let mut receiver = Receiver::from_owned_fd_unchecked(reader.into()).unwrap();
    drop(writer);
    assert_eq!(receiver.read(&mut [0; 8]).await.unwrap(), 0);
    // Taken out while it is registered, and in again.
    let (sender, receiver) = pipe::pipe().unwrap();
    {
        let mut waiting = Polled::new(receiver.readable());
        let _ = receiver.try_read(&mut [0; 8]);
        waiting.pending();
    }
    let mut blocking = File::from(receiver.into_blocking_fd().unwrap());
    sender.writable().await.unwrap();
    sender.try_write(b"z").unwrap();
    assert_eq!(blocking.read(&mut [0; 8]).unwrap(), 1);
}

#[kettle::test]
async fn a_descriptor_of_the_wrong_kind() {
    let folder = Folder::new();
    let path = folder.at("file");
    let file = OpenOptions::new().read(true).write(true).create_new(true).open(&path).unwrap();
    assert_eq!(Sender::from_file(file).unwrap_err().kind(), ErrorKind::InvalidInput);
    let readable = File::open(&path).unwrap();
    assert_eq!(Receiver::from_file(readable).unwrap_err().kind(), ErrorKind::InvalidInput);
    let (reader, writer) = std::io::pipe().unwrap();
    assert_eq!(Sender::from_owned_fd(reader.into()).unwrap_err().kind(), ErrorKind::InvalidInput);
    assert_eq!(Receiver::from_owned_fd(writer.into()).unwrap_err().kind(), ErrorKind::InvalidInput);
}
