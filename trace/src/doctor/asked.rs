//! For what does a task ask again and again, and what is said of that?
//!
//! Interface: [`Asked`]. Not here: how the source shows it (`source.rs`); when it is told (`closed_channel.rs`).

/// What is asked for, again and again, and the answer comes at once.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Asked {
    /// Whether a socket is ready, and nothing is kept by which it may be used unseen.
    Readiness,
    /// The same of an `AsyncFd`, and no code clears what it has found.
    Guard,
    /// That a channel takes a value.
    Send,
    /// That a channel has room for one.
    Room,
    /// A value of a channel.
    Value,
    /// A new value of a `watch`.
    Change,
    /// What the loop itself has just called, sent or given back.
    Own,
    /// A permit of a semaphore.
    Permit,
    /// A time that may have passed.
    Time,
    /// Of a pipe through memory: at which end is not known.
    Pipe,
    /// Of a stream that has ended.
    End,
}

impl Asked {
    /// What its task did, why that is so, and what to write instead.
    pub(super) fn said(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Asked::Value | Asked::Change => (
                "asked the same channel again and again, and got nothing,",
                "a channel whose senders have gone answers at once, and always, and so does `recv_many` with a limit of 0",
                "leave the loop when the channel is closed: `while let Some(value) = rx.recv().await` (of a broadcast at `Err(RecvError::Closed)`), or \
                 `while rx.changed().await.is_ok()`; in a `select!`, `Some(value) = rx.recv() => …`. If its limit is the room that \
                 is left, `recv_many` takes nothing into a full list: await what empties that before you ask again",
            ),
            Asked::Send => (
                "sent into the same channel again and again, and it is closed,",
                "a channel whose receiver has gone, or has closed it, gives a value back at once, and always",
                "leave the loop when a `send` returns an error: nothing receives any more",
            ),
            Asked::Pipe => (
                "asked the same pipe again and again, and no byte was moved,",
                "a pipe whose other end has gone answers at once, and always: a `read` with 0 bytes, a `write` with an error",
                "leave the loop when `read` or `read_line` returns `Ok(0)`, `next_line` `Ok(None)`, or any of them or `write` an \
                 error",
            ),
            Asked::End => (
                "read 0 bytes of the same stream again and again",
                "0 bytes are the end: there a `read` returns at once, and always",
                "read no more when `read` or `read_line` has returned `Ok(0)`, `next_line` `Ok(None)`, or `read_exact` an error: leave the \
                 loop, or give that branch of a `select!` an `if`. (What is read into a buffer without room, as an empty `Vec`, is 0 \
                 bytes, too: `vec![0; 1024]`, or `read_buf`)",
            ),
            Asked::Readiness => (
                "asked the same socket again and again, and read and wrote nothing,",
                "a socket that is ready stays ready until a try says `WouldBlock`; and there is room to write most of the time",
                "ask `writable` (or for `WRITABLE` beside `READABLE`) only while there is something to write, as in a `select!` by \
                 `_ = socket.writable(), if !queue.is_empty()`. Read what is there (`try_read`, `try_recv`) before you ask `readable` \
                 again; or, while it can't be used, wait for that which is missing",
            ),
            Asked::Guard => (
                "asked the same `AsyncFd`, which stays ready, again and again",
                "what an `AsyncFd` has found stays so until the program clears it, also when nothing is left to read",
                "after a `WouldBlock` call `guard.clear_ready()`; or try by `guard.try_io(|fd| …)`, which does that. Dropping the \
                 guard clears nothing",
            ),
            Asked::Own => (
                "gave itself what it waits for, and took it, again and again",
                "a task that notifies the `Notify` at which it waits, or sends into the `watch` that it listens to, wakes itself as well \
                 as any other",
                "notify, send or add a permit only where another task is to go on: by a `Notify` at which this one does not wait (one for \
                 each task), and only if something has changed",
            ),
            Asked::Permit => (
                "asked the same semaphore again and again, and got no permit,",
                "a semaphore that is closed answers at once, and always, with an error",
                "leave the loop when `acquire` returns an error: the semaphore stays closed",
            ),
            Asked::Room => (
                "asked the same channel for room again and again, and got none,",
                "a channel whose receiver has gone, or has closed it, answers at once, and always, with an error",
                "leave the loop when `reserve` returns an error: nothing receives any more",
            ),
            Asked::Time => (
                "waited again and again for a time that has passed",
                "`sleep_until`, `timeout_at` and a sleep that is over are ready at once, and always",
                "move the time on in each round, also in one that has failed, or leave the loop: \
                 `next = Instant::now() + period`; `sleep.as_mut().reset(…)` where one `sleep` is awaited by `&mut` in a `select!`",
            ),
        }
    }
}
