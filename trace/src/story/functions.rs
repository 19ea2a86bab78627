//! In which functions does a task wait, as a story (a run as printed text) shows it?
//!
//! In `fetch  src/main.rs:9:20 ← visit  src/main.rs:4:14`: each function with the line at which it
//! awaits the next, the innermost first.
//!
//! Interface: [`Functions::add_stacks`] gets stacks ahead of their records; [`Functions::line_for`]
//! is then called for each record, and gives the line to print, if there is one. Invariant: a
//! task's functions are printed only if they differ from the last time.

use std::collections::HashMap;

use kettle_events::{Id, Record, Stack, Thing};

use crate::words::stack::{Frame, frames};

#[derive(Debug, Default)]
pub(super) struct Functions {
    /// The stack of each record that hasn't arrived yet, by the record's number.
    stacks: HashMap<u64, Stack>,
    /// The functions that were printed last for each task.
    printed: HashMap<Id, Vec<Frame>>,
}

impl Functions {
    pub(super) fn add_stacks(&mut self, stacks: &[(u64, Stack)]) {
        self.stacks.extend(stacks.iter().cloned());
    }

    pub(super) fn line_for(&mut self, record: &Record) -> Option<String> {
        if let Some(Thing::Task(ended)) = record.event.ends() {
            self.printed.remove(&ended);
        }
        let (stack, task) = (self.stacks.remove(&record.seq)?, record.task?);
        let frames = frames(&stack);
        let words: Vec<String> = frames.iter().map(Frame::to_string).collect();
        let is_new = !frames.is_empty() && self.printed.get(&task) != Some(&frames);
        self.printed.insert(task, frames);
        if is_new { Some(words.join(" ← ")) } else { None }
    }
}
