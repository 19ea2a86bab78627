//! Which sentence does an event of the loop get?
//!
//! Interface: [`write_loop`] writes it; [`decision`] gives the words for a schedule's decision.
//! Elsewhere: the other events (`sentences.rs`, `sync_words.rs`).

use std::time::Duration;

use kettle_events::{Event, MessageKind, Point};

use super::say::{Count, Millis, Seconds, say};
use super::text::Out;

/// Writes the sentence; `false` if the event isn't one of the loop's.
pub(super) fn write_loop(text: &mut Out, event: &Event, now: Duration) -> bool {
    match *event {
        Event::RunStart { paused: false } => say!(text, "the run begins"),
        Event::RunStart { paused: true } => say!(text, "the run begins; its clock is virtual"),
        Event::RunEnd { tasks, timers, sources } => {
            let (tasks, timers) = (Count(tasks, "task"), Count(timers, "timer"));
            let sources = Count(sources, "registered source");
            say!(text, "the run ends; left: {tasks}, {timers}, {sources}");
        }
        Event::Turn { queued, .. } => {
            let tasks = Count(queued, "task");
            say!(text, "a turn of the loop begins: {tasks} in the run queue");
        }
        Event::Choice { point, among, chosen } => {
            say!(text, "the schedule decides: {}", decision(point, among, chosen));
        }
        Event::Park { timeout: Some(timeout) } => {
            // The time and the timeout come from two readings of the clock, so their sum isn't
            // exact to the microsecond.
            let until = Millis(now.saturating_add(timeout));
            say!(text, "nothing to do: the thread sleeps until {until} at the latest");
        }
        Event::Park { timeout: None } => {
            say!(text, "nothing to do: the thread sleeps until something happens");
        }
        Event::Unpark { events, unparked } => {
            let by = if unparked { ", and another thread has unparked it" } else { "" };
            say!(text, "the thread is back: {}{by}", Count(events, "event"));
        }
        Event::Advance { by, auto: true } => {
            say!(text, "nothing to do: the virtual clock jumps ahead by {}", Seconds(by));
        }
        Event::Advance { by, auto: false } => {
            say!(text, "the virtual clock is moved ahead by {}", Seconds(by));
        }
        Event::Message { kind } => say!(text, "a message from another thread: {}", request(kind)),
        Event::Lost { records } => {
            let records = Count(usize::try_from(records).unwrap_or(usize::MAX), "record");
            say!(text, "{records} lost: the buffer was full");
        }
        _ => return false,
    }
    true
}

/// What the schedule chose at this point, `among` so many answers. Readers count from one.
pub(crate) fn decision(point: Point, among: usize, chosen: usize) -> String {
    let nth =
        |things, does| format!("number {} of {among} {things} {does}", chosen.saturating_add(1));
    match point {
        Point::Task => nth("ready tasks", "is polled next"),
        Point::Timer => nth("due timers", "wakes next"),
        Point::Source => nth("tasks whose sources are ready", "is woken next"),
        Point::Deferred => nth("deferred wakers", "is called next"),
        Point::Select => nth("branches", "is asked first"),
        Point::Transfer => {
            let [moved, room] = [among.saturating_sub(chosen), among].map(|all| Count(all, "byte"));
            format!("this read or write moves at most {moved} of a room of {room}")
        }
        Point::Budget => "this poll's budget ends early".to_owned(),
        Point::Spurious => "the task is polled once more, without need".to_owned(),
        Point::Fault(fault) => {
            fault.does.get(chosen.saturating_sub(1)).copied().unwrap_or(fault.word).to_owned()
        }
    }
}

fn request(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::Spawn => "take in a new task",
        MessageKind::Wake => "wake a task",
        MessageKind::Abort => "abort a task",
        _ => "a request this story has no words for",
    }
}
