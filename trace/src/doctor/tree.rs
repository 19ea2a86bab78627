//! Which task awaits which, and in which functions?
//!
//! A task; under it the async functions in which it waits, each under the one that awaits it; under the
//! innermost what it waits for; and under that the tasks that could end the wait, as far as they are
//! known: a task whose end is awaited, the holders of a lock. A task that none awaits is under the one
//! that spawned it. Python 3.14 prints its tasks so: `python -m asyncio pstree`.
//!
//! Interface: [`tree`]. Invariant: each task is drawn once; where it comes again there is only its name.
//!
//! Not here: what is at a stack's addresses (`words/stack.rs`).

use std::collections::{BTreeMap, BTreeSet};

use kettle_events::{Id, Resource};

use super::hung::{awaited, of_task};
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
    let mut root = Node::default();
    let all: Vec<Id> = run.alive().map(|task| task.id).collect();
    let tops = all.iter().filter(|id| !drawing.below.contains(id)).copied().collect::<Vec<_>>();
    // Those that are under none, and then, of what is left, the circles.
    for id in tops.into_iter().chain(all.iter().copied()) {
        if !drawing.drawn.contains(&id) && drawing.drawn.len() < MOST {
            drawing.task(id, &mut root);
        }
    }
    if all.len() > drawing.drawn.len() {
        root.line(format!("not drawn: {} more", all.len() - drawing.drawn.len()));
    }
    let mut lines = Vec::new();
    for node in &root.below {
        lines.push(node.text.clone());
        node.draw("", &mut lines);
    }
    lines.join("\n")
}

/// A line, with the lines below it.
#[derive(Debug, Default)]
struct Node {
    text: String,
    below: Vec<Node>,
}

struct Drawing<'a> {
    run: &'a Run,
    stacks: &'a Stacks,
    drawn: BTreeSet<Id>,
    /// What each task has spawned that no task awaits.
    spawned: BTreeMap<Id, Vec<Id>>,
    /// The tasks that are under another one.
    below: BTreeSet<Id>,
}

impl<'a> Drawing<'a> {
    fn new(run: &'a Run, stacks: &'a Stacks) -> Drawing<'a> {
        let awaits =
            |task: &Task| of_task(run, task).into_iter().flat_map(|wait| enders(run, &wait));
        let mut below: BTreeSet<Id> = run.alive().flat_map(awaits).collect();
        let mut spawned: BTreeMap<Id, Vec<Id>> = BTreeMap::new();
        for task in run.alive().filter(|task| !below.contains(&task.id)) {
            let parent = task.parent.and_then(|parent| run.fold.task(parent));
            if let Some(parent) = parent.filter(|parent| !parent.is_over()) {
                spawned.entry(parent.id).or_default().push(task.id);
            }
        }
        below.extend(spawned.values().flatten());
        Drawing { run, stacks, drawn: BTreeSet::new(), spawned, below }
    }

    /// Draws a task under this line.
    fn task(&mut self, id: Id, at: &mut Node) {
        let Some(task) = self.run.fold.task(id).filter(|task| !task.is_over()) else { return };
        if self.drawn.contains(&id) {
            at.line(format!("{}, see above", self.run.name(id)));
        }
        if self.drawn.len() >= MOST || !self.drawn.insert(id) {
            return;
        }
        let at = at.line(self.title(task));
        match task.state {
            State::Waiting => self.waits(task, at),
            State::Polling => _ = at.line("is being polled".to_owned()),
            _ => _ = at.line("is ready: it will be polled".to_owned()),
        }
        for child in self.spawned.remove(&id).unwrap_or_default() {
            self.task(child, at);
        }
    }

    fn waits(&mut self, task: &Task, at: &mut Node) {
        let waits = of_task(self.run, task);
        if waits.is_empty() {
            at.line("no waker of it is left in kettle".to_owned());
        }
        for wait in waits {
            let mut at = &mut *at;
            match self.stacks.of(&wait) {
                None => at = at.line("(of this wait no stack was kept)".to_owned()),
                Some(frames) => {
                    for frame in frames.iter().rev() {
                        at = at.line(frame.to_string());
                    }
                }
            }
            let at = at.line(format!("waits {}", awaited(self.run, wait.on, task.id)));
            for ender in enders(self.run, &wait) {
                self.task(ender, at);
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
    match wait.on {
        Resource::Task(task) => vec![task],
        on => run.holders(on).iter().filter_map(|(_, holder)| holder.task).collect(),
    }
}

impl Node {
    /// The line with this text that is the last below this one, or a new one.
    fn line(&mut self, text: String) -> &mut Node {
        if self.below.last().is_none_or(|last| last.text != text) {
            self.below.push(Node { text, below: Vec::new() });
        }
        self.below.last_mut().expect("one was just added")
    }

    fn draw(&self, before: &str, lines: &mut Vec<String>) {
        for (number, node) in self.below.iter().enumerate() {
            let is_last = number + 1 == self.below.len();
            let (branch, space) =
                if is_last { ("└── ", "    ") } else { ("├── ", "│   ") };
            lines.push(format!("{before}{branch}{}", node.text));
            node.draw(&format!("{before}{space}"), lines);
        }
    }
}
