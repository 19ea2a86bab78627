//! Which word does the trace use for which of a few values?
//!
//! The variant's name in small letters. One function per type, each a `match`, so that a new variant
//! can't be forgotten.
//!
//! Not here: sentences (`words.rs`).

use kettle_events::{
    Act, Deferral, Direction, Event, Kind, MessageKind, Outcome, Replaced, SyncKind, Tried,
};

pub(crate) fn outcome_word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pending => "pending",
        Outcome::Ready => "ready",
        Outcome::Panicked => "panicked",
        Outcome::Cancelled => "cancelled",
    }
}

pub(crate) fn direction_word(direction: Direction) -> &'static str {
    match direction {
        Direction::Read => "read",
        Direction::Write => "write",
        Direction::Priority => "priority",
        Direction::Error => "error",
    }
}

pub(crate) fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Main => "main",
        Kind::Task => "task",
        Kind::Local => "local",
    }
}

pub(crate) fn replaced_word(replaced: Replaced) -> &'static str {
    match replaced {
        Replaced::None => "none",
        Replaced::Same => "same",
        Replaced::Other => "other",
    }
}

pub(crate) fn deferral_word(why: Deferral) -> &'static str {
    match why {
        Deferral::Budget => "budget",
        Deferral::Yield => "yield",
        Deferral::Clock => "clock",
    }
}

pub(crate) fn tried_word(result: Tried) -> &'static str {
    match result {
        Tried::Done => "done",
        Tried::WouldBlock => "would_block",
        Tried::Failed => "failed",
    }
}

pub(crate) fn message_word(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::Spawn => "spawn",
        MessageKind::Wake => "wake",
        MessageKind::Abort => "abort",
        _ => "unknown",
    }
}

pub(crate) fn sync_kind_word(kind: SyncKind) -> &'static str {
    match kind {
        SyncKind::Mpsc => "mpsc",
        SyncKind::Oneshot => "oneshot",
        SyncKind::Mutex => "mutex",
        SyncKind::Semaphore => "semaphore",
        SyncKind::Notify => "notify",
        SyncKind::RwLock => "rw_lock",
        SyncKind::Barrier => "barrier",
        SyncKind::OnceCell => "once_cell",
        SyncKind::SetOnce => "set_once",
        SyncKind::Watch => "watch",
        SyncKind::Broadcast => "broadcast",
        SyncKind::Pipe => "pipe",
    }
}

pub(crate) fn act_word(act: Act) -> &'static str {
    match act {
        Act::Take => "take",
        Act::Release => "release",
        Act::Forget => "forget",
        Act::Put => "put",
        Act::Get => "get",
        Act::Close => "close",
        Act::Open => "open",
        Act::Senders => "senders",
        Act::End => "end",
    }
}

/// The variant's name.
pub(crate) fn name_of(event: &Event) -> &'static str {
    match event {
        Event::RunStart { .. } => "RunStart",
        Event::RunEnd { .. } => "RunEnd",
        Event::Turn { .. } => "Turn",
        Event::Spawn { .. } => "Spawn",
        Event::PollStart { .. } => "PollStart",
        Event::PollEnd { .. } => "PollEnd",
        Event::Wake { .. } => "Wake",
        Event::Wait { .. } => "Wait",
        Event::Unwait { .. } => "Unwait",
        Event::Served { .. } => "Served",
        Event::Defer { .. } => "Defer",
        Event::TimerAdd { .. } => "TimerAdd",
        Event::TimerMove { .. } => "TimerMove",
        Event::TimerCascade { .. } => "TimerCascade",
        Event::TimerFire { .. } => "TimerFire",
        Event::TimerCancel { .. } => "TimerCancel",
        Event::SourceAdd { .. } => "SourceAdd",
        Event::SourceTry { .. } => "SourceTry",
        Event::SourceReady { .. } => "SourceReady",
        Event::SourceClear { .. } => "SourceClear",
        Event::SourceDrop { .. } => "SourceDrop",
        Event::Park { .. } => "Park",
        Event::Unpark { .. } => "Unpark",
        Event::Advance { .. } => "Advance",
        Event::Message { .. } => "Message",
        Event::BlockingStart { .. } => "BlockingStart",
        Event::BlockingEnd { .. } => "BlockingEnd",
        Event::SyncNew { .. } => "SyncNew",
        Event::SyncAct { .. } => "SyncAct",
        Event::SelectStart { .. } => "SelectStart",
        Event::SelectPoll { .. } => "SelectPoll",
        Event::SelectWin { .. } => "SelectWin",
        Event::Cancel { .. } => "Cancel",
        Event::Join { .. } => "Join",
        Event::Detach { .. } => "Detach",
        Event::Unpolled { .. } => "Unpolled",
        Event::Note { .. } => "Note",
        Event::Lost { .. } => "Lost",
        // An event of a newer version.
        _ => "unknown",
    }
}
