//! `AsyncSeek` and its methods.

use std::io::Cursor;
use std::pin::Pin;
use std::task::{Context, Poll};

use kettle::io::{self, AsyncSeek, AsyncSeekExt, ErrorKind, SeekFrom};

use super::script::{block_on, poll_and_cancel};

#[test]
fn what_is_empty_is_always_at_its_start() {
    assert_eq!(block_on(io::empty().seek(SeekFrom::Start(7))).unwrap(), 0);
}

/// Says what it is asked; its polls are `Pending` as often as told.
#[derive(Debug, Default)]
struct Log {
    calls: Vec<String>,
    late: usize,
}

impl AsyncSeek for Log {
    fn start_seek(mut self: Pin<&mut Self>, position: SeekFrom) -> io::Result<()> {
        self.calls.push(format!("{position:?}"));
        self.late = 1;
        if position == SeekFrom::Start(404) { Err(ErrorKind::NotFound.into()) } else { Ok(()) }
    }

    fn poll_complete(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<u64>> {
        self.calls.push("poll".to_owned());
        if self.late > 0 {
            self.late -= 1;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Ok(7))
    }
}

#[test]
fn a_seek_waits_for_an_earlier_one_begins_and_waits() {
    let mut log = Log { late: 1, ..Log::default() };
    assert_eq!(block_on(log.rewind()).unwrap(), 7);
    assert_eq!(log.calls, ["poll", "poll", "Start(0)", "poll", "poll"]);
}

#[test]
fn a_seek_that_does_not_begin_is_over() {
    let mut log = Log::default();
    assert_eq!(block_on(log.seek(SeekFrom::Start(404))).unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(log.calls, ["poll", "Start(404)"]);
}

#[test]
fn a_seek_that_is_cancelled_goes_on() {
    let mut log = Log::default();
    poll_and_cancel(log.seek(SeekFrom::End(1)));
    assert_eq!(block_on(log.stream_position()).unwrap(), 7);
    assert_eq!(log.calls, ["poll", "End(1)", "poll", "poll", "Current(0)", "poll", "poll"]);
}

#[test]
fn what_points_to_something_that_seeks_does() {
    fn end(mut seeks: impl AsyncSeek + Unpin) -> u64 {
        block_on(seeks.seek(SeekFrom::End(0))).unwrap()
    }
    let mut cursor = Cursor::new(b"tea");
    assert_eq!(end(&mut cursor), 3);
    let boxed: Box<dyn AsyncSeek + Unpin> = Box::new(Cursor::new(b"green"));
    assert_eq!(end(boxed), 5);
    let mut pinned = Box::pin(Cursor::new(b"green tea"));
    assert_eq!(end(pinned.as_mut()), 9);
    assert_eq!(end(pinned), 9);
}
