//! What makes a step of the ladder of an exercise?
//!
//! Its solution is one of the project's own steps, in `examples/steps`, and what to type is a section of
//! the README there. It begins as the step before it: the learner's own if that has passed, otherwise
//! the project's. It is judged by the properties of `examples/steps/properties`: those of all steps
//! before it, then its own.
//!
//! Interface: [`number`], [`title`], [`task`], [`before`], [`of_the_project`], [`folder`]; [`module`],
//! [`properties`], [`main_of`], [`put_programs`], [`FLAW`].

use std::path::{Path, PathBuf};

use kettle_kit::{files, tree};

use crate::catalogue::Exercise;
use crate::package;
use crate::places::root;
use crate::progress;

/// How many steps there are.
pub(crate) const LAST: usize = 7;

/// What a step offers to the properties, and from which step on.
const OFFERS: [(usize, &str); 4] = [(1, "Step"), (3, "Tasks"), (6, "Sockets"), (7, "Handles")];

/// `3` of `step3`.
pub(crate) fn number(step: &Exercise) -> usize {
    step.name.trim_start_matches("step").parse().expect("a step is called so")
}

pub(crate) fn title(step: &Exercise) -> String {
    format!("Step {} of {LAST}: {}", number(step), step.sheet.question)
}

/// The section of the README that says what to type.
pub(crate) fn task(step: &Exercise) -> Result<String, String> {
    let readme = files::read(&folder().join("README.md"))?;
    let heading = format!("\n### Step {}:", number(step));
    let (_, section) = readme.split_once(&heading).ok_or("the README has no such step")?;
    let (_, section) = section.split_once('\n').unwrap_or_default();
    Ok(section.split("\n##").next().unwrap_or_default().trim().to_owned())
}

/// What a step begins with that is not the first: the step before, and whose it is.
pub(crate) fn before(step: &Exercise) -> Result<Option<(String, String)>, String> {
    let Some(before) = number(step).checked_sub(1).filter(|number| *number > 0) else {
        return Ok(None);
    };
    let (text, whose) = match progress::passed_answer(&format!("step{before}")) {
        Some(own) => (own, format!("your own step {before}")),
        None => (of_the_project(before)?, format!("the project's step {before}")),
    };
    let body = text.split_inclusive('\n').skip_while(|line| line.starts_with("//!"));
    let head = format!(
        "//! {}\n//!\n//! `cargo exercise {}` says what to type, `cargo exercise check` judges this file.\n",
        title(step),
        step.called()
    );
    Ok(Some((head + &body.collect::<String>(), whose)))
}

pub(crate) fn of_the_project(number: usize) -> Result<String, String> {
    let begin = format!("step{number}_");
    let named = |path: &PathBuf| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&begin))
    };
    let path = tree::files(&folder(), "rs").into_iter().find(named);
    files::read(&path.ok_or("the project has no such step")?)
}

/// Where the project's own steps are.
pub(crate) fn folder() -> PathBuf {
    root().join("examples/steps")
}

/// Puts what the steps share beside one of them.
pub(crate) fn put_programs(beside: &Path) -> Result<(), String> {
    let shared = tree::files(&folder().join("programs"), "rs").into_iter();
    for file in shared.chain([folder().join("sync.rs")]) {
        let within = file.strip_prefix(folder()).expect("a file of the steps");
        files::put(&beside.join(within), &files::read(&file)?)?;
    }
    Ok(())
}

/// The word that a step's program is told to show its flaw.
pub(crate) const FLAW: &str = "flaw";

const IF_IT_HANGS: &str = "the thread of `block_on` sleeps, and nothing ends that. Which part of the \
    code has kept the waker of the last poll? If none has (a sleep has to), it can't be called. If one \
    has: is it called, and does that end the sleep of the thread?";

const IF_STEP_1_HANGS: &str = "a future said `Pending`, and the thread waits for a wake that does not come. In this step \
    nothing calls a waker: `block_on` polls again at once, until the future is ready.";

/// A module that joins a step with its properties. It is beside the module `answer`.
pub(crate) fn module(step: &Exercise) -> String {
    let number = number(step);
    let offers = OFFERS.iter().filter(|(from, _)| *from <= number);
    let offers: Vec<String> =
        offers.map(|(_, name)| format!("implement! {{ {name} for Yours by answer }}\n")).collect();
    let offers = offers.concat();
    let alone = (number == 1).then(|| "1_alone".to_owned());
    let lists = (1..=number).map(|k| k.to_string()).chain(alone);
    let all: Vec<String> = lists.map(|k| format!("properties::step{k}::<Yours>()")).collect();
    let all = all.join(", ");
    // The flaw of step 1 is that its thread never sleeps.
    let hangs = if number > 1 { IF_IT_HANGS } else { IF_STEP_1_HANGS };
    format!(
        "pub mod check {{\nuse super::answer;\nuse crate::properties::{{self, Property}};\n\
         use kettle_judge::Check;\n\nstruct Yours;\n{offers}\n\
         pub fn checks() -> Vec<Check> {{\nkettle_judge::if_it_hangs({hangs:?});\nof(&[{all}].concat())\n}}\n\n\
         pub fn flaw() -> Vec<Check> {{\n\
         of(&[properties::flaw(properties::flaw{number}::<Yours>)])\n}}\n\n\
         fn of(properties: &[Property]) -> Vec<Check> {{\n\
         let check = |one: &Property| Check {{ name: one.name, claim: one.claim, run: one.run }};\n\
         properties.iter().map(check).collect()\n}}\n}}\n"
    )
}

/// What a program of [`module`]s begins with.
pub(crate) fn properties() -> String {
    let path = package::path_attribute(&folder().join("properties/mod.rs"));
    format!("#[macro_use]\n{path}\nmod properties;\n\n")
}

/// The program that joins the learner's step with its properties.
pub(crate) fn main_of(step: &Exercise) -> String {
    format!(
        "//! Made by `cargo exercise`: joins your step with its properties.\n\
         #![allow(dead_code)]\n\n{}{}#[macro_use]\nmod answer;\n\n{}\n\
         fn main() -> std::process::ExitCode {{\n    \
         let mut arguments: Vec<String> = std::env::args().skip(1).collect();\n    \
         let shows_its_flaw = arguments.first().is_some_and(|word| word == \"{FLAW}\");\n    \
         arguments.drain(..usize::from(shows_its_flaw));\n    \
         let checks = if shows_its_flaw {{ check::flaw() }} else {{ check::checks() }};\n    \
         kettle_judge::main(&checks, &arguments)\n}}\n",
        package::STD,
        properties(),
        module(step)
    )
}
