//! How does a rung of the ladder differ from other exercises?
//!
//! Its solution is one of the project's own rungs, in `examples/rungs`. It begins as a copy of the
//! rung before it ([`before`]): the learner's own if that has passed, otherwise the project's. Its
//! checks are the properties in `examples/rungs/properties`: first those of all earlier rungs, then
//! its own ([`module`]). When it has passed, the learner sees its flaw, which is what it still does
//! badly ([`say_flaw`]).

use std::path::{Path, PathBuf};
use std::process::Command;

use anstream::println;
use kettle_kit::files;
use kettle_kit::tree::{self, root};

use crate::catalogue::{Exercise, Kind};
use crate::progress::passed_answer;
use crate::prose::{BOLD, say};

/// The number of the last rung.
const LAST: usize = 7;

/// The traits that the properties use, each with the number of the first rung that implements it.
const TRAITS: [(usize, &str); 4] = [(1, "Rung"), (3, "Tasks"), (6, "Sockets"), (7, "Handles")];

/// The rungs among these.
pub(crate) fn rungs(all: &[Exercise]) -> impl Iterator<Item = &Exercise> {
    all.iter().filter(|one| one.kind() == Kind::Rung)
}

/// The rung with this number: `3`.
pub(crate) fn find<'a>(all: &'a [Exercise], called: &str) -> Result<&'a Exercise, String> {
    rungs(all)
        .find(|rung| rung.name == format!("rung{called}"))
        .ok_or(format!("no rung is called `{called}`; the ladder has the rungs 1 to {LAST}"))
}

/// `3` of `rung3`.
pub(crate) fn number(rung: &Exercise) -> usize {
    rung.name.trim_start_matches("rung").parse().expect("a rung is called so")
}

pub(crate) fn title(rung: &Exercise) -> String {
    format!("Rung {} of {LAST}: {}", number(rung), rung.sheet.question)
}

/// The rung before another one.
pub(crate) struct Before {
    pub(crate) text: String,
    pub(crate) whose: &'static str,
}

/// What a rung after the first begins with; `None` for all other exercises.
pub(crate) fn before(rung: &Exercise) -> Result<Option<Before>, String> {
    if rung.kind() != Kind::Rung || number(rung) == 1 {
        return Ok(None);
    }
    let before = number(rung) - 1;
    let (text, whose) = match passed_answer(&format!("rung{before}")) {
        Some(answer) => (answer, "new: your own rung before this one"),
        None => (projects_rung(before)?, "new: the project's rung before this one"),
    };
    let body = text.split_inclusive('\n').skip_while(|line| line.starts_with("//!"));
    let head = format!(
        "//! {}\n//!\n\
         //! `cargo exercise {}` judges this file. What to type is in `exercises/ladder/{}/README.md`.\n",
        title(rung),
        rung.called(),
        rung.name
    );
    Ok(Some(Before { text: head + &body.collect::<String>(), whose }))
}

fn projects_rung(number: usize) -> Result<String, String> {
    let begin = format!("rung{number}_");
    let named = |path: &PathBuf| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&begin))
    };
    let path = tree::files(&folder(), "rs").into_iter().find(named);
    files::read(&path.ok_or("the project has no such rung")?)
}

/// Where the project's own rungs are.
fn folder() -> PathBuf {
    root().join("examples/rungs")
}

/// May a rung pass without this check? Only on the last rung does `block_on` have to end tidily.
pub(crate) fn may_fail(exercise: &Exercise, check: &str) -> bool {
    exercise.kind() == Kind::Rung && number(exercise) < LAST && check.starts_with("tidy_")
}

/// Puts what the rungs share beside an answer: the properties, and what its runtime may include.
pub(crate) fn put_shared(source: &Path) -> Result<(), String> {
    files::copy_all(&folder().join("properties"), &source.join("properties"))?;
    files::copy(&folder().join("rung2_park.rs"), &source.join("rung2_park.rs"))?;
    put_programs(source)
}

/// Puts only what its runtime may include.
pub(crate) fn put_programs(source: &Path) -> Result<(), String> {
    files::copy_all(&folder().join("programs"), &source.join("programs"))?;
    ["guard.rs", "story.rs", "sync.rs"]
        .iter()
        .try_for_each(|file| files::copy(&folder().join(file), &source.join(file)))
}

/// The program that joins the learner's rung with its properties.
pub(crate) fn main_of(rung: &Exercise) -> String {
    format!(
        "//! Made by `cargo exercise`: joins your rung with its properties.\n\
         #![allow(dead_code)]\n\n#[macro_use]\nmod properties;\n#[macro_use]\nmod answer;\n\n{}\n\
         fn main() -> std::process::ExitCode {{\n    \
         let arguments: Vec<String> = std::env::args().skip(1).collect();\n    \
         let shows_its_flaw = arguments == [\"flaw\"];\n    \
         if shows_its_flaw {{\n        properties::flaw{}::<check::Yours>();\n        \
         return std::process::ExitCode::SUCCESS;\n    }}\n    \
         kettle_judge::main(&check::checks(), &arguments)\n}}\n",
        module(rung),
        number(rung)
    )
}

/// A module that joins a rung with its properties. It is beside the module `answer`.
pub(crate) fn module(rung: &Exercise) -> String {
    let number = number(rung);
    let traits = TRAITS.iter().filter(|(first, _)| *first <= number);
    let implement = |name| format!("    implement! {{ {name} for Yours by answer }}\n");
    let traits: String = traits.map(|(_, name)| implement(name)).collect();
    // The functions of `properties` that return lists: those of all rungs up to this one, and some
    // that hold only for the first rung, for all others, or for those with tasks.
    let mut lists: Vec<String> = (1..=number).map(|number| format!("rung{number}")).collect();
    if number == 1 {
        lists.push("rung1_alone".to_owned());
    } else {
        lists.insert(0, "rung2_first".to_owned());
    }
    if number >= 3 {
        lists.push("tidy".to_owned());
    }
    let lists: Vec<String> =
        lists.iter().map(|list| format!("properties::{list}::<Yours>()")).collect();
    // The thread of rung 1 never sleeps, which is its flaw.
    let hang = if number == 1 { IF_RUNG_1_HANGS } else { IF_IT_HANGS };
    format!(
        "pub mod check {{\n    use super::answer;\n    use crate::properties;\n    \
         use kettle_judge::Check;\n\n    pub struct Yours;\n{traits}\n    \
         pub fn checks() -> Vec<Check> {{\n        kettle_judge::if_it_hangs({hang:?});\n        \
         let all = [{}].concat();\n        \
         let check = |one: &properties::Property| Check {{ name: one.name, claim: one.claim, \
         run: one.run }};\n        all.iter().map(check).collect()\n    \
         }}\n}}\n",
        lists.join(", ")
    )
}

const IF_IT_HANGS: &str = "the thread of `block_on` sleeps, and nothing ends that. If it waits for \
    a lock, find out where that is still held. If it is parked, follow the waker of the last poll: \
    has a future kept it (a sleep has to), is it called, and does the call unpark the thread, also \
    if all it does is put a number into a queue?";

const IF_RUNG_1_HANGS: &str = "a future returned `Pending`, and the thread waits for a wake. In \
    this rung nothing calls a waker, so `block_on` has to poll again at once, until the future is \
    ready.";

/// Shows the flaw of a rung that has passed, and how to play with it.
pub(crate) fn say_flaw(rung: &Exercise, program: &Path) -> Result<(), String> {
    println!("\n{BOLD}Its flaw{BOLD:#}");
    let output = Command::new(program).arg("flaw").output();
    let output = output.map_err(|error| format!("{}: {error}", program.display()))?;
    println!("  {}", String::from_utf8_lossy(&output.stdout).trim().replace('\n', "\n  "));
    // A paragraph of the head: what follows `Flaw:`, up to `Next:`.
    let text = rung.version("solution")?.text;
    let lines = text.lines().map_while(|line| line.strip_prefix("//!"));
    let head = lines.map(str::trim).collect::<Vec<_>>().join(" ");
    let flaw = head.split_once("Flaw: ").map_or("", |(_, flaw)| flaw);
    println!();
    say(&format!("Why: {}", flaw.split(" Next: ").next().unwrap_or_default()));
    println!("\n{BOLD}To play{BOLD:#}     cargo exercise {} --play", rung.called());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_rung_alone_has_to_be_tidy() {
        let all = crate::catalogue::all().expect("the exercises");
        for rung in rungs(&all) {
            assert_eq!(may_fail(rung, "tidy_in_a_drop"), number(rung) < 7, "{}", rung.name);
            assert!(!may_fail(rung, "a_task_spawns"));
        }
    }
}
