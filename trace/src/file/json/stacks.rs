//! How is a stack written?
//!
//! As a line of its own, `{"stack":1,"frames":[…]}`, before the first event that has it. That event
//! and later ones have only its number.
//!
//! Interface: [`Stacks::take`], then [`Stacks::meet`] for each record, which sets
//! [`Stacks::of_this`]. Invariant: there are at most [`MOST`] of these lines.

use std::collections::HashMap;

use kettle_events::{Record, Stack};

use crate::words::stack::{Frame, functions};
use crate::words::text::{self as json, Out};

/// At most so many stacks get a line, because their lines are never forgotten.
const MOST: usize = 10_000;

#[derive(Debug, Default)]
pub(crate) struct Stacks {
    /// The stacks of records that come next, by the records' numbers.
    coming: HashMap<u64, Stack>,
    /// The stacks that have lines, with their numbers.
    numbers: HashMap<Vec<Frame>, u64>,
    /// The number of the stack of the record at hand, if it has one.
    pub(super) of_this: Option<u64>,
}

impl Stacks {
    pub(crate) fn take(&mut self, stacks: impl Iterator<Item = (u64, Stack)>) {
        self.coming.extend(stacks);
    }

    /// Adds to `out` the line of this record's stack, if it is a new one.
    pub(super) fn meet(&mut self, record: &Record, out: &mut Out) {
        self.of_this = None;
        if self.coming.is_empty() {
            return;
        }
        let Some(stack) = self.coming.remove(&record.seq) else { return };
        let stack = functions(&stack);
        self.of_this = self.numbers.get(&stack).copied();
        if self.of_this.is_none() && !stack.is_empty() && self.numbers.len() < MOST {
            let number = self.numbers.len() as u64 + 1;
            line(number, &stack, out);
            self.numbers.insert(stack, number);
            self.of_this = Some(number);
        }
    }
}

fn line(number: u64, stack: &[Frame], out: &mut Out) {
    json::raw(out, "{\"stack\":");
    json::number(out, number);
    json::key(out, "frames");
    json::raw(out, "[");
    for (index, Frame { name, place }) in stack.iter().enumerate() {
        json::raw(out, if index == 0 { "[" } else { ",[" });
        json::text(out, name);
        json::raw(out, ",");
        json::text(out, place);
        json::raw(out, "]");
    }
    json::raw(out, "]}\n");
}

#[cfg(test)]
mod tests {
    use kettle_events::Event;

    use super::*;
    use crate::fixture::Script;

    #[test]
    fn of_a_stack_without_a_function_of_the_program_nothing_is_written() {
        let (mut script, mut stacks, mut out) = (Script::new(), Stacks::default(), Out::new());
        let record = script.write(Event::Note { text: "tea" }).records[0];
        stacks.take([(record.seq, Stack::default())].into_iter());
        stacks.meet(&record, &mut out);
        assert!(out.is_empty() && stacks.of_this.is_none(), "{stacks:?}");
    }
}
