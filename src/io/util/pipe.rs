//! How do bytes get from one task to another through memory?
//!
//! Through a queue of bytes with a limit, behind a lock. A reader that finds it empty leaves its
//! waker, and so does a writer that finds it full; what the one moves makes the other go on.
//!
//! Interface: [`Pipe`]: one direction. `simplex.rs` and `duplex.rs` make streams of it.
//!
//! Invariants:
//! - The queue is never longer than the limit.
//! - A side that was told `Pending` has its newest waker here until the other side moves a byte or
//!   closes; then the waker is taken out and called. There is one slot for each side: of two tasks
//!   that read at the same time, only the later one is woken.
//! - Once closed, it stays closed. What is in it can still be read; writing fails.
//! - No waker is cloned, called or dropped under the lock (`kettle_runtime::WakerSlot`).
//! - What is moved, a failed write and the end of file each cost one unit of the task's budget.
//!
//! tokio: `io/util/mem.rs`, with a `BytesMut` for the queue. It clones wakers under the lock.

use std::collections::VecDeque;
use std::fmt;
use std::io::{self, ErrorKind, IoSlice};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};

use kettle_runtime::{WakerSlot, budget};

use crate::io::ReadBuf;

/// One direction: a queue of bytes.
pub(super) struct Pipe {
    limit: usize,
    state: Mutex<State>,
}

struct State {
    bytes: VecDeque<u8>,
    closed: bool,
    /// The waker of a reader that found nothing.
    reader: WakerSlot,
    /// The waker of a writer that found no room.
    writer: WakerSlot,
}

/// What an operation has come to, and the waker of the other side if that can go on now. `None`: it
/// has to wait.
type Step<T> = Option<(T, Option<Waker>)>;

impl Pipe {
    /// Open and empty, for at most `limit` bytes.
    #[track_caller]
    pub(super) fn new(limit: usize) -> Pipe {
        assert!(limit > 0, "a pipe needs room for at least one byte: `max_buf_size` is 0");
        let (reader, writer) = (WakerSlot::EMPTY, WakerSlot::EMPTY);
        let state = State { bytes: VecDeque::new(), closed: false, reader, writer };
        Pipe { limit, state: Mutex::new(state) }
    }

    pub(super) fn poll_read(
        &self,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.poll(cx, |state| &mut state.reader, |state| state.read(buf)).map(Ok)
    }

    pub(super) fn poll_write(
        &self,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.poll(cx, |state| &mut state.writer, |state| state.write(bufs, self.limit))
    }

    /// Takes the step, or leaves the newest waker in this side's slot.
    fn poll<T>(
        &self,
        cx: &mut Context<'_>,
        slot: fn(&mut State) -> &mut WakerSlot,
        mut step: impl FnMut(&mut State) -> Step<T>,
    ) -> Poll<T> {
        let permit = ready!(budget::poll_proceed(cx));
        let mut clone = None;
        loop {
            let mut state = self.lock();
            if let Some((result, other_side)) = step(&mut state) {
                drop(state);
                permit.made_progress();
                wake(other_side);
                return Poll::Ready(result);
            }
            let stored = slot(&mut state).store(cx, &mut clone);
            drop(state);
            if stored.is_some() {
                return Poll::Pending;
            }
            clone = Some(cx.waker().clone());
        }
    }

    /// Nothing under the lock panics, so its poison says nothing.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The writer writes no more. The reader comes to the end of file after what is in the queue.
    pub(super) fn close_by_writer(&self) {
        let mut state = self.lock();
        state.closed = true;
        let reader = state.reader.take();
        drop(state);
        wake(reader);
    }

    /// The reader reads no more. The writer gets an error.
    pub(super) fn close_by_reader(&self) {
        let mut state = self.lock();
        state.closed = true;
        let writer = state.writer.take();
        drop(state);
        wake(writer);
    }
}

fn wake(waker: Option<Waker>) {
    if let Some(waker) = waker {
        waker.wake();
    }
}

impl State {
    fn read(&mut self, buf: &mut ReadBuf<'_>) -> Step<()> {
        let n = self.bytes.len().min(buf.remaining());
        if n == 0 {
            let has_to_wait = buf.remaining() > 0 && !self.closed;
            return (!has_to_wait).then_some(((), None));
        }
        let (front, back) = self.bytes.as_slices();
        let of_front = n.min(front.len());
        buf.put_slice(&front[..of_front]);
        buf.put_slice(&back[..n - of_front]);
        self.bytes.drain(..n);
        Some(((), self.writer.take()))
    }

    fn write(&mut self, bufs: &[IoSlice<'_>], limit: usize) -> Step<io::Result<usize>> {
        if self.closed {
            return Some((Err(ErrorKind::BrokenPipe.into()), None));
        }
        if bufs.iter().all(|buf| buf.is_empty()) {
            return Some((Ok(0), None));
        }
        let before = self.bytes.len();
        for buf in bufs {
            let room = limit - self.bytes.len();
            self.bytes.extend(&buf[..buf.len().min(room)]);
        }
        let n = self.bytes.len() - before;
        (n > 0).then(|| (Ok(n), self.reader.take()))
    }
}

impl fmt::Debug for Pipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut pipe = f.debug_struct("Pipe");
        pipe.field("limit", &self.limit);
        if let Ok(state) = self.state.try_lock() {
            pipe.field("bytes", &state.bytes.len()).field("closed", &state.closed);
        }
        pipe.finish_non_exhaustive()
    }
}
