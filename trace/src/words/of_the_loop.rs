//! What does the loop do, in words?

use std::time::Duration;

use kettle_events::{Event, MessageKind, Point};

use super::say::{Count, Millis, Seconds, say};

/// False if it is no event of the loop.
pub(super) fn of_the_loop(text: &mut String, event: &Event, now: Duration) -> bool {
    match *event {
        Event::RunStart { paused: false } => say!(*text, "the run begins"),
        Event::RunStart { paused: true } => say!(*text, "the run begins; its clock is virtual"),
        Event::RunEnd { tasks, timers, sources } => {
            let (tasks, timers) = (Count(tasks, "task"), Count(timers, "timer"));
            let sources = Count(sources, "source");
            say!(*text, "the run ends; left: ", tasks, ", ", timers, ", ", sources);
        }
        Event::Turn { queued, .. } => {
            let tasks = Count(queued, "task");
            say!(*text, "a turn of the loop begins: ", tasks, " in the run queue");
        }
        Event::Choice { point, among, chosen } => choice(text, point, among, chosen),
        Event::Park { timeout: Some(timeout) } => {
            // The clock went on between the two readings: more digits would be made up.
            let until = Millis(now.saturating_add(timeout));
            say!(*text, "nothing to do: the thread sleeps until ", until, " at the latest");
        }
        Event::Park { timeout: None } => {
            say!(*text, "nothing to do: the thread sleeps until something happens");
        }
        Event::Unpark { events, unparked } => {
            let by = if unparked { ", and another thread has unparked it" } else { "" };
            say!(*text, "the thread is back: ", Count(events, "event"), by);
        }
        Event::Advance { by, auto: true } => {
            say!(*text, "nothing to do: the virtual clock jumps ahead by ", Seconds(by));
        }
        Event::Advance { by, auto: false } => {
            say!(*text, "the virtual clock is moved ahead by ", Seconds(by));
        }
        Event::Message { kind } => say!(*text, "a message from another thread: ", request(kind)),
        Event::Lost { records } => {
            let records = usize::try_from(records).unwrap_or(usize::MAX);
            say!(*text, Count(records, "record"), " lost: the buffer was full");
        }
        _ => return false,
    }
    true
}

/// What the schedule chose: counted from one, as readers do.
fn choice(text: &mut String, point: Point, among: usize, chosen: usize) {
    say!(*text, "the schedule decides: ");
    let things = match point {
        Point::Task => "ready tasks is polled next",
        Point::Timer => "due timers wakes next",
        Point::Source => "tasks whose sources are ready is woken next",
        Point::Message => "messages is received first",
        Point::Deferred => "deferred wakers is called next",
        Point::Select => "branches is asked first",
        Point::Transfer => {
            let moved = portion(among, chosen);
            return say!(*text, "this read or write moves ", moved.as_str());
        }
        Point::Budget => return say!(*text, "this poll's budget ends early"),
        Point::Spurious => return say!(*text, "the task is polled once more, without need"),
    };
    say!(*text, "number ", chosen.saturating_add(1), " of ", among, " ", things);
}

/// How much a schedule lets one read or write move: it may find less there.
pub(crate) fn portion(among: usize, chosen: usize) -> String {
    let mut text = String::new();
    let moved = Count(among.saturating_sub(chosen), "byte");
    say!(text, "at most ", moved, " of a room of ", Count(among, "byte"));
    text
}

fn request(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::Spawn => "take in a new task",
        MessageKind::Wake => "wake a task",
        MessageKind::Abort => "abort a task",
        _ => "a request this story has no words for",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_much_is_moved_is_told_as_a_search_tells_it() {
        let (mut text, among) = (String::new(), 12);
        let choice = Event::Choice { point: Point::Transfer, among, chosen: 9 };
        assert!(of_the_loop(&mut text, &choice, Duration::ZERO));
        let said = "the schedule decides: this read or write moves ";
        assert_eq!(text, said.to_owned() + &portion(among, 9));
        assert_eq!(portion(among, 9), "at most 3 bytes of a room of 12 bytes");
    }
}
