//! In which functions does a task of the story wait?
//!
//! Interface: [`Functions::take`], then [`Functions::of`] for each record. Invariant: of a task
//! only what differs from the last time is shown.

use std::collections::HashMap;

use kettle_events::{Id, Record, Stack, Thing};

use crate::words::stack::{Frame, functions};

#[derive(Debug, Default)]
pub(super) struct Functions {
    /// The stacks of the records that come next.
    coming: HashMap<u64, Stack>,
    /// By task, the functions that were shown last.
    shown: HashMap<Id, Vec<Frame>>,
}

impl Functions {
    pub(super) fn take(&mut self, stacks: &[(u64, Stack)]) {
        self.coming.extend(stacks.iter().cloned());
    }

    /// The functions in which this record's task waits, innermost first, if they have changed.
    pub(super) fn of(&mut self, record: &Record) -> Option<String> {
        if let Some(Thing::Task(task)) = record.event.ends() {
            self.shown.remove(&task);
        }
        let frames = functions(&self.coming.remove(&record.seq)?);
        let shown: Vec<String> = frames.iter().map(Frame::to_string).collect();
        let is_new = self.shown.get(&record.task?) != Some(&frames) && !frames.is_empty();
        self.shown.insert(record.task?, frames);
        is_new.then(|| shown.join(" ← "))
    }
}
