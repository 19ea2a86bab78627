//! In which functions does a task of the story wait?
//!
//! Interface: [`Functions::take`], then [`Functions::of`] for each record. Invariant: of a task only what
//! differs from the last time is told.

use std::collections::HashMap;

use kettle_events::{Id, Record, Stack, Thing};

use crate::words::finder::Finder;
use crate::words::stack::Frame;

/// The functions in which each task waits, as far as they were told.
#[derive(Debug)]
pub(super) struct Functions {
    finder: Finder,
    told: HashMap<Id, Vec<Frame>>,
}

impl Functions {
    pub(super) fn new() -> Functions {
        Functions { finder: Finder::new(), told: HashMap::new() }
    }

    /// Takes the stacks of the records that come next.
    pub(super) fn take(&mut self, stacks: &[Stack]) {
        self.finder.take(stacks);
    }

    /// Those in which this record's task waits, the outermost first, if they are new.
    pub(super) fn of(&mut self, record: &Record) -> Option<String> {
        if let Some(Thing::Task(task)) = record.event.ends() {
            self.told.remove(&task);
        }
        let stack = self.finder.of(record)?;
        let shown: Vec<String> = stack.iter().map(Frame::to_string).collect();
        let before = self.told.insert(record.task?, stack.clone());
        (before.as_ref() != Some(&stack) && !stack.is_empty()).then(|| shown.join(" → "))
    }
}
