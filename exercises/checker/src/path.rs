//! In which order does a learner go?
//!
//! In that of the map (`docs/book/src/map.md`), chapter by chapter: the chapter's steps of the
//! ladder, its exercises, its hunts. What is in two rows is done once, at the first.
//!
//! Interface: [`path`], [`Stop`], [`after`], [`at_hand`], [`chapter_of`], [`question_of_a_hang`].

use kettle_kit::files::read;

use crate::catalogue::Exercise;
use crate::desk;
use crate::places::root;
use crate::progress::{Progress, has_passed};
use crate::prose::DIM;
use crate::step::Step;

/// One thing to do.
pub(crate) enum Stop<'a> {
    Step(Step),
    Exercise(&'a Exercise),
}

impl Stop<'_> {
    /// In the progress.
    pub(crate) fn name(&self) -> String {
        match self {
            Stop::Step(step) => step.name(),
            Stop::Exercise(exercise) => exercise.name.clone(),
        }
    }

    pub(crate) fn is_begun(&self) -> bool {
        match self {
            Stop::Step(step) => step.mine().exists(),
            Stop::Exercise(exercise) => desk::is_started(exercise),
        }
    }

    /// The command, and what it is about.
    pub(crate) fn words(&self) -> String {
        let (called, title) = match self {
            Stop::Step(step) => (format!("step {}", step.number), step.question()),
            Stop::Exercise(exercise) => (exercise.number.clone(), exercise.sheet.title.clone()),
        };
        format!("cargo exercise {called}  {DIM}{title}{DIM:#}")
    }
}

/// All that there is to do, in order.
pub(crate) fn path(exercises: &[Exercise]) -> Result<Vec<Stop<'_>>, String> {
    let mut path: Vec<Stop<'_>> = Vec::new();
    for row in rows()? {
        for called in &row.steps {
            path.push(Stop::Step(Step::find(called)?));
        }
        for called in &row.exercises {
            let exercise = exercises.iter().find(|one| one.number == *called);
            let exercise =
                exercise.ok_or(format!("{MAP} names `{called}`, which is no exercise"))?;
            if path.iter().all(|stop| stop.name() != exercise.name) {
                path.push(Stop::Exercise(exercise));
            }
        }
    }
    Ok(path)
}

/// What has not passed and comes next after the one of this name; after the last, the first.
pub(crate) fn after<'a, 'b>(path: &'b [Stop<'a>], name: &str) -> Option<&'b Stop<'a>> {
    let here = path.iter().position(|stop| stop.name() == name).unwrap_or_default();
    let (before, after) = path.split_at(here);
    after.iter().chain(before).find(|stop| !has_passed(&stop.name()))
}

/// The exercise at hand, if it has not passed; else the first thing that hasn't.
pub(crate) fn at_hand<'a, 'b>(path: &'b [Stop<'a>], progress: &Progress) -> Option<&'b Stop<'a>> {
    let open = || path.iter().filter(|stop| !has_passed(&stop.name()));
    let current = open().find(|stop| progress.current() == Some(&stop.name()));
    current.or_else(|| open().next())
}

/// The first chapter that the exercise of this number goes with.
pub(crate) fn chapter_of(number: &str) -> Result<usize, String> {
    let row = rows()?.into_iter().find(|row| row.exercises.iter().any(|one| one == number));
    row.map(|row| row.chapter).ok_or(format!("{MAP} does not name `{number}`"))
}

/// What to ask oneself when a check hangs. Chapter 3 says what a waker is.
pub(crate) fn question_of_a_hang(chapter: usize) -> &'static str {
    if chapter < 3 {
        "Which `.await` never ends, and which part of the program should end it?"
    } else {
        "For each `Pending`, ask: where is the waker now, and which event calls it?"
    }
}

const MAP: &str = "docs/book/src/map.md";

/// A row of the map: a chapter, and the numbers of what goes with it.
struct Row {
    chapter: usize,
    steps: Vec<String>,
    /// The hunts last.
    exercises: Vec<String>,
}

fn rows() -> Result<Vec<Row>, String> {
    let map = read(&root().join(MAP))?;
    Ok(map.lines().filter_map(row).collect())
}

fn row(line: &str) -> Option<Row> {
    let cells: Vec<&str> = line.strip_prefix("| [")?.split('|').collect();
    let [chapter, _, steps, exercises, hunts, ..] = cells[..] else { return None };
    let chapter = chapter.split('.').next()?.parse().ok()?;
    let exercises = [entries(exercises), entries(hunts)].concat();
    Some(Row { chapter, steps: entries(steps), exercises })
}

/// The texts of a cell's links.
fn entries(cell: &str) -> Vec<String> {
    let links = cell.split("](").filter_map(|part| part.rsplit_once('['));
    links.map(|(_, text)| text.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue;

    #[test]
    fn the_path_has_everything_once_and_goes_chapter_by_chapter() {
        let exercises = catalogue::all().expect("the exercises");
        let path = path(&exercises).expect("a map");
        let mut names: Vec<String> = path.iter().map(Stop::name).collect();
        let first = ["00-first-steps", "01b-state-machine", "03-join", "step1", "step2"];
        assert_eq!(names[..5], first);
        names.sort();
        let steps = (1..=7).map(|number| format!("step{number}"));
        let mut all: Vec<String> =
            exercises.iter().map(|one| one.name.clone()).chain(steps).collect();
        all.sort();
        assert_eq!(names, all);
    }

    #[test]
    fn no_exercise_comes_before_the_chapter_that_it_is_to_be_read_after() {
        for exercise in catalogue::all().expect("the exercises") {
            let readme = exercise.readme().expect("a README");
            let reading =
                readme.split_once("**Read before:**").or(readme.split_once("In the book:"));
            let Some((_, reading)) = reading else { continue };
            let Some((_, link)) = reading.split_once("docs/book/src/") else { continue };
            let Ok(chapter) = link[..2].parse::<usize>() else { continue };
            let own = chapter_of(&exercise.number).expect("a row");
            assert!(chapter <= own, "{}: chapter {chapter}, on the map {own}", exercise.name);
        }
    }
}
