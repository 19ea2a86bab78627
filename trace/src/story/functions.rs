//! In which functions does a task of the story wait?
//!
//! Interface: [`Functions::take`], then [`Functions::of`] for each record. Invariant: of a task
//! only what differs from the last time is shown.

use std::collections::HashMap;

use kettle_events::{Id, Record, Stack, Thing};

use crate::words::stack::{Frame, functions};

#[derive(Debug, Default)]
pub(super) struct Functions {
    /// Of the records that come next.
    coming: HashMap<u64, Stack>,
    /// Those in which each task waits, as far as they were shown.
    told: HashMap<Id, Vec<Frame>>,
}

impl Functions {
    pub(super) fn take(&mut self, stacks: &[(u64, Stack)]) {
        self.coming.extend(stacks.iter().cloned());
    }

    /// Those in which this record's task waits, the innermost first, if they are new.
    pub(super) fn of(&mut self, record: &Record) -> Option<String> {
        if let Some(Thing::Task(task)) = record.event.ends() {
            self.told.remove(&task);
        }
        let frames = functions(&self.coming.remove(&record.seq)?);
        let shown: Vec<String> = frames.iter().map(Frame::to_string).collect();
        let is_new = self.told.get(&record.task?) != Some(&frames) && !frames.is_empty();
        self.told.insert(record.task?, frames);
        is_new.then(|| shown.join(" ← "))
    }
}
