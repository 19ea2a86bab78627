//! How does one task send bytes to another through memory?
//!
//! Through a bounded queue of bytes behind a lock. A reader that finds it empty stores its waker,
//! as does a writer that finds it full, and each wakes the other when it moves bytes.
//!
//! Interface: [`Pipe`], which is one direction; [`End`]; `stream_over_pipes!`, with which
//! `simplex.rs` and `duplex.rs` make streams.
//!
//! Invariants:
//! - The queue is never longer than the limit.
//! - After `Pending`, a side's most recent waker stays here until the other side moves a byte or
//!   closes, and then takes it out and calls it. Each side has one slot, so if two tasks read at
//!   the same time, only the later one is woken.
//! - Once closed, the pipe stays closed. The bytes in it can still be read, but writing fails.
//! - No waker is cloned, called or dropped under the lock (`store_waker`).
//! - Moving bytes, a failed write and the end of file each cost one unit of the task's budget.
//!
//! tokio: `io/util/mem.rs` has a `BytesMut` for the queue, and clones wakers under the lock.

use std::collections::VecDeque;
use std::fmt;
use std::io::{self, ErrorKind, IoSlice};
use std::mem;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::task::{Context, Poll, ready};

use kettle_runtime::event::{Act, StateLock, SyncKind, Units, Wait};
use kettle_runtime::{Call, WakerSlot, budget, store_waker};

use crate::io::{ReadBuf, portion};
use crate::sync::report::{Report, Reports};

/// One direction: a queue of bytes.
pub(super) struct Pipe {
    limit: usize,
    report: Report,
    state: StateLock<State>,
}

struct State {
    bytes: VecDeque<u8>,
    closed: bool,
    /// The waker of a reader that found no bytes.
    reader: WakerSlot,
    /// The waker of a writer that found no room.
    writer: WakerSlot,
    /// Each end's wait, for which there is no future of ours.
    waits: [Wait; 2],
}

/// An end of a pipe.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Reader,
    Writer,
}

/// The outcome of an operation: the number of bytes moved, or `None` if it has to wait.
type Step = Option<io::Result<usize>>;

/// The ticket of the only waiter. The reader waits while the pipe is empty and the writer while it
/// is full, so never both, and each wait ends with the other's next move.
const TICKET: usize = 1;

impl Pipe {
    /// Makes an empty pipe for at most `limit` bytes.
    #[track_caller]
    pub(super) fn new(limit: usize) -> Pipe {
        assert!(limit > 0, "`max_buf_size` must be greater than 0");
        let (reader, writer) = (WakerSlot::EMPTY, WakerSlot::EMPTY);
        let (bytes, waits) = (VecDeque::new(), [Wait::NONE, Wait::NONE]);
        let state = State { bytes, closed: false, reader, writer, waits };
        let report = Report::new(SyncKind::Pipe, 0);
        report.made();
        Pipe { limit, report, state: StateLock::new(state) }
    }

    pub(super) fn poll_read(
        &self,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let has_room = buf.remaining() > 0; // without room, 0 bytes say nothing
        let read = self.poll(End::Reader, cx, |state| state.read(buf));
        if let (true, Poll::Ready(Ok(0))) = (has_room, &read) {
            self.report.refuses_receive(true);
        }
        read.map_ok(drop)
    }

    pub(super) fn poll_write(
        &self,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.poll(End::Writer, cx, |state| state.write(bufs, self.limit))
    }

    /// Takes the step, or stores the caller's waker in this end's slot.
    fn poll(
        &self,
        end: End,
        cx: &mut Context<'_>,
        mut step: impl FnMut(&mut State) -> Step,
    ) -> Poll<io::Result<usize>> {
        let permit = ready!(budget::poll_proceed(cx));
        let stored = store_waker(cx, |clone| {
            let mut state = self.state.lock();
            let done = step(&mut state);
            if done.is_some() {
                state.waits[end as usize].got();
            }
            match done {
                // The other end can go on only if bytes were moved.
                Some(Ok(n)) if n > 0 => {
                    let waiting = state.waker_of(end.other()).take();
                    Some(Ok((Ok(n), state.bytes.len(), waiting)))
                }
                Some(result) => Some(Ok((result, 0, None))),
                None => {
                    let old = state.waker_of(end).store(cx, clone)?;
                    let open = &mut state.waits[end as usize];
                    let wait = self.report.waits(open, end.wanted(), TICKET);
                    state.waker_of(end).stored_for(wait);
                    Some(Err(old))
                }
            }
        });
        match stored {
            Ok((result, left, waiting)) => {
                permit.made_progress();
                match result {
                    Ok(n @ 1..) => self.report_move(end, n, left, waiting),
                    Ok(_) => {}
                    Err(_) => self.report.refuses(0),
                }
                Poll::Ready(result)
            }
            Err(_old) => Poll::Pending,
        }
    }

    /// Reports that bytes were moved, and wakes the task at the other end.
    fn report_move(&self, end: End, n: usize, left: usize, waiting: Option<Call>) {
        let act = if end == End::Reader { Act::Get } else { Act::Put };
        self.report.act(act, Units::of(n), left);
        self.report.serves(&waiting);
        waiting.into_iter().for_each(Call::wake);
    }

    /// Closes the pipe. If the writer closes it, the reader gets the bytes in the pipe and then the
    /// end of file; if the reader closes it, the writer gets an error.
    pub(super) fn close(&self, by: End) {
        let mut state = self.state.lock();
        let first = !mem::replace(&mut state.closed, true);
        let left = state.bytes.len();
        let (own, waiting) = (state.waker_of(by).take(), state.waker_of(by.other()).take());
        drop(state);
        if first {
            self.report.act(Act::Close, Units::All, left);
        }
        drop(own); // of a future that was cancelled
        self.report.serves(&waiting);
        waiting.into_iter().for_each(Call::wake);
    }
}

// Nothing under the lock panics, so the state is always intact.
impl UnwindSafe for Pipe {}
impl RefUnwindSafe for Pipe {}

impl End {
    fn other(self) -> End {
        if self == End::Reader { End::Writer } else { End::Reader }
    }

    /// Distinguishes a wait for bytes from one for room in events, as for a lock to read or write.
    fn wanted(self) -> Units {
        if self == End::Reader { Units::Count(1) } else { Units::All }
    }
}

impl State {
    fn waker_of(&mut self, end: End) -> &mut WakerSlot {
        if end == End::Reader { &mut self.reader } else { &mut self.writer }
    }

    fn read(&mut self, buf: &mut ReadBuf<'_>) -> Step {
        let n = portion(self.bytes.len().min(buf.remaining()));
        if n == 0 && buf.remaining() > 0 && !self.closed {
            return None;
        }
        let (front, back) = self.bytes.as_slices();
        let of_front = n.min(front.len());
        buf.put_slice(&front[..of_front]);
        buf.put_slice(&back[..n - of_front]);
        self.bytes.drain(..n);
        Some(Ok(n))
    }

    fn write(&mut self, bufs: &[IoSlice<'_>], limit: usize) -> Step {
        if self.closed {
            return Some(Err(ErrorKind::BrokenPipe.into()));
        }
        let before = self.bytes.len();
        if before == limit && bufs.iter().any(|buf| !buf.is_empty()) {
            return None;
        }
        let all = bufs.iter().map(|buf| buf.len()).fold(0, usize::saturating_add);
        let after = before + portion(all.min(limit - before));
        for buf in bufs {
            let room = after - self.bytes.len();
            self.bytes.extend(&buf[..buf.len().min(room)]);
        }
        Some(Ok(self.bytes.len() - before))
    }
}

impl fmt::Debug for Pipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Read out first, because the program's own writer may use the pipe.
        let state = self.state.lock();
        let (bytes, closed) = (state.bytes.len(), state.closed);
        drop(state);
        let mut pipe = f.debug_struct("Pipe");
        pipe.field("limit", &self.limit).field("bytes", &bytes).field("closed", &closed);
        pipe.finish_non_exhaustive()
    }
}

/// `stream_over_pipes!(Stream: reads one, writes other)`: implements `AsyncRead` from the pipe in
/// its field `one`, and `AsyncWrite` to the pipe in `other`, which shutting the stream down closes.
macro_rules! stream_over_pipes {
    ($stream:ident: reads $read:ident, writes $write:ident) => {
        impl $crate::io::AsyncRead for $stream {
            fn poll_read(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
                buf: &mut $crate::io::ReadBuf<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                self.$read.poll_read(cx, buf)
            }
        }

        impl $crate::io::AsyncWrite for $stream {
            fn poll_write(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
                buf: &[u8],
            ) -> std::task::Poll<std::io::Result<usize>> {
                self.$write.poll_write(cx, &[std::io::IoSlice::new(buf)])
            }

            fn poll_flush(
                self: std::pin::Pin<&mut Self>,
                _cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                std::task::Poll::Ready(Ok(()))
            }

            fn poll_shutdown(
                self: std::pin::Pin<&mut Self>,
                _cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                self.$write.close($crate::io::util::pipe::End::Writer);
                std::task::Poll::Ready(Ok(()))
            }

            fn poll_write_vectored(
                self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
                bufs: &[std::io::IoSlice<'_>],
            ) -> std::task::Poll<std::io::Result<usize>> {
                self.$write.poll_write(cx, bufs)
            }

            fn is_write_vectored(&self) -> bool {
                true
            }
        }
    };
}

pub(super) use stream_over_pipes;
