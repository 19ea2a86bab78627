//! Which code do all sockets and pipes share?
//!
//! The code that waits until they are ready, attempts the operation, and waits again if it returns
//! `WouldBlock`. An [`Evented`] is the engine's [`Source`] with tokio's types: [`Interest`],
//! [`Ready`] and, for reading and writing, [`ReadBuf`] and slices.
//!
//! Interface: [`Evented`]. Each socket in `net` has one, and methods that forward to it, written by
//! the macros in `net/common/`. An `AsyncFd` has one, too. Methods that share a name with one of
//! `Source`'s forward to it.
//!
//! Not here: the waits and attempts themselves (`kettle_runtime::Source`).
//!
//! tokio: `io::PollEvented` and `runtime::io::Registration`.

use std::fmt;
use std::future::poll_fn;
use std::io::{self, ErrorKind, IoSlice, IoSliceMut, Read, Write};
use std::task::{Context, Poll, ready};

use kettle_runtime::budget::{self, Permit};
use kettle_runtime::event::Direction;
use kettle_runtime::{Found, Id, Pollable, Source};

use socket2::SockRef;

use super::{Interest, ReadBuf, Ready, portion, read_len, room};
use crate::net::common::faults;
use crate::net::common::link::{self, End, Held};

/// A source with tokio's types.
pub(crate) struct Evented<S> {
    source: Source<S>,
    /// What it knows of the other end.
    end: Option<Held>,
}

impl<S: Pollable> Evented<S> {
    /// Makes an `Evented` from `io`, which must be in non-blocking mode. The selector will report
    /// `interest`.
    #[track_caller]
    pub(crate) fn new(io: S, interest: Interest) -> io::Result<Evented<S>>
    where
        for<'s> SockRef<'s>: From<&'s S>,
    {
        Evented::new_with(io, interest, None)
    }

    /// The same for the other end of the source `with`.
    #[track_caller]
    pub(crate) fn new_with(io: S, interest: Interest, with: Option<Id>) -> io::Result<Evented<S>>
    where
        for<'s> SockRef<'s>: From<&'s S>,
    {
        let made = Evented::of(Source::new(io, interest.reported())?);
        made.emit_ends(with);
        Ok(made)
    }

    /// Makes an `Evented` from an existing source.
    pub(crate) fn of(source: Source<S>) -> Evented<S> {
        Evented { source, end: None }
    }

    /// Makes an `Evented` from a connection accepted by this listener, in the listener's runtime.
    /// A task that only waits gets it at once: there is room to write, and often a request, too.
    pub(crate) fn accepted<T: Pollable>(&self, io: T) -> io::Result<Evented<T>>
    where
        for<'s> SockRef<'s>: From<&'s T>,
    {
        let made = Evented::of(self.source.accepted(io)?);
        made.emit_ends(Some(self.id()));
        made.source.assume_ready(Direction::Read);
        made.source.assume_ready(Direction::Write);
        Ok(made)
    }

    /// Lets a task that only waits write at once to one end of a new pair.
    #[cfg(unix)]
    pub(crate) fn assume_writable(&self) {
        self.source.assume_ready(Direction::Write);
    }

    /// Returns the source's number in events.
    pub(crate) fn id(&self) -> Id {
        self.source.id()
    }

    /// In a debug build, finds out by `find` what is at the other end.
    pub(crate) fn link(&mut self, find: impl FnOnce(link::Source, &S) -> Option<Held>) {
        if cfg!(debug_assertions) {
            self.end = find((self.id(), self.source.handle()), self.source.get_ref());
        }
    }

    /// The same of two ends that were made together.
    #[cfg(unix)]
    pub(crate) fn link_with<T: Pollable>(&mut self, other: &mut Evented<T>) {
        if cfg!(debug_assertions) {
            let (one, two) = (self.source.handle(), other.source.handle());
            [self.end, other.end] = link::pair([(self.id(), one), (other.id(), two)]);
        }
    }

    /// What is known of the other end.
    pub(crate) fn end(&self) -> Option<&End> {
        self.end.as_deref()
    }

    /// An attempt of a stream's to move so many bytes, as the other end lets it.
    #[inline]
    fn transfers(
        &self,
        direction: Direction,
        wanted: usize,
        op: impl FnOnce(usize) -> io::Result<usize>,
    ) -> io::Result<usize> {
        match &self.end {
            Some(end) => {
                faults::come(end, direction);
                end.transfers(direction, wanted, op)
            }
            None => op(wanted),
        }
    }

    /// Records the source, with its socket's ports and the source that it was made `with`.
    #[track_caller]
    pub(crate) fn emit_ends(&self, with: Option<Id>)
    where
        for<'s> SockRef<'s>: From<&'s S>,
    {
        self.source.emit_new(None, with, |io| {
            let socket = SockRef::from(io);
            let ends = [socket.local_addr(), socket.peer_addr()];
            ends.map(|end| {
                end.ok().and_then(|end| end.as_socket()).map_or(0, |end| end.port().into())
            })
        });
    }

    /// Records that the source is a child's pipe with this name.
    #[cfg(all(unix, feature = "process"))]
    #[track_caller]
    pub(crate) fn emit_child(&self, name: &'static str, child: u32) {
        self.source.emit_new(Some(name), None, |_| [child, 0]);
    }

    /// Records that the program has attempted an operation itself.
    #[cfg(unix)]
    pub(crate) fn emit_try<R>(&self, direction: Direction, result: &io::Result<R>) {
        self.source.emit_try(direction, result, None);
    }

    pub(crate) fn get_ref(&self) -> &S {
        self.source.get_ref()
    }

    /// The same for a program, which may duplicate the descriptor.
    pub(crate) fn lend(&self) -> &S {
        self.end().into_iter().for_each(End::leaves);
        self.source.lend()
    }

    #[cfg(unix)]
    pub(crate) fn get_mut(&mut self) -> &mut S {
        self.source.get_mut()
    }

    /// Takes the socket out of its runtime.
    pub(crate) fn into_inner(self) -> io::Result<S> {
        self.end().into_iter().for_each(End::leaves);
        let (io, left) = self.source.leave();
        left.map(|()| io)
    }

    /// The same, but ignores an error from the selector.
    #[cfg(unix)]
    pub(crate) fn into_inner_infallible(self) -> S {
        self.source.leave().0
    }

    /// Waits until the source is ready for anything in `interest`. Any number of tasks may wait.
    pub(crate) async fn readiness(&self, interest: Interest) -> io::Result<Ready> {
        Ok(Ready::new(&self.found(interest).await?, interest))
    }

    /// The same, but the result distinguishes the reports.
    pub(crate) async fn found(&self, interest: Interest) -> io::Result<Found> {
        self.source.ready(interest.directions()).await
    }

    /// Waits until a direction is ready; the latest caller replaces the one before. The result
    /// distinguishes the reports.
    pub(crate) fn poll_found(
        &self,
        direction: Direction,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<Found>> {
        self.source.poll_ready(direction, cx)
    }

    /// Returns what in `interest` the source is assumed to be ready for, or `WouldBlock`.
    #[cfg(unix)]
    pub(crate) fn found_now(&self, interest: Interest) -> io::Result<Found> {
        self.source.look(interest.directions())?.ok_or_else(|| ErrorKind::WouldBlock.into())
    }

    /// Clears readiness that was found but isn't true, or isn't any more.
    #[cfg(unix)]
    pub(crate) fn forget(&self, found: &Found, which: Ready) -> io::Result<()> {
        which.directions().try_for_each(|direction| self.source.clear(found, direction))
    }

    /// Tries `f` once, unless the source is known not to be ready for anything in `interest`.
    pub(crate) fn try_if_ready<R>(
        &self,
        interest: Interest,
        f: impl FnOnce(&S) -> io::Result<R>,
    ) -> io::Result<R> {
        self.try_datagram(interest, f, |_| None)
    }

    /// The same with a datagram. `moved` returns a result's number of bytes, for the events.
    pub(crate) fn try_datagram<R>(
        &self,
        interest: Interest,
        f: impl FnOnce(&S) -> io::Result<R>,
        moved: impl Fn(&R) -> Option<usize>,
    ) -> io::Result<R> {
        let mut f = Some(f);
        for direction in interest.directions() {
            let once = |io: &S| match f.take() {
                Some(f) => f(io),
                None => Err(ErrorKind::WouldBlock.into()),
            };
            let result = self.source.try_io(direction, once, &moved);
            if f.is_none() {
                return result;
            }
        }
        Err(ErrorKind::WouldBlock.into())
    }

    /// [`Source::try_io`] for a stream.
    pub(crate) fn try_transfer(
        &self,
        direction: Direction,
        op: impl FnOnce(&S) -> io::Result<usize>,
    ) -> io::Result<usize> {
        self.source.try_io(direction, op, |&n| Some(n))
    }

    /// [`Source::io`]: tries `op` in this direction until it returns something other than
    /// `WouldBlock`. Any number of tasks may wait.
    pub(crate) fn io<R>(
        &self,
        direction: Direction,
        op: impl FnMut(&S) -> io::Result<R>,
    ) -> impl Future<Output = io::Result<R>> {
        self.source.io(direction, op, |_| None)
    }

    /// [`Source::poll_io`]: the same, but the latest caller replaces the one before.
    pub(crate) fn poll_io<R>(
        &self,
        direction: Direction,
        cx: &mut Context<'_>,
        op: impl FnMut(&S) -> io::Result<R>,
    ) -> Poll<io::Result<R>> {
        self.source.poll_io(direction, cx, 0, op, |_| None)
    }

    /// [`Evented::io`] with a datagram.
    pub(crate) fn datagram<R>(
        &self,
        direction: Direction,
        op: impl FnMut(&S) -> io::Result<R>,
        moved: impl Fn(&R) -> Option<usize>,
    ) -> impl Future<Output = io::Result<R>> {
        self.source.io(direction, op, moved)
    }

    /// [`Evented::poll_io`] with a datagram.
    pub(crate) fn poll_datagram<R>(
        &self,
        direction: Direction,
        cx: &mut Context<'_>,
        op: impl FnMut(&S) -> io::Result<R>,
        moved: impl Fn(&R) -> Option<usize>,
    ) -> Poll<io::Result<R>> {
        self.source.poll_io(direction, cx, 0, op, moved)
    }

    /// Tries `f` and waits until it returns something other than `WouldBlock`.
    pub(crate) async fn async_io<R>(
        &self,
        interest: Interest,
        mut f: impl FnMut(&S) -> io::Result<R>,
    ) -> io::Result<R> {
        let mut permit = Some(poll_fn(budget::poll_proceed).await);
        loop {
            match self.try_if_ready(interest, &mut f) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                result => {
                    permit.into_iter().for_each(Permit::made_progress);
                    return result;
                }
            }
            self.found(interest).await?; // spends the unit
            permit = None;
        }
    }
}

/// Reading.
impl<S: Pollable> Evented<S>
where
    for<'s> &'s S: Read,
{
    #[inline]
    pub(crate) fn poll_read(
        &self,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let len = portion(read_len(buf));
        let read =
            |mut io: &S| self.transfers(Direction::Read, len, |len| io.read(&mut room(buf)[..len]));
        let n = ready!(self.source.poll_io(Direction::Read, cx, len, read, |&n| Some(n)))?;
        buf.advance(n);
        Poll::Ready(Ok(()))
    }

    /// Only a `WouldBlock` clears readiness: a program may wait again after a short read.
    pub(crate) fn try_read(&self, buf: &mut [u8]) -> io::Result<usize> {
        let len = portion(buf.len());
        self.try_transfer(Direction::Read, |mut io| {
            self.transfers(Direction::Read, len, |len| io.read(&mut buf[..len]))
        })
    }

    pub(crate) fn try_read_vectored(&self, bufs: &mut [IoSliceMut<'_>]) -> io::Result<usize> {
        self.try_transfer(Direction::Read, |mut io| {
            self.transfers(Direction::Read, 0, |_| io.read_vectored(bufs))
        })
    }
}

/// Writing.
impl<S: Pollable> Evented<S>
where
    for<'s> &'s S: Write,
{
    #[inline]
    pub(crate) fn poll_write(&self, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let buf = &buf[..portion(buf.len())];
        let write =
            |mut io: &S| self.transfers(Direction::Write, buf.len(), |len| io.write(&buf[..len]));
        self.source.poll_io(Direction::Write, cx, buf.len(), write, |&n| Some(n))
    }

    pub(crate) fn poll_write_vectored(
        &self,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let first = bufs.iter().find(|buf| !buf.is_empty()).map_or(&[][..], |buf| buf);
        if portion(first.len()) < first.len() {
            return self.poll_write(cx, first);
        }
        // Asks for 0, because the system takes a limited number of slices at a time, so a short
        // write doesn't mean a full buffer.
        let write = |io: &S| self.write_slices(io, bufs);
        self.source.poll_io(Direction::Write, cx, 0, write, |&n| Some(n))
    }

    fn write_slices(&self, mut io: &S, bufs: &[IoSlice<'_>]) -> io::Result<usize> {
        let all = bufs.iter().map(|buf| buf.len()).sum();
        let first = || bufs.iter().find(|buf| !buf.is_empty());
        self.transfers(Direction::Write, all, |len| match first().filter(|_| len < all) {
            Some(first) => io.write(&first[..len.min(first.len())]),
            None => io.write_vectored(bufs),
        })
    }

    /// Only a `WouldBlock` clears readiness, as for [`Evented::try_read`].
    pub(crate) fn try_write(&self, buf: &[u8]) -> io::Result<usize> {
        let buf = &buf[..portion(buf.len())];
        self.try_transfer(Direction::Write, |mut io| {
            self.transfers(Direction::Write, buf.len(), |len| io.write(&buf[..len]))
        })
    }

    pub(crate) fn try_write_vectored(&self, bufs: &[IoSlice<'_>]) -> io::Result<usize> {
        self.try_transfer(Direction::Write, |io| self.write_slices(io, bufs))
    }
}

impl<S: fmt::Debug> fmt::Debug for Evented<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.source.fmt(f)
    }
}
