//! What does the loop do, in words?

use std::time::Duration;

use kettle_runtime::event::{Event, LetterKind};

use super::{count, saturating, seconds};

pub(super) fn of_the_loop(event: Event, now: Duration) -> String {
    match event {
        Event::RunStart { paused: false } => "the run begins".to_owned(),
        Event::RunStart { paused: true } => "the run begins; its clock is virtual".to_owned(),
        Event::RunEnd { tasks, timers, sources } => {
            let (tasks, timers) = (count(tasks, "task"), count(timers, "timer"));
            format!("the run ends; left: {tasks}, {timers}, {}", count(sources, "source"))
        }
        Event::Turn { queued, .. } => {
            format!("a turn of the loop begins: {} in the run queue", count(queued, "task"))
        }
        Event::Park { timeout: Some(timeout) } => {
            // The clock went on between the two readings: more digits would be made up.
            let until = (now + timeout).as_secs_f64();
            format!("nothing to do: the thread sleeps until {until:.3} s at the latest")
        }
        Event::Park { timeout: None } => {
            "nothing to do: the thread sleeps until something happens".to_owned()
        }
        Event::Unpark { events, rung } => {
            let rung = if rung { ", and a letter rang" } else { "" };
            format!("the thread is back: {}{rung}", count(events, "event"))
        }
        Event::Advance { by, auto: true } => {
            format!("nothing to do: the virtual clock jumps ahead by {}", seconds(by))
        }
        Event::Advance { by, auto: false } => {
            format!("the virtual clock is moved ahead by {}", seconds(by))
        }
        Event::Letter { kind } => format!("a letter is opened: {}", request(kind)),
        Event::Lost { records } => {
            format!("{} lost: the buffer was full", count(saturating(records), "record"))
        }
        other => unreachable!("no event of the loop: {other:?}"),
    }
}

fn request(kind: LetterKind) -> &'static str {
    match kind {
        LetterKind::Spawn => "take in a new task",
        LetterKind::Wake => "wake a task",
        LetterKind::Abort => "end a task",
        LetterKind::Join => "tell how a task ended",
        LetterKind::Detach => "nobody will ask for a task's output",
        LetterKind::TimerAdd => "put a timer into the wheel",
        LetterKind::TimerCancel => "take a timer out of the wheel",
        LetterKind::BlockingDone => "a blocking job is done",
        _ => "a request this story has no words for",
    }
}
