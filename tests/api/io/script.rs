//! Readers and writers that do what they are told, and an executor that notices a lost wake.

use std::collections::VecDeque;
use std::io::IoSlice;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use kettle::io::{self, AsyncRead, AsyncWrite, ErrorKind, ReadBuf};

pub(crate) use crate::common::Wakes;
pub(crate) use crate::common::time::poll_once;

/// What a reader does the next time it is polled.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// Keeps the waker, calls it at once, and says `Pending`.
    Pending,
    /// Keeps the waker in [`Reader::waker`] and says `Pending`: for polling by hand.
    Wait,
    /// Hands over these bytes; what finds no room stays for the next poll.
    Bytes(Vec<u8>),
    Error(ErrorKind),
    Eof,
    Panic,
}
pub(crate) use Step::{Eof, Error, Panic, Pending, Wait};

pub(crate) fn bytes(bytes: &[u8]) -> Step {
    Step::Bytes(bytes.to_vec())
}

/// One step for each byte, with a `Pending` before it.
pub(crate) fn one_by_one(bytes: &[u8]) -> Vec<Step> {
    bytes.iter().flat_map(|b| [Pending, Step::Bytes(vec![*b])]).collect()
}

#[derive(Debug, Default)]
pub(crate) struct Reader {
    steps: VecDeque<Step>,
    /// The room that was offered at each poll: its length counts the polls.
    pub(crate) rooms: Vec<usize>,
    pub(crate) waker: Option<Waker>,
}

impl Reader {
    pub(crate) fn new(steps: impl IntoIterator<Item = Step>) -> Reader {
        Reader { steps: steps.into_iter().collect(), ..Reader::default() }
    }

    pub(crate) fn polls(&self) -> usize {
        self.rooms.len()
    }

    pub(crate) fn is_done(&self) -> bool {
        self.steps.is_empty()
    }
}

impl AsyncRead for Reader {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.rooms.push(buf.remaining());
        match self.steps.pop_front().expect("polled more often than the script says") {
            Step::Pending => {
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            Step::Wait => {
                self.waker = Some(cx.waker().clone());
                return Poll::Pending;
            }
            Step::Bytes(mut bytes) => {
                let later = bytes.split_off(bytes.len().min(buf.remaining()));
                buf.put_slice(&bytes);
                if !later.is_empty() {
                    self.steps.push_front(Step::Bytes(later));
                }
            }
            Step::Error(kind) => return Poll::Ready(Err(kind.into())),
            Step::Eof => {}
            Step::Panic => panic!("as the script says"),
        }
        Poll::Ready(Ok(()))
    }
}

/// What a writer does the next time it is polled, for whatever reason.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Answer {
    Later,
    /// Takes as many bytes as this, or all; nothing to do with a flush or a shutdown, which are
    /// done.
    Take(usize),
    /// Says that it took that many, whatever it was given.
    Claim(usize),
    Fail(ErrorKind),
}
pub(crate) use Answer::{Claim, Fail, Later, Take};

#[derive(Debug, Default)]
pub(crate) struct Writer {
    answers: VecDeque<Answer>,
    pub(crate) written: Vec<u8>,
    /// What was asked for at each poll: 'w', 'f', 's', or how many slices were offered.
    pub(crate) calls: String,
    /// How many slices it takes at once. `None`: it knows of none.
    slices: Option<usize>,
}

impl Writer {
    pub(crate) fn new(answers: impl IntoIterator<Item = Answer>) -> Writer {
        Writer { answers: answers.into_iter().collect(), ..Writer::default() }
    }

    pub(crate) fn of_slices(most: usize, answers: impl IntoIterator<Item = Answer>) -> Writer {
        Writer { slices: Some(most), ..Writer::new(answers) }
    }

    pub(crate) fn polls(&self) -> usize {
        self.calls.len()
    }

    fn next(&mut self, call: char, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.calls.push(call);
        match self.answers.pop_front().expect("polled more often than the script says") {
            Later => {
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            Take(n) => {
                let n = n.min(buf.len());
                self.written.extend_from_slice(&buf[..n]);
                Poll::Ready(Ok(n))
            }
            Claim(n) => Poll::Ready(Ok(n)),
            Fail(kind) => Poll::Ready(Err(kind.into())),
        }
    }
}

impl AsyncWrite for Writer {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.next('w', cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let Some(most) = self.slices else {
            let first = slices.iter().find(|slice| !slice.is_empty());
            return self.poll_write(cx, first.map_or(&[], |slice| slice));
        };
        let offered = char::from_digit(u32::try_from(slices.len()).unwrap(), 10).unwrap();
        let bytes: Vec<u8> = slices.iter().take(most).flat_map(|slice| slice.to_vec()).collect();
        self.next(offered, cx, &bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.slices.is_some()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.next('f', cx, &[]).map_ok(drop)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.next('s', cx, &[]).map_ok(drop)
    }
}

/// Polls until it is ready. A `Pending` without a wake would hang a runtime; here it panics.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let wakes = Arc::new(Wakes::default());
    let waker = Waker::from(wakes.clone());
    let mut cx = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        let before = wakes.count();
        match future.as_mut().poll(&mut cx) {
            Poll::Ready(output) => return output,
            Poll::Pending => assert!(wakes.count() > before, "Pending, and nobody woke the task"),
        }
    }
}

/// Begins with the future and drops it at its first `Pending`.
pub(crate) fn poll_and_cancel<F: Future>(future: F) {
    assert!(poll_once(pin!(future)).is_pending());
}
