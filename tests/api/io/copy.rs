//! `copy`: fill, write, flush, and in which order; `copy_buf`; both directions at once; and that
//! they give way.

use std::pin::pin;
use std::task::Poll;

use kettle::io::{
    self, AsyncBufReadExt, AsyncReadExt, AsyncSeekExt, AsyncWriteExt, BufReader, ErrorKind,
};
use kettle::task::yield_now;

use crate::help::{Polled, panic_of, text_of};

use super::script::{
    Answer, Claim, Eof, Error, Fail, Later, Pending, Reader, Step, Take, Wait, Writer, block_on,
    bytes, poll_and_cancel, poll_once,
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
fn a_writer_that_claims_too_much() {
    panic_of(|| copied([bytes(b"tea")], [Claim(4)]));
}

#[test]
fn dropped_it_loses_what_it_has_read() {
    let (mut reader, mut writer) =
        (Reader::new([bytes(b"green"), Wait, bytes(b" tea"), Eof]), Writer::new([Later, ALL, ALL]));
    poll_and_cancel(io::copy(&mut reader, &mut writer));
    assert_eq!(block_on(io::copy(&mut reader, &mut writer)).unwrap(), 4);
    assert_eq!(writer.written, b" tea");
}

/// More than any task's budget. Tests that count turns must end, also if nothing gives way.
const MANY: usize = 10_000;

/// Polls `busy` first in each round. Does another future get its turn before it ends?
async fn gives_way(busy: impl Future) -> bool {
    kettle::select! {
        biased;
        _ = busy => false,
        () = yield_now() => true,
    }
}

#[kettle::test]
async fn one_long_copy_gives_way() {
    let mut source = io::repeat(7).take(64 << 20);
    let mut target = io::sink();
    assert!(gives_way(io::copy(&mut source, &mut target)).await);
}

#[kettle::test]
async fn what_is_always_ready_gives_way() {
    macro_rules! check {
        ($operation:expr) => {
            let busy = async {
                for _ in 0..MANY {
                    let _ = $operation.await;
                }
            };
            assert!(gives_way(busy).await, "{}", stringify!($operation));
        };
    }
    check!(io::copy(&mut &b"tea"[..], &mut Vec::new()));
    check!(io::copy_buf(&mut &b"tea"[..], &mut Vec::new()));
    check!(io::empty().read(&mut [0]));
    check!(io::empty().fill_buf());
    check!(io::empty().write(b"tea"));
    check!(io::empty().flush());
    check!(io::empty().shutdown());
    check!(io::empty().stream_position());
    check!(io::repeat(1).read(&mut [0]));
    check!(io::sink().write(b"tea"));
    check!(io::sink().write_vectored(&[]));
    check!(io::sink().flush());
    check!(io::sink().shutdown());
    let mut pipe = io::SimplexStream::new_unsplit(8);
    check!(async {
        pipe.write_all(b"tea").await.unwrap();
        pipe.read_exact(&mut [0; 3]).await.unwrap();
    });
}

/// How often an operation is ready in the two polls that `yield_now` takes beside it.
async fn times_in_two_polls(mut operation: impl AsyncFnMut()) -> usize {
    let mut done = 0;
    let operations = async {
        for _ in 0..MANY {
            operation().await;
            done += 1;
        }
    };
    assert!(gives_way(operations).await);
    done
}

/// Also at the last unit of a task's budget.
#[kettle::test]
async fn an_operation_costs_one_unit() {
    const TWO_POLLS: usize = 2 * 128;
    let flush = async || io::sink().flush().await.unwrap();
    assert_eq!(times_in_two_polls(flush).await, TWO_POLLS);
    let copy = async || assert_eq!(io::copy(&mut &b"tea"[..], &mut Vec::new()).await.unwrap(), 3);
    assert_eq!(times_in_two_polls(copy).await, TWO_POLLS);
    let mut reader = BufReader::new(io::repeat(7));
    let fill = async || {
        let n = reader.fill_buf().await.unwrap().len();
        reader.consume(n);
    };
    assert_eq!(times_in_two_polls(fill).await, TWO_POLLS);
}

#[test]
fn copy_buf_writes_what_the_reader_has_buffered() {
    let reader = Reader::new([bytes(b"green"), bytes(b" tea"), Eof]);
    let mut reader = BufReader::with_capacity(64, reader);
    let mut writer = Writer::new([Take(2), Later, ALL, ALL, ALL]);
    assert_eq!(block_on(io::copy_buf(&mut reader, &mut writer)).unwrap(), 9);
    assert_eq!((&writer.written[..], &writer.calls[..]), (&b"green tea"[..], "wwwwf"));
}

#[test]
fn copy_buf_flushes_while_the_reader_has_nothing() {
    let reader = Reader::new([bytes(b"green"), Pending, Pending, Eof]);
    let mut writer = Writer::new([ALL; 3]);
    assert_eq!(block_on(io::copy_buf(&mut BufReader::new(reader), &mut writer)).unwrap(), 5);
    assert_eq!(writer.calls, "wff", "nothing is flushed twice, but for the end");
}

#[test]
fn copy_buf_leaves_in_the_reader_what_it_has_not_written() {
    let mut reader = BufReader::new(Reader::new([bytes(b"green tea"), Eof]));
    let mut writer = Writer::new([Take(6), Later, ALL, ALL]);
    let copy = Polled::waiting(io::copy_buf(&mut reader, &mut writer));
    drop(copy);
    assert_eq!(reader.buffer(), b"tea");
    assert_eq!(block_on(io::copy_buf(&mut reader, &mut writer)).unwrap(), 3);
    assert_eq!(writer.written, b"green tea");
}

#[test]
fn copy_buf_fails_as_copy_does() {
    let fails = |steps: Vec<Step>, answers: Vec<Answer>| {
        let (mut reader, mut writer) = (BufReader::new(Reader::new(steps)), Writer::new(answers));
        block_on(io::copy_buf(&mut reader, &mut writer)).unwrap_err().kind()
    };
    let reset = ErrorKind::ConnectionReset;
    assert_eq!(fails(vec![bytes(b"tea"), Error(reset)], vec![ALL]), reset);
    assert_eq!(fails(vec![bytes(b"tea")], vec![Fail(reset)]), reset);
    assert_eq!(fails(vec![bytes(b"tea")], vec![Take(0)]), ErrorKind::WriteZero);
    assert_eq!(fails(vec![bytes(b"tea"), Eof], vec![ALL, Fail(reset)]), reset);
    let interrupted = ErrorKind::Interrupted;
    let steps = [Error(interrupted), bytes(b"tea"), Error(interrupted), Eof];
    let mut writer = Writer::new([Fail(interrupted), ALL, ALL]);
    let mut reader = BufReader::new(Reader::new(steps));
    assert_eq!(block_on(io::copy_buf(&mut reader, &mut writer)).unwrap(), 3);
}

#[kettle::test]
async fn both_directions_go_on_until_both_have_ended() {
    let (mut client, mut front) = io::duplex(16);
    let (mut back, mut server) = io::duplex(16);
    let proxy = kettle::spawn(async move { io::copy_bidirectional(&mut front, &mut back).await });
    client.write_all(b"tea?").await.unwrap();
    client.shutdown().await.unwrap();
    assert_eq!(text_of(&mut server).await, "tea?", "the end was passed on");
    server.write_all(b"here it is").await.unwrap();
    let mut word = [0; 10];
    client.read_exact(&mut word).await.unwrap();
    assert_eq!(&word, b"here it is", "after the end of the other direction");
    assert!(!proxy.is_finished());
    drop(server);
    assert_eq!(proxy.await.unwrap().unwrap(), (4, 10));
    assert_eq!(client.read(&mut word).await.unwrap(), 0);
}

#[kettle::test]
async fn a_direction_that_is_stuck_does_not_keep_the_other() {
    let (client, mut front) = io::duplex(1);
    let (mut back, server) = io::duplex(1);
    let proxy = kettle::spawn(async move {
        io::copy_bidirectional_with_sizes(&mut front, &mut back, 1, 4).await
    });
    // The server does not read yet, so the client's direction fills up.
    let (mut client_reads, mut client_writes) = io::split(client);
    let stuck = kettle::spawn(async move {
        client_writes.write_all(&[7; 100]).await.unwrap();
        client_writes.shutdown().await.unwrap();
    });
    let (mut server_reads, mut server_writes) = io::split(server);
    kettle::spawn(async move {
        server_writes.write_all(b"hello").await.unwrap();
        server_writes.shutdown().await.unwrap();
    });
    assert_eq!(text_of(&mut client_reads).await, "hello");
    assert!(!stuck.is_finished());
    let mut all = Vec::new();
    server_reads.read_to_end(&mut all).await.unwrap();
    assert_eq!(all, [7; 100]);
    assert_eq!(proxy.await.unwrap().unwrap(), (100, 5));
}

#[kettle::test]
async fn an_error_ends_both_directions() {
    let (mut front, _client) = io::duplex(16);
    let reader = Reader::new([Error(ErrorKind::ConnectionReset)]);
    let mut back = io::join(reader, Writer::new([]));
    let error = io::copy_bidirectional(&mut front, &mut back).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    // Of the flush, of the shutdown.
    for answers in [vec![Fail(ErrorKind::TimedOut)], vec![ALL, Fail(ErrorKind::TimedOut)]] {
        let mut front = io::join(&b""[..], io::sink());
        let mut back = io::join(Reader::new([Wait]), Writer::new(answers));
        let error = io::copy_bidirectional(&mut front, &mut back).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimedOut);
    }
}

#[test]
fn a_shutdown_that_waits_is_waited_for() {
    let mut a = io::join(Reader::new([bytes(b"tea"), Eof]), Writer::new([ALL, ALL]));
    let mut b = io::join(Reader::new([Eof]), Writer::new([ALL, ALL, Later, Later, ALL]));
    assert_eq!(block_on(io::copy_bidirectional(&mut a, &mut b)).unwrap(), (3, 0));
    assert_eq!((&a.writer().calls[..], &b.writer().calls[..]), ("fs", "wfsss"));
}

#[kettle::test]
async fn a_buffer_of_no_bytes_is_refused() {
    for (a, b) in [(0, 1), (1, 0)] {
        let refused = kettle::spawn(async move {
            io::copy_bidirectional_with_sizes(&mut io::duplex(1).0, &mut io::duplex(1).0, a, b)
                .await
        });
        assert!(refused.await.unwrap_err().is_panic());
    }
}
