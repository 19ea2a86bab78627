//! In which functions does each waiting task wait?
//!
//! With `KETTLE_STACKS=1` the runtime takes the thread's stack whenever a task stores its waker.
//! Here are those of the wakers that are stored now. They are resolved when they are asked for: a
//! verdict is rare.
//!
//! Interface: [`wanted`]; [`Stacks`]. Invariant: at most [`MOST`] are kept, of the oldest waits: those are
//! the ones that a task hangs in.

use std::backtrace::Backtrace;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::io;
use std::sync::Arc;

use kettle_events::Stack;

use crate::fold::{Fold, Wait};
use crate::words::refused::refused;
use crate::words::stack::{Frame, await_stack};

/// The environment variable that asks for stacks.
const VARIABLE: &str = "KETTLE_STACKS";
/// Each has some kilobytes.
const MOST: usize = 10_000;
/// So many come before those that are over are looked for.
const FEW: usize = 1_024;

/// Does `KETTLE_STACKS` ask for stacks?
///
/// # Errors
///
/// [`io::ErrorKind::InvalidInput`] for any other value than `1`, `0` and nothing.
pub(crate) fn wanted() -> io::Result<bool> {
    asks(std::env::var_os(VARIABLE).as_deref())
}

fn asks(value: Option<&OsStr>) -> io::Result<bool> {
    match value.map(OsStr::to_str) {
        None | Some(Some("" | "0")) => Ok(false),
        Some(Some("1")) => Ok(true),
        _ => {
            let wrong = "is not understood. Set it to 1 to see in which functions each task waits, \
                         or unset it";
            Err(refused(VARIABLE, value.unwrap_or_default(), wrong))
        }
    }
}

/// The stacks at which wakers were stored.
#[derive(Debug, Default)]
pub(super) struct Stacks {
    /// By the number of the record that stored it.
    all: BTreeMap<u64, Arc<Backtrace>>,
    /// So many have come since those that are over were forgotten.
    came: usize,
    /// So many were left then.
    left: usize,
}

impl Stacks {
    /// Takes the stacks of records that the fold will get next.
    pub(super) fn keep(&mut self, stacks: &[Stack], fold: &Fold) {
        if self.came >= FEW.max(self.left) {
            let waits = fold.tasks().flat_map(|task| fold.waits_of(task.id));
            let stored: BTreeSet<u64> = waits.map(|wait| wait.waiter.renewed).collect();
            self.all.retain(|seq, _| stored.contains(seq));
            (self.came, self.left) = (0, self.all.len());
        }
        self.came += stacks.len();
        let room = MOST.saturating_sub(self.all.len());
        self.all.extend(stacks.iter().take(room).cloned());
    }

    /// The functions in which a task waits for this, the outermost first; `None`: no stack was kept.
    pub(super) fn of(&self, wait: &Wait) -> Option<Vec<Frame>> {
        Some(await_stack(&self.all.get(&wait.waiter.renewed)?.to_string()))
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Lock, Script, spawn};
    use kettle_events::{Event, Id, Record};

    /// The sink gets the stacks of some records, and then the records.
    fn feed(kept: &mut Stacks, fold: &mut Fold, records: &[Record]) {
        for records in records.chunks(500) {
            let waits = records.iter().filter(|one| matches!(one.event, Event::Wait { .. }));
            let stack = |record: &Record| (record.seq, Arc::new(Backtrace::disabled()));
            let stacks: Vec<Stack> = waits.map(stack).collect();
            kept.keep(&stacks, fold);
            for record in records {
                fold.step(record);
            }
        }
    }

    #[test]
    fn after_a_busy_moment_stacks_are_kept_again() {
        const BUSY: usize = 6_000;
        let (task, mut script) = (Id::next(), Script::new());
        let lock = Lock::new(&mut script);
        script.write(spawn(task)).task(task).write(Event::PollStart { task });
        (1..=BUSY).for_each(|ticket| _ = script.write(lock.wait(ticket)));
        (1..=BUSY).for_each(|ticket| _ = script.write(Event::Unwait { on: lock.on(ticket) }));
        for ticket in BUSY + 1..=3 * BUSY {
            script.write(lock.wait(ticket)).write(Event::Unwait { on: lock.on(ticket) });
        }
        script.write(lock.wait(3 * BUSY + 1));
        let (mut kept, mut fold) = (Stacks::default(), Fold::believing());
        feed(&mut kept, &mut fold, &script.records);
        let [wait] = fold.waits_of(task)[..] else { panic!("one wait is left") };
        assert!(kept.of(&wait).is_some(), "of {} that are kept", kept.len());
        assert!(kept.len() <= MOST);
    }

    #[test]
    fn one_asks_for_stacks_and_anything_strange_is_refused_with_words() {
        let ask = |value| asks(Some(OsStr::new(value)));
        assert_eq!([asks(None).unwrap(), ask("").unwrap(), ask("0").unwrap()], [false; 3]);
        assert!(ask("1").unwrap());
        for value in ["yes", "true", "1 ", "2"] {
            let error = ask(value).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
            assert_eq!(
                error.to_string(),
                format!(
                    "KETTLE_STACKS={value:?} is not understood. Set it to 1 to see in which functions \
                     each task waits, or unset it"
                )
            );
        }
    }
}
