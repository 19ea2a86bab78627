//! Which task awaits which, and in which functions?
//!
//! A task; under it the async functions in which it waits, each under the one that awaits it; under
//! the innermost what it waits for; and under that the tasks that could end the wait, as far as
//! they are known: a task whose end is awaited, the holders of a lock. A task that none awaits is
//! under the one that spawned it. Python 3.14 prints its tasks so: `python -m asyncio pstree`. A
//! line that is under the same lines as the one before isn't repeated.
//!
//! Interface: [`tree`]. Invariant: each task is drawn once; where it comes again there is only its
//! name.
//!
//! Not here: what is at a stack's addresses (`words/stack.rs`).

use std::collections::{BTreeMap, BTreeSet};

use kettle_events::Id;

use super::graph::{Ender, awaited, could_end};
use super::run::Run;
use super::stacks::Stacks;
use crate::fold::{State, Task, Wait};
use crate::words::future::future_name;
use crate::words::names::Family;

/// So many tasks are drawn.
const MOST: usize = 50;

/// All tasks that have not ended, in lines.
pub(super) fn tree(run: &Run, stacks: &Stacks) -> String {
    let mut drawing = Drawing::new(run, stacks);
    let all: Vec<Id> = run.alive().map(|task| task.id).collect();
    let tops = all.iter().filter(|id| !drawing.below.contains(id)).copied().collect::<Vec<_>>();
    // Those that are under none, and then, of what is left, the circles.
    for id in tops.into_iter().chain(all.iter().copied()) {
        if !drawing.drawn.contains(&id) {
            drawing.task(id, 0);
        }
    }
    if all.len() > drawing.drawn.len() {
        drawing.line(0, format!("not drawn: {} more", all.len() - drawing.drawn.len()));
    }
    let line = |(depth, text): &(usize, String)| format!("{:1$}{text}", "", 2 * depth);
    drawing.lines.iter().map(line).collect::<Vec<_>>().join("\n")
}

struct Drawing<'a> {
    run: &'a Run,
    stacks: &'a Stacks,
    /// Each with under how many others it is.
    lines: Vec<(usize, String)>,
    drawn: BTreeSet<Id>,
    /// What each task has spawned that no task awaits.
    spawned: BTreeMap<Id, Vec<Id>>,
    /// The tasks that are under another one.
    below: BTreeSet<Id>,
}

impl<'a> Drawing<'a> {
    fn new(run: &'a Run, stacks: &'a Stacks) -> Drawing<'a> {
        let awaits = |task: &Task| run.open(task).into_iter().flat_map(|wait| enders(run, &wait));
        let mut below: BTreeSet<Id> = run.alive().flat_map(awaits).collect();
        let mut spawned: BTreeMap<Id, Vec<Id>> = BTreeMap::new();
        for task in run.alive().filter(|task| !below.contains(&task.id)) {
            let parent = task.parent.and_then(|parent| run.fold.task(parent));
            if let Some(parent) = parent.filter(|parent| !parent.is_over()) {
                spawned.entry(parent.id).or_default().push(task.id);
            }
        }
        below.extend(spawned.values().flatten());
        Drawing { run, stacks, lines: Vec::new(), drawn: BTreeSet::new(), spawned, below }
    }

    fn line(&mut self, depth: usize, text: String) {
        let before = self.lines.iter().rfind(|(other, _)| *other <= depth);
        if before.is_none_or(|before| *before != (depth, text.clone())) {
            self.lines.push((depth, text));
        }
    }

    fn task(&mut self, id: Id, depth: usize) {
        let Some(task) = self.run.fold.task(id).filter(|task| !task.is_over()) else { return };
        if self.drawn.contains(&id) {
            return self.line(depth, format!("{}, see above", self.run.name(id)));
        }
        if self.drawn.len() >= MOST {
            return;
        }
        self.drawn.insert(id);
        self.line(depth, self.title(task));
        match task.state {
            State::Waiting => self.waits(task, depth + 1),
            State::Polling => self.line(depth + 1, "is being polled".to_owned()),
            _ => self.line(depth + 1, "is ready: it will be polled".to_owned()),
        }
        for child in self.spawned.remove(&id).unwrap_or_default() {
            self.task(child, depth + 1);
        }
    }

    fn waits(&mut self, task: &Task, depth: usize) {
        let waits = self.run.open(task);
        if waits.is_empty() {
            self.line(depth, "no waker of it is left in kettle".to_owned());
        }
        for wait in waits {
            let frames = self.stacks.of(&wait);
            let depth = depth + frames.len();
            for (inside, frame) in frames.iter().enumerate().rev() {
                self.line(depth - 1 - inside, frame.to_string());
            }
            self.line(depth, format!("waits {}", awaited(self.run, wait.on, task.id)));
            for ender in enders(self.run, &wait) {
                self.task(ender, depth + 1);
            }
        }
    }

    /// `task 1 (async block in main), spawned at src/main.rs:18:13`
    fn title(&self, task: &Task) -> String {
        let name = self.run.name(task.id);
        match task.made {
            Some(made) if name.family != Family::Main => {
                format!("{name} ({}), spawned at {made}", future_name(task.what))
            }
            _ => name.to_string(),
        }
    }
}

/// The tasks that could end this wait, as far as is known.
fn enders(run: &Run, wait: &Wait) -> Vec<Id> {
    let task = |(ender, _): (Ender, bool)| match ender {
        Ender::Task(task) => Some(task),
        _ => None,
    };
    could_end(run, wait).into_iter().filter_map(task).collect()
}
