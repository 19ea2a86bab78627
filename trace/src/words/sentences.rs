//! Which sentence does an event of a task, job, timer, source or scope get?
//!
//! Each kind of event has a template: `"{who} spawns {it}"` becomes "main spawns task 1". In it,
//! `who` is the task or job that did it, `it` the first thing that the event names, and `other` the
//! second.
//!
//! Interface: [`write_task`], [`write_job_or_timer`] (and the ends of child processes),
//! [`write_scope`], [`write_source`]. Each writes the sentence for its own events, and gives
//! `false` for all others. [`verb`] says what a task does in a source's direction. Elsewhere: the
//! loop (`loop_words.rs`), primitives (`sync_words.rs`), waits (`teller.rs`).

use kettle_events::{Cause, Deferral, Direction, Effect, Event, Kind, Outcome, ScopeKind, Tried};

use super::say::{Count, Seconds, Who, say};
use super::text::Out;

pub(super) fn write_task(text: &mut Out, event: &Event, [who, it, other]: [Who; 3]) -> bool {
    match *event {
        Event::Spawn { kind: Kind::Main, .. } => say!(text, "{it} is made, block_on's own future"),
        Event::Spawn { kind: Kind::Task, .. } => say!(text, "{who} spawns {it}"),
        Event::Spawn { .. } => say!(text, "{who} spawns {it}, which stays on this thread"),
        Event::PollStart { .. } => say!(text, "{it} is polled"),
        Event::PollEnd { outcome, .. } => match outcome {
            Outcome::Pending => say!(text, "{it} returns Pending"),
            Outcome::Ready => say!(text, "{it} returns Ready"),
            Outcome::Panicked => say!(text, "{it} panics"),
            Outcome::Cancelled => say!(text, "{it} is dropped before its end"),
        },
        Event::Wake { by, effect, .. } => write_wake(text, by, effect, [it, other]),
        Event::Clones { count, .. } => {
            let are = if count == 1 { "is" } else { "are" };
            say!(text, "{} of {it}'s waker {are} left", Count(count, "clone"));
        }
        Event::Defer { why } => say!(text, "{who} {}", deferral(why)),
        Event::Cancel { .. } => say!(text, "{who} asks for the end of {it}"),
        Event::Join { outcome, .. } => {
            let how = match outcome {
                Outcome::Pending => "is not finished",
                Outcome::Ready => "finished",
                Outcome::Panicked => "panicked",
                Outcome::Cancelled => "was cancelled",
            };
            say!(text, "{who} learns that {it} {how}");
        }
        Event::Detach { .. } => {
            say!(text, "{who} drops the handle of {it}: its end will not be awaited");
        }
        Event::Unpolled { .. } => say!(text, "{who} drops a future that was never polled"),
        // (The panic hook notes what panics.)
        Event::Note { text: note } if note.starts_with("panicked at ") => {
            say!(text, "{who} {note}");
        }
        Event::Note { text: note } => say!(text, "{who} says: {note}"),
        _ => return false,
    }
    true
}

fn deferral(why: Deferral) -> &'static str {
    match why {
        Deferral::Yield => "yields: its waker is deferred to the end of this phase",
        Deferral::Budget => "has spent its budget: its waker is deferred to the end of this phase",
        Deferral::Clock => "has moved the clock: its waker is deferred, what is due goes first",
    }
}

fn write_wake(text: &mut Out, by: Cause, effect: Effect, [it, other]: [Who; 2]) {
    match by {
        Cause::Task(_) if other.0.is_none_or(|other| it.0 == Some(other)) => {
            say!(text, "{it} wakes itself");
        }
        Cause::Task(_) => say!(text, "{it} wakes {other}"),
        Cause::Timer => say!(text, "a timer wakes {it}"),
        Cause::Io => say!(text, "a source wakes {it}"),
        Cause::Message => say!(text, "a message wakes {it}"),
        Cause::Deferred => say!(text, "the deferred waker wakes {it}"),
        Cause::Runtime => say!(text, "the runtime wakes {it}"),
    }
    match effect {
        Effect::Queued(place) => say!(text, ": queued, number {place} in its queue"),
        Effect::Coalesced => say!(text, ": woken already, nothing changes"),
        Effect::DuringPoll => say!(text, ": being polled now, so once more if it returns Pending"),
        Effect::Stale => say!(text, ": it is over"),
    }
}

pub(super) fn write_job_or_timer(text: &mut Out, event: &Event, who: Who, it: Who) -> bool {
    match *event {
        Event::BlockingStart { .. } => say!(text, "{who} hands {it} to the blocking pool"),
        Event::BlockingRun { waited, .. } => {
            let waited = Seconds(waited);
            say!(text, "a thread of the pool takes {it}, which waited {waited} for it");
        }
        Event::BlockingEnd { ran: Some(ran), .. } => {
            say!(text, "{it} has ended: it had a thread for {}", Seconds(ran));
        }
        Event::BlockingEnd { .. } => say!(text, "{it} was cancelled before it ran"),
        Event::TimerAdd { due, level, slot, .. } => {
            let due = Seconds(due);
            say!(text, "{it}, due at {due}, goes into the wheel: level {level}, slot {slot}");
        }
        Event::TimerAt { .. } => say!(text, "{it} has a deadline that was set before"),
        Event::TimerMove { due, level, slot, .. } => {
            let due = Seconds(due);
            say!(text, "{it} is moved, and now due at {due}: level {level}, slot {slot}");
        }
        Event::TimerCascade { level, slot, moved, .. } => {
            let timers = Count(moved, "timer");
            say!(
                text,
                "the wheel turns: level {level}, slot {slot} gives {timers} to lower levels"
            );
        }
        Event::TimerFire { late, .. } if late.is_zero() => say!(text, "{it} fires"),
        Event::TimerFire { late, .. } => say!(text, "{it} fires, {} late", Seconds(late)),
        Event::TimerCancel { .. } => say!(text, "{it} is cancelled: it leaves the wheel"),
        Event::LateTick { late, overdue, made_up } => {
            say!(text, "{who} takes a tick that was due {} ago", Seconds(late));
            if overdue > 0 {
                let are = if overdue == 1 { "is" } else { "are" };
                let then = if made_up { "may come at once" } else { "passed over" };
                say!(text, ": {overdue} more {are} overdue, and {then}");
            }
        }
        Event::ChildEnd { child, signal: Some(signal), .. } => {
            say!(text, "child process {child} ended by signal {signal}");
        }
        Event::ChildEnd { child, code, .. } => {
            say!(text, "child process {child} ended with status {}", code.unwrap_or_default());
        }
        _ => return false,
    }
    true
}

/// A scope is a `select!`, `join!` or the like. Branches are counted from one, as readers do.
pub(super) fn write_scope(text: &mut Out, event: &Event, who: Who) -> bool {
    match *event {
        Event::Scope { what, branches: 0, .. } => say!(text, "{who} polls {}", combinator(what)),
        Event::Scope { what, branches, .. } => {
            let branches = Count(branches as usize, "branch");
            say!(text, "{who} polls {} of {branches}", combinator(what));
        }
        Event::ScopeEnd { what: ScopeKind::Select, won: Some(branch), .. } => {
            say!(text, "branch {} wins: the other futures are dropped", u64::from(branch) + 1);
        }
        Event::ScopeEnd { what: ScopeKind::Timeout, won: Some(1), .. } => {
            say!(text, "the limit of a timeout is over: its future is given up");
        }
        Event::ScopeEnd { what, won: None, .. } => say!(text, "{} is over", combinator(what)),
        Event::ScopeEnd { what, won: Some(branch), .. } => {
            let (what, branch) = (combinator(what), u64::from(branch) + 1);
            say!(text, "{what} is over, by its branch {branch}");
        }
        _ => return false,
    }
    true
}

fn combinator(what: ScopeKind) -> &'static str {
    match what {
        ScopeKind::Select => "a select!",
        ScopeKind::Join => "a join!",
        ScopeKind::TryJoin => "a try_join!",
        ScopeKind::Timeout => "a timeout",
        ScopeKind::Set => "a set of tasks",
        ScopeKind::LocalSet => "a local set",
    }
}

pub(super) fn write_source(text: &mut Out, event: &Event, who: Who, it: Who) -> bool {
    match *event {
        Event::SourceNew { what, ready, ends, .. } => {
            write_new_source(text, [who, it], what, ready, ends);
        }
        Event::SourceAdd { what, .. } => {
            say!(text, "{it}, a {what}, is registered with the system's selector");
        }
        Event::SourceTry { direction: Direction::Write, bytes: Some(0), .. } => {
            say!(text, "{who} shuts {it} down: it will write no more");
        }
        Event::SourceTry { direction, result, bytes, .. } => {
            say!(text, "{who} tries to {} {it}: ", verb(direction));
            match (result, bytes) {
                (Tried::Done, Some(bytes)) => say!(text, "{}", Count(bytes, "byte")),
                (Tried::Done, None) => say!(text, "done"),
                (Tried::WouldBlock, _) => say!(text, "it would block"),
                (Tried::Failed(kind), _) => say!(text, "it fails: {kind}"),
            }
        }
        Event::SourceReady { mut ready, closed, .. } => {
            // A closed source ends waits for priority data, too, but has none.
            ready[Direction::Priority as usize] &= !closed;
            let words = ["readable", "writable", "priority data", "an error", "closed"];
            let reported = words.into_iter().zip(ready.into_iter().chain([closed]));
            let words: Vec<_> =
                reported.filter(|(_, is_set)| *is_set).map(|(word, _)| word).collect();
            let words = if words.is_empty() { "nothing".to_owned() } else { words.join(", ") };
            say!(text, "the selector reports {it}: {words}");
        }
        Event::SourceClear { direction, .. } => {
            let nothing = match direction {
                Direction::Read => "nothing more to read",
                Direction::Write => "nothing more to write",
                Direction::Priority => "no more priority data",
                Direction::Error => "no more error",
            };
            say!(text, "{it} has {nothing} for now");
        }
        Event::SourceDrop { .. } => say!(text, "{it} is dropped"),
        _ => return false,
    }
    true
}

/// `near` and `far` are the ports of a socket and of its peer. Or `near` is the number of a child
/// process.
fn write_new_source(
    text: &mut Out,
    [who, it]: [Who; 2],
    what: &str,
    ready: [bool; 4],
    [near, far]: [u32; 2],
) {
    match (what, near, far) {
        ("Process", 1.., _) => say!(text, "{who} starts child process {near}: {it}"),
        ("ChildStdin" | "ChildStdout" | "ChildStderr", ..) => {
            say!(text, "{it}, a {what}, is of child process {near}");
        }
        // (Recorded when the socket is connected, after it was made.)
        ("UdpSocket", _, 1..) => say!(text, "{it}, a {what}, is connected"),
        _ => say!(text, "{who} makes {it}, a {what}"),
    }
    match (what.starts_with("Tcp") || what.starts_with("Udp"), near, far) {
        (true, 1.., 0) => say!(text, ", port {near}"),
        (true, 1.., _) => say!(text, ", port {near} to {far}"),
        _ if ready == [false; 4] => say!(text, ", not taken as ready until the system reports it"),
        _ => {}
    }
}

/// What a task tries to do with a source, or waits to do.
pub(crate) fn verb(direction: Direction) -> &'static str {
    match direction {
        Direction::Read => "read",
        Direction::Write => "write",
        Direction::Priority => "read priority data of",
        Direction::Error => "fetch an error of",
    }
}
