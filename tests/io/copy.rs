//! `copy`: fill, write, flush, and in which order.

use std::pin::pin;
use std::task::Poll;

use kettle::io::{self, AsyncReadExt, AsyncWriteExt, ErrorKind};
use kettle::net::{TcpListener, TcpStream};

use crate::script::{
    Answer, Claim, Eof, Error, Fail, Later, Pending, Random, Reader, Step, Take, Wait, Writer,
    block_on, bytes, poll_and_cancel, poll_once,
};

const BUFFER: usize = 8 * 1024;
const ALL: Answer = Take(usize::MAX);

fn copied(
    steps: impl IntoIterator<Item = Step>,
    answers: impl IntoIterator<Item = Answer>,
) -> (io::Result<u64>, Reader, Writer) {
    let (mut reader, mut writer) = (Reader::new(steps), Writer::new(answers));
    let result = block_on(io::copy(&mut reader, &mut writer));
    (result, reader, writer)
}

#[test]
fn what_comes_is_written_at_once_and_flushed_in_the_end() {
    let (result, reader, writer) = copied([bytes(b"green"), bytes(b" tea"), Eof], [ALL; 3]);
    assert_eq!(result.unwrap(), 9);
    assert_eq!((&writer.written[..], &writer.calls[..]), (&b"green tea"[..], "wwf"));
    assert_eq!(reader.rooms, [BUFFER; 3], "an empty buffer is filled from its front");
}

#[test]
fn an_empty_reader_is_flushed_all_the_same() {
    let (result, reader, writer) = copied([Eof], [ALL]);
    assert_eq!(result.unwrap(), 0);
    assert_eq!((reader.polls(), &writer.calls[..]), (1, "f"));
}

#[test]
fn a_reader_is_not_asked_after_its_end() {
    // The writer is slow when the end is known: the reader's script has no more steps.
    let answers = [Later, Later, Take(2), Later, ALL, Later, ALL];
    let (result, reader, writer) = copied([bytes(b"tea"), Eof], answers);
    assert_eq!(result.unwrap(), 3);
    assert_eq!((&writer.written[..], &writer.calls[..]), (&b"tea"[..], "wwwwwff"));
    assert!(reader.is_done());
}

#[test]
fn the_writer_is_flushed_while_the_reader_has_nothing() {
    let steps = [bytes(b"green"), Pending, Pending, bytes(b" tea"), Pending, Eof];
    let (result, reader, writer) = copied(steps, [ALL; 8]);
    assert_eq!(result.unwrap(), 9);
    // Once for each time that something was written (the second `Pending` flushes nothing), and
    // in the end.
    assert_eq!(writer.calls, "wfwff");
    assert!(reader.is_done());
}

#[test]
fn a_flush_that_waits_is_waited_for() {
    let (mut reader, mut writer) =
        (Reader::new([bytes(b"tea"), Wait, Wait, Eof]), Writer::new([ALL, Later, ALL, ALL]));
    {
        let mut copy = pin!(io::copy(&mut reader, &mut writer));
        assert!(poll_once(copy.as_mut()).is_pending(), "the flush is late");
        assert!(poll_once(copy.as_mut()).is_pending(), "the reader is");
        assert!(matches!(poll_once(copy.as_mut()), Poll::Ready(Ok(3))));
    }
    assert_eq!(writer.calls, "wfff");
}

#[test]
fn what_comes_while_the_writer_waits_goes_with_the_rest() {
    let (mut reader, mut writer) =
        (Reader::new([bytes(b"green"), bytes(b" tea"), Wait, Eof]), Writer::new([Later, ALL, ALL]));
    {
        let mut copy = pin!(io::copy(&mut reader, &mut writer));
        assert!(poll_once(copy.as_mut()).is_pending());
        assert!(matches!(poll_once(copy.as_mut()), Poll::Ready(Ok(9))));
    }
    assert_eq!((&writer.written[..], &writer.calls[..]), (&b"green tea"[..], "wwf"));
    assert_eq!(reader.rooms, [BUFFER, BUFFER - 5, BUFFER - 9, BUFFER]);
}

#[test]
fn a_full_buffer_is_not_read_into() {
    let all = vec![b'x'; BUFFER + 1];
    let (result, reader, writer) =
        copied([bytes(&all), Eof], [Take(BUFFER - 1), Later, ALL, ALL, ALL]);
    assert_eq!(result.unwrap(), all.len() as u64);
    assert_eq!(writer.written, all);
    assert_eq!(reader.rooms, [BUFFER; 3]);
}

#[test]
fn an_error_ends_it() {
    let reset = || Error(ErrorKind::ConnectionReset);
    let (result, _, writer) = copied([bytes(b"tea"), reset()], [ALL]);
    assert_eq!(result.unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert_eq!(writer.written, b"tea", "what came before was written");

    let (result, ..) = copied([bytes(b"tea")], [Fail(ErrorKind::BrokenPipe)]);
    assert_eq!(result.unwrap_err().kind(), ErrorKind::BrokenPipe);
    let (result, ..) = copied([bytes(b"tea")], [Take(2), Take(0)]);
    assert_eq!(result.unwrap_err().kind(), ErrorKind::WriteZero);
    let (result, ..) = copied([bytes(b"tea"), Eof], [ALL, Fail(ErrorKind::TimedOut)]);
    assert_eq!(result.unwrap_err().kind(), ErrorKind::TimedOut, "of the flush");
    // The reader's error comes first, though the writer still waits.
    let (result, ..) = copied([bytes(b"tea"), reset()], [Later]);
    assert_eq!(result.unwrap_err().kind(), ErrorKind::ConnectionReset);
}

#[test]
fn an_interruption_is_not_the_end() {
    let interrupted = ErrorKind::Interrupted;
    let steps = [Error(interrupted), bytes(b"tea"), Error(interrupted), Eof];
    let (result, _, writer) = copied(steps, [Fail(interrupted), ALL, ALL]);
    assert_eq!(result.unwrap(), 3);
    assert_eq!(writer.written, b"tea");
}

#[test]
#[should_panic(expected = "the writer says that it took 4 bytes of 3")]
fn a_writer_that_claims_too_much() {
    let _ = copied([bytes(b"tea")], [Claim(4)]);
}

#[test]
fn dropped_it_loses_what_it_has_read() {
    let (mut reader, mut writer) =
        (Reader::new([bytes(b"green"), Wait, bytes(b" tea"), Eof]), Writer::new([Later, ALL, ALL]));
    poll_and_cancel(io::copy(&mut reader, &mut writer));
    assert_eq!(block_on(io::copy(&mut reader, &mut writer)).unwrap(), 4);
    assert_eq!(writer.written, b" tea");
}

/// Whatever the two do, every byte arrives once and in order.
#[test]
fn any_script_copies_all() {
    let mut random = Random(0x2026_1120);
    for _ in 0..200 {
        let (mut steps, mut all) = (Vec::new(), Vec::new());
        for _ in 0..random.below(12) {
            steps.push(match random.below(3) {
                0 => Pending,
                1 => Error(ErrorKind::Interrupted),
                _ => {
                    let mut piece = random.bytes(2 * BUFFER);
                    piece.push(0);
                    all.extend_from_slice(&piece);
                    bytes(&piece)
                }
            });
        }
        steps.push(Eof);
        let answers: Vec<Answer> = (0..1000)
            .map(|_| if random.below(4) == 0 { Later } else { Take(1 + random.below(BUFFER)) })
            .collect();
        let (result, reader, writer) = copied(steps, answers);
        assert_eq!(result.unwrap(), all.len() as u64);
        assert_eq!(writer.written, all);
        assert!(reader.is_done() && writer.calls.ends_with('f'));
    }
}

async fn streams() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let near = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    (near, listener.accept().await.unwrap().0)
}

#[kettle::test]
async fn between_two_sockets() {
    // More than the sockets' buffers hold: the copy waits for both.
    let sent: Vec<u8> = (0..=250).cycle().take(16 << 20).collect();
    let (mut source, mut from) = streams().await;
    let (mut to, mut sink) = streams().await;
    let expected = sent.clone();
    kettle::spawn(async move { source.write_all(&sent).await.unwrap() });
    let copying = kettle::spawn(async move { io::copy(&mut from, &mut to).await });
    let mut received = Vec::new();
    sink.read_to_end(&mut received).await.unwrap();
    assert_eq!(copying.await.unwrap().unwrap(), expected.len() as u64);
    assert!(received == expected, "the same bytes");
}
