//! How does a program wait until a descriptor is ready?
//!
//! With [`AsyncFd`] methods that return a guard, or that wait and make the attempt in one call.
//! Methods with `_mut` also lend the object mutably, so only one such wait is possible at a time.
//!
//! Not here: the guards (`guard.rs`).

use std::io;
use std::os::fd::AsRawFd;
use std::task::{Context, Poll, ready};

use kettle_runtime::event::{Direction, awaited, done_here};

use super::async_fd::AsyncFd;
use super::guard::{AsyncFdReadyGuard, AsyncFdReadyMutGuard};
use crate::io::Interest;
use crate::origin::located;

impl<T: AsRawFd> AsyncFd<T> {
    /// Waits until the descriptor is ready for anything in `interest`.
    ///
    /// # Errors
    ///
    /// If the runtime that the descriptor belongs to has ended.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost if the future is dropped. Any number of tasks may wait at once.
    #[track_caller]
    pub fn ready(
        &self,
        interest: Interest,
    ) -> impl Future<Output = io::Result<AsyncFdReadyGuard<'_, T>>> {
        located(async move {
            let found = self.io.found(interest).await?;
            Ok(AsyncFdReadyGuard::new(self, found, interest))
        })
    }

    /// [`AsyncFd::ready`] with a guard that lends the object mutably.
    #[track_caller]
    pub fn ready_mut(
        &mut self,
        interest: Interest,
    ) -> impl Future<Output = io::Result<AsyncFdReadyMutGuard<'_, T>>> {
        located(async move {
            let found = self.io.found(interest).await?;
            Ok(AsyncFdReadyMutGuard::new(self, found, interest))
        })
    }

    /// [`AsyncFd::ready`] for reading.
    #[track_caller]
    pub fn readable(&self) -> impl Future<Output = io::Result<AsyncFdReadyGuard<'_, T>>> {
        self.ready(Interest::READABLE)
    }

    /// [`AsyncFd::ready_mut`] for reading.
    #[track_caller]
    pub fn readable_mut(
        &mut self,
    ) -> impl Future<Output = io::Result<AsyncFdReadyMutGuard<'_, T>>> {
        self.ready_mut(Interest::READABLE)
    }

    /// [`AsyncFd::ready`] for writing.
    #[track_caller]
    pub fn writable(&self) -> impl Future<Output = io::Result<AsyncFdReadyGuard<'_, T>>> {
        self.ready(Interest::WRITABLE)
    }

    /// [`AsyncFd::ready_mut`] for writing.
    #[track_caller]
    pub fn writable_mut(
        &mut self,
    ) -> impl Future<Output = io::Result<AsyncFdReadyMutGuard<'_, T>>> {
        self.ready_mut(Interest::WRITABLE)
    }

    /// [`AsyncFd::readable`] for hand-written futures. Only the latest caller is woken.
    #[track_caller]
    pub fn poll_read_ready<'a>(
        &'a self,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<AsyncFdReadyGuard<'a, T>>> {
        let _line = awaited(None);
        let found = ready!(self.io.poll_found(Direction::Read, cx))?;
        Poll::Ready(Ok(AsyncFdReadyGuard::new(self, found, Interest::READABLE)))
    }

    /// [`AsyncFd::readable_mut`] for hand-written futures. Only the latest caller is woken.
    #[track_caller]
    pub fn poll_read_ready_mut<'a>(
        &'a mut self,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<AsyncFdReadyMutGuard<'a, T>>> {
        let _line = awaited(None);
        let found = ready!(self.io.poll_found(Direction::Read, cx))?;
        Poll::Ready(Ok(AsyncFdReadyMutGuard::new(self, found, Interest::READABLE)))
    }

    /// [`AsyncFd::writable`] for hand-written futures. Only the latest caller is woken.
    #[track_caller]
    pub fn poll_write_ready<'a>(
        &'a self,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<AsyncFdReadyGuard<'a, T>>> {
        let _line = awaited(None);
        let found = ready!(self.io.poll_found(Direction::Write, cx))?;
        Poll::Ready(Ok(AsyncFdReadyGuard::new(self, found, Interest::WRITABLE)))
    }

    /// [`AsyncFd::writable_mut`] for hand-written futures. Only the latest caller is woken.
    #[track_caller]
    pub fn poll_write_ready_mut<'a>(
        &'a mut self,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<AsyncFdReadyMutGuard<'a, T>>> {
        let _line = awaited(None);
        let found = ready!(self.io.poll_found(Direction::Write, cx))?;
        Poll::Ready(Ok(AsyncFdReadyMutGuard::new(self, found, Interest::WRITABLE)))
    }

    /// Waits for readiness and tries `f` until it returns something other than `WouldBlock`, which
    /// must come from the descriptor.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost if the future is dropped, because `f` isn't running then.
    ///
    /// ```
    /// # use kettle::io::{Interest, unix::AsyncFd};
    /// # use std::os::unix::net::UnixDatagram;
    /// # #[kettle::main] async fn main() -> std::io::Result<()> {
    /// # let (near, far) = UnixDatagram::pair()?;
    /// # near.set_nonblocking(true)?;
    /// # far.send(b"hello")?;
    /// let near = AsyncFd::new(near)?;
    /// let mut buffer = [0; 16];
    /// let n = near.async_io(Interest::READABLE, |near| near.recv(&mut buffer)).await?;
    /// assert_eq!(&buffer[..n], b"hello");
    /// # Ok(()) }
    /// ```
    #[track_caller]
    pub fn async_io<R>(
        &self,
        interest: Interest,
        mut f: impl FnMut(&T) -> io::Result<R>,
    ) -> impl Future<Output = io::Result<R>> {
        located(async move {
            loop {
                let mut guard = self.ready(interest).await?;
                if let Ok(result) = guard.try_io(|fd| f(fd.get_ref())) {
                    return result;
                }
            }
        })
    }

    /// Tries `f`, if the descriptor is ready for anything in `interest`. `f`'s `WouldBlock` must
    /// come from the descriptor.
    ///
    /// # Errors
    ///
    /// `WouldBlock` if the descriptor isn't ready, or `f`'s error.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn try_io<R>(
        &self,
        interest: Interest,
        f: impl FnOnce(&T) -> io::Result<R>,
    ) -> io::Result<R> {
        done_here(|| {
            let found = self.io.found_now(interest)?;
            let mut guard = AsyncFdReadyGuard::new(self, found, interest);
            guard
                .try_io(|fd| f(fd.get_ref()))
                .unwrap_or_else(|_| Err(io::ErrorKind::WouldBlock.into()))
        })
    }

    /// [`AsyncFd::async_io`] with an operation that changes the object.
    #[track_caller]
    pub fn async_io_mut<R>(
        &mut self,
        interest: Interest,
        mut f: impl FnMut(&mut T) -> io::Result<R>,
    ) -> impl Future<Output = io::Result<R>> {
        located(async move {
            loop {
                let mut guard = self.ready_mut(interest).await?;
                if let Ok(result) = guard.try_io(|fd| f(fd.get_mut())) {
                    return result;
                }
            }
        })
    }

    /// [`AsyncFd::try_io`] with an operation that changes the object.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn try_io_mut<R>(
        &mut self,
        interest: Interest,
        f: impl FnOnce(&mut T) -> io::Result<R>,
    ) -> io::Result<R> {
        done_here(|| {
            let found = self.io.found_now(interest)?;
            let mut guard = AsyncFdReadyMutGuard::new(self, found, interest);
            guard
                .try_io(|fd| f(fd.get_mut()))
                .unwrap_or_else(|_| Err(io::ErrorKind::WouldBlock.into()))
        })
    }
}
