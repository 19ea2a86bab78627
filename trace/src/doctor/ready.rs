//! Is a source ready, according to the system, although a task waits for it?
//!
//! A selector reports each change once. If the program then says that the source isn't ready
//! (`clear_ready`, or a `WouldBlock` of its own) without having read everything, the report is
//! *used up*: the selector reports the source again only when more arrives. The doctor finds such
//! sources by a second selector, which reports whatever is ready when a source is registered, and
//! doesn't affect the runtime's.
//!
//! What follows from it is judged in `hang.rs`: a hang if both ends of the connection are in this
//! process, and a note after 5 s of rest if more may arrive from elsewhere.
//!
//! Interface: [`ask_ready`] fills in the field `ready` of a snapshot's sources.

use std::collections::BTreeSet;
use std::time::Duration;

use kettle_events::{Id, Resource, Snapshot, SourceNow};

use super::run::LASTING;

/// Asks the system about the sources that tasks wait for, if the runtime has rested for
/// [`LASTING`]. (Sooner, a source may be ready only because its report hasn't been handled yet.)
pub(super) fn ask_ready(snapshot: &mut Snapshot, rested: Duration) {
    if rested < LASTING {
        return;
    }
    let mut awaited = BTreeSet::<Id>::new();
    for wait in snapshot.waits.iter().filter(|wait| wait.is_asked()) {
        if let Resource::Source(id, _) = wait.on {
            awaited.insert(id);
        }
    }
    let sources = snapshot.sources.iter_mut().filter(|source| awaited.contains(&source.id));
    let _ = fill_in_ready(sources.collect()); // after an error they count as not ready
}

#[cfg(unix)]
fn fill_in_ready(mut sources: Vec<&mut SourceNow>) -> std::io::Result<()> {
    use kettle_events::Direction;
    use kettle_runtime::has_schedule;
    use mio::unix::SourceFd;
    use mio::{Events, Interest, Poll, Token};
    if sources.is_empty() {
        return Ok(());
    }
    let (mut poll, mut events) = (Poll::new()?, Events::with_capacity(sources.len()));
    for (token, source) in sources.iter().enumerate() {
        let Some(fd) = source.fd else { continue };
        let interest = Interest::READABLE | Interest::WRITABLE;
        let _ = poll.registry().register(&mut SourceFd(&fd), Token(token), interest);
    }
    poll.poll(&mut events, Some(Duration::ZERO))?;
    for event in &events {
        let ready = &mut sources[event.token().0].ready;
        ready[Direction::Read as usize] = event.is_readable();
        // In a search a connection may take less than the system would, so this says nothing.
        ready[Direction::Write as usize] = event.is_writable() && !has_schedule();
    }
    Ok(())
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "on Unix it can fail")]
fn fill_in_ready(_: Vec<&mut SourceNow>) -> std::io::Result<()> {
    Ok(())
}
