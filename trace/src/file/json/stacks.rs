//! How is a stack (the functions in which a task waits) written into a trace?
//!
//! As a line of its own, `{"stack":1,"frames":[["tea","src/main.rs:4:9"]]}`, before the first event
//! that has it. That event and later ones have only its number.
//!
//! Interface: [`Stacks::add`] gets stacks ahead of their records; then [`Stacks::prepare`], called
//! for each record, writes the record's stack if it is a new one, and sets [`Stacks::current`] to
//! its number. Invariant: at most [`MAX_STACKS`] stacks are written.

use std::collections::HashMap;

use kettle_events::{Record, Stack};
use serde::Serialize;

use super::wire::{ALL_FIELDS, Wire};
use crate::words::names::Names;
use crate::words::stack::{Frame, frames};
use crate::words::text::{Out, raw};

/// At most this many stacks are written, because `numbers` keeps each of them.
const MAX_STACKS: usize = 10_000;

#[derive(Debug, Default)]
pub(crate) struct Stacks {
    /// The stack of each record that hasn't arrived yet, by the record's number.
    ahead: HashMap<u64, Stack>,
    /// The stacks that were written, with their numbers.
    numbers: HashMap<Vec<Frame>, u64>,
    /// The number of the present record's stack, if it has one.
    pub(super) current: Option<u64>,
}

impl Stacks {
    pub(crate) fn add(&mut self, stacks: impl Iterator<Item = (u64, Stack)>) {
        self.ahead.extend(stacks);
    }

    /// Adds to `out` the line of this record's stack, if it is a new one.
    pub(super) fn prepare(&mut self, record: &Record, out: &mut Out) {
        self.current = None;
        let Some(stack) = self.ahead.remove(&record.seq) else { return };
        let stack = frames(&stack);
        self.current = self.numbers.get(&stack).copied();
        if self.current.is_none() && !stack.is_empty() && self.numbers.len() < MAX_STACKS {
            let number = self.numbers.len() as u64 + 1;
            let frames = stack.iter().map(|frame| (&*frame.name, &*frame.place)).collect();
            let line = StackLine { stack: number, frames };
            Wire::object(&line, ALL_FIELDS, &mut Names::new(), out);
            raw(out, "\n");
            self.numbers.insert(stack, number);
            self.current = Some(number);
        }
    }
}

/// The line of a stack: its number, and the name and place of each function.
#[derive(Serialize)]
struct StackLine<'a> {
    stack: u64,
    frames: Vec<(&'a str, &'a str)>,
}

#[cfg(test)]
mod tests {
    use kettle_events::Event;

    use super::*;
    use crate::fixture::Script;

    #[test]
    fn a_stack_without_a_function_of_the_program_is_not_written() {
        let (mut script, mut stacks, mut out) = (Script::new(), Stacks::default(), Out::new());
        let record = script.write(Event::Note { text: "tea" }).records[0];
        stacks.add([(record.seq, Stack::default())].into_iter());
        stacks.prepare(&record, &mut out);
        assert!(out.is_empty() && stacks.current.is_none(), "{stacks:?}");
    }
}
