//! Does the system call the sources ready that tasks wait for?
//!
//! A selector reports what has changed, once. If the program then says that the source isn't ready
//! (`clear_ready`, a `WouldBlock` of its own), though it hasn't taken all that there was, the
//! report is *used up*: there will be none for what is left, only for more. The doctor asks by a
//! selector of its own, which reports what is ready as it joins, and so changes nothing.
//!
//! Where both ends are in this process, and nobody sends more, that is a hang. Elsewhere more may
//! come, so it is a note, after 5 s in which nothing else has gone on: then the runtime's selector
//! has had its say (`hang.rs`).
//!
//! Interface: [`ask_ready`].

use std::collections::BTreeSet;
use std::time::Duration;

use kettle_events::{Direction, Id, Resource, Snapshot, SourceNow};
use kettle_runtime::has_schedule;

use super::run::LASTING;

/// Asks the system about the sources that are waited for, if nothing has gone on for long enough.
/// (Before the selector has had its say, what is ready may just not be reported yet.)
pub(super) fn ask_ready(now: &mut Snapshot, rested: Duration) {
    if rested >= LASTING {
        let waited = now.waits.iter().filter(|wait| wait.is_asked()).filter_map(|it| match it.on {
            Resource::Source(id, _) => Some(id),
            _ => None,
        });
        let waited: BTreeSet<Id> = waited.collect();
        let sources = now.sources.iter_mut().filter(|source| waited.contains(&source.id));
        let _ = ready(sources.collect()); // without an answer it isn't known
    }
}

#[cfg(unix)]
fn ready(mut sources: Vec<&mut SourceNow>) -> std::io::Result<()> {
    use mio::unix::SourceFd;
    use mio::{Events, Interest, Poll, Token};
    if sources.is_empty() {
        return Ok(());
    }
    let (mut poll, mut events) = (Poll::new()?, Events::with_capacity(sources.len()));
    for (token, source) in sources.iter().enumerate() {
        let Some(fd) = source.fd else { continue };
        let both = Interest::READABLE | Interest::WRITABLE;
        let _ = poll.registry().register(&mut SourceFd(&fd), Token(token), both);
    }
    poll.poll(&mut events, Some(Duration::ZERO))?;
    for event in &events {
        let ready = &mut sources[event.token().0].ready;
        ready[Direction::Read as usize] = event.is_readable();
        // In a search a connection takes no more than is read, though the system would.
        ready[Direction::Write as usize] = event.is_writable() && !has_schedule();
    }
    Ok(())
}

#[cfg(not(unix))]
fn ready(_: Vec<&mut SourceNow>) -> std::io::Result<()> {
    Ok(())
}
