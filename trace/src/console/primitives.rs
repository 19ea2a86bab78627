//! How does the console show a primitive of `sync`?
//!
//! All of them report themselves in the same few events, so the console needs three words for each
//! kind: what it is called, what of it is counted, and which method waits there.
//!
//! Not here: when that is said (`resources.rs`, `ops.rs`), the console's own vocabulary (`spans.rs`).

use kettle_events::{SyncKind, Units};

use super::spans::{Sort, State};

pub(super) fn sort(kind: SyncKind) -> Sort {
    match kind {
        SyncKind::Mpsc => Sort::Mpsc,
        SyncKind::Oneshot => Sort::Oneshot,
        SyncKind::Mutex => Sort::Sync("Mutex"),
        SyncKind::Semaphore => Sort::Sync("Semaphore"),
        SyncKind::Notify => Sort::Sync("Notify"),
        SyncKind::RwLock => Sort::Sync("RwLock"),
        SyncKind::Barrier => Sort::Sync("Barrier"),
        SyncKind::OnceCell => Sort::Sync("OnceCell"),
        SyncKind::SetOnce => Sort::Sync("SetOnce"),
        SyncKind::Watch => Sort::Watch,
        SyncKind::Broadcast => Sort::Broadcast,
        SyncKind::Pipe => Sort::Pipe,
        SyncKind::JoinSet => Sort::Sync("JoinSet"),
    }
}

/// What it counts, where that is more than the console shows by itself. `at_first`: what it counted
/// when it was made.
pub(super) fn counted(kind: SyncKind, count: usize, at_first: Option<usize>) -> Option<State> {
    match kind {
        SyncKind::Semaphore => Some(State::Permits(count)),
        SyncKind::Mutex | SyncKind::RwLock => at_first.map(|most| State::Locked(count < most)),
        SyncKind::Barrier => Some(State::Missing(count)),
        SyncKind::Notify => Some(State::Notified(count > 0)),
        SyncKind::SetOnce => Some(State::Set(count == 0)),
        SyncKind::Mpsc | SyncKind::Oneshot | SyncKind::Broadcast | SyncKind::Pipe => {
            Some(State::Len(count))
        }
        SyncKind::OnceCell | SyncKind::Watch | SyncKind::JoinSet => None,
    }
}

/// Which method waits there, and what does it ask at each look?
pub(super) fn words(kind: SyncKind, units: Units) -> (&'static str, &'static str) {
    match kind {
        SyncKind::Mpsc | SyncKind::Oneshot => ("Sender::send", "poll_reserve"),
        SyncKind::Mutex => ("Mutex::lock", "poll_lock"),
        SyncKind::Semaphore => ("Semaphore::acquire", "poll_acquire"),
        SyncKind::Notify => ("Notify::notified", "poll_notified"),
        SyncKind::RwLock if units == Units::All => ("RwLock::write", "poll_acquire"),
        SyncKind::RwLock => ("RwLock::read", "poll_acquire"),
        SyncKind::Barrier => ("Barrier::wait", "poll_wait"),
        SyncKind::OnceCell => ("OnceCell::get_or_init", "poll_acquire"),
        SyncKind::SetOnce => ("SetOnce::wait", "poll_wait"),
        SyncKind::Watch => ("Receiver::changed", "poll_changed"),
        SyncKind::Broadcast => ("Receiver::recv", "poll_recv"),
        SyncKind::Pipe => ("Pipe::poll", "poll_pipe"),
        SyncKind::JoinSet => ("JoinSet::join_next", "poll_join_next"),
    }
}
