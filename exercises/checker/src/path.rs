//! In which order does a learner go?
//!
//! In that of the map (`docs/book/src/map.md`), chapter by chapter: the chapter's steps of the
//! ladder, its exercises, its hunts.
//!
//! Interface: [`path`], [`words`], [`after`], [`at_hand`], [`chapter_of`], [`question_of_a_hang`].

use kettle_kit::map::{self, MAP, Row};

use crate::catalogue::Exercise;
use crate::progress::{Progress, has_passed};
use crate::prose::DIM;

/// The command that starts it, and what it is about.
pub(crate) fn words(exercise: &Exercise) -> String {
    format!("cargo exercise {}  {DIM}{}{DIM:#}", exercise.called(), exercise.sheet.title)
}

/// All that there is to do, in order.
pub(crate) fn path(exercises: &[Exercise]) -> Result<Vec<&Exercise>, String> {
    let names = map::read()?.into_iter().flat_map(|row| [row.steps, row.exercises].concat());
    let find = |name: String| {
        let exercise = exercises.iter().find(|one| one.name == name);
        exercise.ok_or(format!("{MAP} names `{name}`, which is no exercise"))
    };
    names.map(find).collect()
}

/// What has not passed and comes next after the one of this name; after the last, the first.
pub(crate) fn after<'a>(path: &[&'a Exercise], name: &str) -> Option<&'a Exercise> {
    let here = path.iter().position(|one| one.name == name).unwrap_or_default();
    let (before, after) = path.split_at(here);
    after.iter().chain(before).find(|one| !has_passed(&one.name)).copied()
}

/// The exercise at hand, if it has not passed; else the first thing that hasn't.
pub(crate) fn at_hand<'a>(path: &[&'a Exercise], progress: &Progress) -> Option<&'a Exercise> {
    let open = || path.iter().filter(|one| !has_passed(&one.name));
    let current = open().find(|one| progress.current() == Some(&one.name));
    current.or_else(|| open().next()).copied()
}

/// The chapter that the exercise of this name goes with.
pub(crate) fn chapter_of(name: &str) -> Result<usize, String> {
    let is_its = |row: &Row| row.steps.iter().chain(&row.exercises).any(|one| one == name);
    let row = map::read()?.into_iter().find(is_its);
    row.map(|row| row.number).ok_or(format!("{MAP} does not name `{name}`"))
}

/// What to ask oneself when a check hangs, of which so much is `said`. Chapter 3 says what a waker is.
/// What is said has its own question, or tells that the waker was called.
pub(crate) fn question_of_a_hang(chapter: usize, said: &str) -> Option<&'static str> {
    // (A quoted line of code may have a `?` of its own.)
    let asks = said.contains("? ") || said.trim_end().ends_with('?');
    let woken = ["waker was called", "called the waker", "was woken"];
    // A thread that waits for its own lock: no waker would help it.
    let under = said.replace("not under", "").contains("under ");
    if said.contains("lock that it holds") || said.contains("lock") && under {
        Some(
            "Where is something called or dropped, while your code holds the lock that this needs?",
        )
    } else if asks || woken.iter().any(|words| said.contains(words)) {
        None
    } else if chapter < 3 {
        Some("Which `.await` never ends, and which part of the program should end it?")
    } else {
        Some("For each `Pending`, ask: where is the waker now, and which event calls it?")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{self, Kind};

    #[test]
    fn the_path_has_everything_once_and_goes_chapter_by_chapter() {
        let exercises = catalogue::all().expect("the exercises");
        let path = path(&exercises).expect("a map");
        let mut names: Vec<&str> = path.iter().map(|one| one.name.as_str()).collect();
        let first = ["state-machine", "join", "step1", "step2", "step3"];
        assert_eq!(names[..5], first);
        names.sort_unstable();
        let mut all: Vec<&str> = exercises.iter().map(|one| one.name.as_str()).collect();
        all.sort_unstable();
        assert_eq!(names, all);
    }

    #[test]
    fn a_thread_that_waits_for_its_own_lock_is_asked_about_no_waker() {
        for said in [
            "the thread waits for a lock that it holds: a waker was called under it",
            "a waker was dropped under the channel's lock. It was the last owner of the other end",
        ] {
            assert!(
                question_of_a_hang(9, said).expect("a question").contains("the lock"),
                "{said}"
            );
        }
        for said in
            ["", "main waits for lock 1", "the work has ended, and the newest waker was not called"]
        {
            assert!(question_of_a_hang(9, said).expect("a question").contains("waker"), "{said}");
        }
        for said in
            ["its waker was called, not under the same lock", "it sleeps. Which part has kept it?"]
        {
            assert_eq!(question_of_a_hang(9, said), None, "{said}");
        }
    }

    /// The map gives the minutes of each row, and the book's first page the hours of all.
    #[test]
    fn the_minutes_and_hours_of_the_papers_are_those_of_the_sheets() {
        let exercises = catalogue::all().expect("the exercises");
        let sum = |is_it: &dyn Fn(&&Exercise) -> bool| {
            exercises.iter().filter(is_it).map(|one| one.sheet.minutes).sum::<u32>()
        };
        let map = kettle_kit::tree::read(MAP).expect("a map");
        let rows = map::rows(&map);
        let lines: Vec<&str> = map.lines().filter(|line| line.starts_with("| [")).collect();
        assert_eq!(rows.len(), lines.len(), "a line of {MAP} is read as no row");
        for (row, line) in rows.iter().zip(lines) {
            let is_its = |one: &&Exercise| row.exercises.contains(&one.name);
            let told =
                line.split(" min)").filter_map(|part| part.rsplit_once('(')?.1.parse::<u32>().ok());
            assert_eq!(told.sum::<u32>(), sum(&is_its), "{}", row.file);
        }
        let hours = |is_it: &dyn Fn(Kind) -> bool| {
            let hours = (sum(&|one| is_it(one.kind())) + 30) / 60;
            NUMBERS.split(' ').nth(hours as usize).expect("a number that has a word here")
        };
        let steps = hours(&|kind| kind == Kind::Step);
        let exercises = hours(&|kind| matches!(kind, Kind::Side | Kind::Spine));
        let hunts = hours(&|kind| kind == Kind::Hunt);
        let before = kettle_kit::tree::read("docs/book/src/before.md").expect("the first page");
        let before = before.split_whitespace().collect::<Vec<_>>().join(" ");
        for told in [
            format!("The steps take {steps} of those hours"),
            format!("The exercises take {exercises} hours and the hunts {hunts}."),
        ] {
            assert!(before.contains(&told), "`before.md` should say: {told}");
        }
    }

    const NUMBERS: &str = "no one two three four five six seven eight nine ten eleven twelve thirteen \
        fourteen fifteen sixteen seventeen eighteen nineteen twenty";

    #[test]
    fn no_exercise_comes_before_the_chapter_that_it_is_to_be_read_after() {
        let exercises = catalogue::all().expect("the exercises");
        for exercise in exercises.iter().filter(|one| one.kind() != Kind::Step) {
            let readme = exercise.readme().expect("a README");
            let reading =
                readme.split_once("**Read before:**").or(readme.split_once("In the book:"));
            let Some((_, reading)) = reading else { continue };
            let Some((_, label)) = reading.split_once("[chapter ") else { continue };
            let number = label.split(|it: char| !it.is_ascii_digit()).next().unwrap_or_default();
            let Ok(chapter) = number.parse::<usize>() else { continue };
            let own = chapter_of(&exercise.name).expect("a row");
            assert!(chapter <= own, "{}: chapter {chapter}, on the map {own}", exercise.name);
        }
    }
}
