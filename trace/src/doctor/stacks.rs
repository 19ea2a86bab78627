//! In which functions does each waiting task wait?
//!
//! With `KETTLE_STACKS=1` the runtime takes the thread's stack whenever a task stores its waker.
//! [`Stacks`] has the stacks of the open waits, and looks up their functions when a verdict needs
//! them.
//!
//! Interface: [`wanted`] reads the variable; [`Stacks::add`] stores stacks, and [`Stacks::of`]
//! gives the functions of a wait. Invariant: the stacks of ended waits are dropped when there are
//! [`SPARE`] more stacks than twice those that were left the last time.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::io;

use kettle_events::Stack;

use crate::fold::{Fold, Wait};
use crate::words::refused::refused;
use crate::words::stack::{Frame, frames};

const VARIABLE: &str = "KETTLE_STACKS";
/// So many stacks of ended waits may be stored in any case.
const SPARE: usize = 1_024;

/// Does `KETTLE_STACKS` ask for stacks? Any other value than `1`, `0` and nothing is an error, and
/// so is `1` in a program without the feature that takes them.
pub(crate) fn wanted() -> io::Result<bool> {
    asks(std::env::var_os(VARIABLE).as_deref(), cfg!(feature = "stacks"))
}

fn asks(value: Option<&OsStr>, has_feature: bool) -> io::Result<bool> {
    let value = value.unwrap_or_default();
    let wrong = match value.to_str() {
        Some("" | "0") => return Ok(false),
        Some("1") if has_feature => return Ok(true),
        Some("1") => "needs kettle's feature `stacks`: enable it in Cargo.toml",
        _ => {
            "is not understood. Set it to 1 to see in which functions each task waits, or unset it"
        }
    };
    Err(refused(VARIABLE, value, wrong))
}

/// The stacks at which wakers were stored, by the numbers of their `Wait` records.
#[derive(Debug, Default)]
pub(super) struct Stacks {
    by_record: BTreeMap<u64, Stack>,
    /// How many were left when stacks were last dropped.
    left_before: usize,
}

impl Stacks {
    /// Adds the stacks of records that the fold hasn't got yet.
    pub(super) fn add(&mut self, stacks: &[(u64, Stack)], fold: &Fold) {
        if self.by_record.len() >= 2 * self.left_before + SPARE {
            let waits = fold.tasks().flat_map(|task| fold.waits_of(task.id));
            // By the record that has stored or renewed each wait's waker.
            let of_open_waits: BTreeSet<u64> = waits.map(|wait| wait.renewed).collect();
            self.by_record.retain(|seq, _| of_open_waits.contains(seq));
            self.left_before = self.by_record.len();
        }
        self.by_record.extend(stacks.iter().cloned());
    }

    /// The functions in which a task waits, the innermost first; none if no stack was taken.
    pub(super) fn of(&self, wait: &Wait) -> Vec<Frame> {
        self.by_record.get(&wait.renewed).map(frames).unwrap_or_default()
    }

    pub(super) fn len(&self) -> usize {
        self.by_record.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Script, spawn, waits};
    use kettle_events::{Event, Id, Record, Resource};

    /// The sink gets the stacks of some records, and then the records.
    fn feed(stacks: &mut Stacks, fold: &mut Fold, records: &[Record]) {
        for batch in records.chunks(500) {
            let waits = batch.iter().filter(|record| matches!(record.event, Event::Wait { .. }));
            let of_batch: Vec<_> = waits.map(|record| (record.seq, Stack::default())).collect();
            stacks.add(&of_batch, fold);
            for record in batch {
                fold.step(record);
            }
        }
    }

    #[test]
    fn the_stacks_of_ended_waits_are_dropped_and_others_are_not() {
        let (task, mut script) = (Id::next(), Script::new());
        script.write(spawn(task)).polls(task).write(waits(Resource::Task(Id::next())));
        for _ in 1..6 * SPARE {
            let (wait, on) = (Id::next(), Resource::Task(Id::next()));
            let given_up = Event::Done { wait, on, got: false };
            script.write(Event::Wait { wait, on, own: true }).write(given_up);
        }
        let (mut stacks, mut fold) = (Stacks::default(), Fold::new());
        feed(&mut stacks, &mut fold, &script.records);
        let [wait] = fold.waits_of(task)[..] else { panic!("one wait is left") };
        assert!(stacks.by_record.contains_key(&wait.renewed), "it still waits");
        assert!(stacks.len() < 2 * SPARE, "there are {}", stacks.len());
    }

    #[test]
    fn one_asks_for_stacks_which_not_each_build_has() {
        let ask = |value| asks(Some(OsStr::new(value)), true);
        assert!(!asks(None, true).unwrap());
        assert!(!ask("").unwrap() && !ask("0").unwrap());
        assert!(ask("1").unwrap());
        let error = asks(Some(OsStr::new("1")), false).unwrap_err();
        assert!(error.to_string().contains("needs kettle's feature `stacks`"), "{error}");
    }
}
