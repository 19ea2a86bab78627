//! Is the set of exercises itself right?
//!
//! For each exercise: the starter compiles and fails exactly the checks that it is said to fail;
//! the solution passes all, without a warning; so does each other right answer; each wrong answer
//! fails the check that it names. A hunt's fault is found, the engine's own file passes, and each fix that misses is found out.
//! Each of these is a whole file here, whatever it is kept as (`catalogue.rs`).
//!
//! The candidates of an exercise on the public API, or of a step, are modules of one program. Each candidate of the
//! spine is an engine of its own, and one program has them all: linking one for each would take a minute.
//!
//! The same wrong answers, put into kettle itself, must fail kettle's own tests. `xtask/src/mutants.rs`
//! tries that; [`mutants`] gives them to it.
//!
//! Interface: [`prove`], [`mutants`]. Invariants: a candidate that doesn't compile is an error, never a failed
//! check.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anstream::println;
use indicatif::ProgressBar;
use kettle_kit::{files, process, tree};

use crate::build::{Built, Said, build};
use crate::catalogue::{Exercise, Kind, Version};
use crate::package;
use crate::places::{alone, proof_target, root};
use crate::prose::{BAD, OK};
use crate::step;
use crate::trial::{Verdict, list, trial};

/// One text in the place of an answer, and what is expected of it.
struct Candidate<'a> {
    exercise: &'a Exercise,
    /// `starter`, `solution`, `right/NAME`, `wrong/NAME` and so on.
    name: String,
    text: String,
    expected: Expected,
}

struct Expected {
    /// These fail.
    failing: BTreeSet<String>,
    /// And all others pass.
    others_pass: bool,
}

impl Candidate<'_> {
    fn title(&self) -> String {
        format!("{} {}", self.exercise.name, self.name)
    }

    /// Does it replace nothing of the engine?
    fn is_aside(&self) -> bool {
        matches!(self.exercise.kind(), Kind::Side | Kind::Step)
    }

    /// The package of its program, in which its [`slug`](Candidate::slug) is an argument.
    fn program(&self) -> String {
        if self.is_aside() {
            format!("x{}", self.exercise.name.replace('-', "_"))
        } else {
            ENGINES.to_owned()
        }
    }

    /// A name for a package or a module.
    fn slug(&self) -> String {
        let name = format!("{}_{}", self.exercise.name, self.name);
        format!("x{}", name.replace(['-', '/'], "_"))
    }

    /// Do kettle's other tests notice nothing, because it takes a model?
    fn is_modelled(&self) -> bool {
        let name = self.name.trim_start_matches("wrong/");
        self.exercise.sheet.modelled.iter().any(|modelled| modelled == name)
    }

    /// Where its file is, seen from `target/exercises`.
    fn file(&self) -> String {
        match &self.exercise.sheet.seam {
            Some(seam) => format!("{}/src/{seam}", self.slug()),
            None => format!("{}/src/{}/answer.rs", self.program(), self.slug()),
        }
    }
}

/// Proves these exercises. `Ok(true)`: all are right.
pub(crate) fn prove(exercises: &[&Exercise]) -> Result<bool, String> {
    // All that is wrong at once: after a change of the engine it may be many patches.
    let (mut candidates, mut wrong) = (Vec::new(), Vec::new());
    for exercise in exercises {
        match candidates_of(exercise) {
            Ok(some) => candidates.extend(some),
            Err(words) => wrong.push(words),
        }
    }
    if !wrong.is_empty() {
        return Err(wrong.join("\n\n"));
    }
    let _alone = alone(&root().join("target/exercises"))?;
    let programs = put_together(&candidates)?;
    let (passed, problems) = examine_all(&candidates, &programs);
    // In the form that a summary of many checks looks for.
    for problem in &problems {
        println!("{BAD}error{BAD:#}: {problem}\n");
    }
    let (style, word) = if problems.is_empty() { (OK, "ok") } else { (BAD, "FAILED") };
    println!(
        "test result: {style}{word}{style:#}. {passed} passed; {} failed; 0 ignored; {} candidates of {} exercises",
        problems.len(),
        candidates.len(),
        exercises.len(),
    );
    Ok(problems.is_empty())
}

/// Writes each wrong answer that can replace a file of kettle's into `folder`, and lists them;
/// without those that only `tests/models` notices.
pub(crate) fn mutants(exercises: &[Exercise], folder: &Path) -> Result<bool, String> {
    for exercise in exercises {
        let Some(path) = exercise.spoils() else { continue };
        for candidate in candidates_of(exercise)? {
            let name = candidate.name.as_str();
            let is_fault = !name.starts_with("right/") && !["starter", "solution"].contains(&name);
            if !is_fault || candidate.is_modelled() {
                continue;
            }
            let file = folder.join(format!("{}.rs", candidate.slug()));
            files::put(&file, &candidate.text)?;
            println!("{} {name}\t{path}\t{}", exercise.name, file.display());
        }
    }
    Ok(true)
}

/// So many candidates a processor: most of a check that hangs is waiting. (Sixteen at once, and as many other
/// programs beside them, have changed no verdict on two processors.)
const AT_ONCE: usize = 8;

/// How many checks had the verdict that was expected, and what is wrong with the others.
fn examine_all(candidates: &[Candidate<'_>], programs: &[PathBuf]) -> (usize, Vec<String>) {
    let bar = ProgressBar::new(candidates.len() as u64);
    let pairs = candidates.iter().zip(programs);
    let found =
        process::shared_out(pairs, AT_ONCE * process::processors(), |(candidate, program)| {
            bar.inc(1);
            if bar.is_hidden() {
                eprintln!("{} ...", candidate.title()); // whoever waits sees that we work
            }
            examine(candidate, program)
        });
    bar.finish_and_clear();
    let (mut passed, mut problems) = (0, Vec::new());
    for examined in found {
        match examined {
            Ok(count) => passed += count,
            Err(words) => problems.push(words),
        }
    }
    (passed, problems)
}

fn candidates_of(exercise: &Exercise) -> Result<Vec<Candidate<'_>>, String> {
    no_strays(exercise)?;
    let starter: BTreeSet<String> = exercise.sheet.starter.iter().cloned().collect();
    // A step begins as the step before it, which its tests try.
    if starter.is_empty() && exercise.kind() != Kind::Step {
        return Err(format!("{}: a starter that fails nothing is no exercise", exercise.name));
    }
    let (folder, wrong) = exercise.wrong_ones();
    if wrong.is_empty() {
        return Err(format!("{} has no wrong answer", exercise.name));
    }
    let of = |failing, others_pass| Expected { failing, others_pass };
    let mut named = vec![("solution".to_owned(), of(BTreeSet::new(), true))];
    if !starter.is_empty() {
        named.push((exercise.beginning_name().to_owned(), of(starter, true)));
    }
    let right = exercise.sheet.right.iter();
    named.extend(right.map(|name| (format!("right/{name}"), of(BTreeSet::new(), true))));
    named.extend(wrong.iter().map(|(name, check)| {
        (format!("{folder}/{name}"), of(BTreeSet::from([check.clone()]), false))
    }));
    let (mut candidates, mut errors) = (Vec::new(), Vec::new());
    for (name, expected) in named {
        match exercise.version(&name) {
            Ok(Version { text, .. }) => {
                candidates.push(Candidate { exercise, name, text, expected });
            }
            Err(words) => errors.push(words),
        }
    }
    if errors.is_empty() { Ok(candidates) } else { Err(errors.join("\n\n")) }
}

/// Every file in the folder belongs to it.
fn no_strays(exercise: &Exercise) -> Result<(), String> {
    let always = ["exercise.toml", "hints.md"];
    let further: &[&str] = match exercise.kind() {
        Kind::Hunt => &["README.md", "check.rs", "program.rs"],
        Kind::Side | Kind::Spine => &["README.md", "check.rs", "starter.rs", "solution.rs"],
        Kind::Step => &["starter.rs"],
    };
    // What is there as a whole is not kept as a patch, too.
    let is_whole = |what: &String| exercise.folder.join(format!("{what}.rs")).is_file();
    let patches = exercise.versions().into_iter().filter(|what| !is_whole(what));
    let known: Vec<String> = patches
        .map(|what| format!("{what}.patch"))
        .chain(always.iter().chain(further).map(|&name| name.to_owned()))
        .collect();
    let files = tree::files(&exercise.folder, "");
    let within = files.iter().filter_map(|file| file.strip_prefix(&exercise.folder).ok());
    let strays: Vec<String> =
        within.map(tree::slashed).filter(|name| !known.contains(name)).collect();
    let name = &exercise.name;
    if strays.is_empty() { Ok(()) } else { Err(format!("{name}: what is {strays:?} for?")) }
}

/// The program of all engines.
const ENGINES: &str = "engines";
/// A proof shows no stack.
const WITHOUT_LINES: &[&str] = &["--config", "profile.dev.debug=false"];

/// Writes the packages, builds them, and tells where each candidate's program is.
fn put_together(candidates: &[Candidate<'_>]) -> Result<Vec<PathBuf>, String> {
    let folder = root().join("target/exercises");
    let mut of_programs: BTreeMap<String, Vec<&Candidate<'_>>> = BTreeMap::new();
    for candidate in candidates {
        of_programs.entry(candidate.program()).or_default().push(candidate);
    }
    for (name, candidates) in &of_programs {
        if name == ENGINES {
            engines_program(&folder, candidates)?;
        } else {
            side_program(&folder, name, candidates)?;
        }
    }
    let names: Vec<&str> = of_programs.keys().map(String::as_str).collect();
    package::workspace(&folder, &names)?;
    let engines = of_programs.get(ENGINES).map_or(0, Vec::len);
    println!("Building {} programs, one of them with {engines} engines ...", names.len());
    let chosen = names.iter().flat_map(|name| ["-p", *name]);
    let chosen: Vec<&str> = chosen.chain(WITHOUT_LINES.iter().copied()).collect();
    let built = build("building", &folder, &proof_target(), &chosen)?;
    let (Built::Programs(_, said) | Built::Refused(said)) = &built;
    let solutions = candidates.iter().filter(|one| one.name == "solution");
    let solutions: Vec<String> = solutions.map(Candidate::file).collect();
    // A starter has unused names, and a wrong answer may have. A check has none: learners would see them.
    let is_ours = |one: &Said| one.is_about("check.rs") || one.is_about("properties/mod.rs");
    let is_wrong = |one: &&Said| {
        one.is_error || is_ours(one) || solutions.iter().any(|solution| one.is_about(solution))
    };
    let wrong: String = said.iter().filter(is_wrong).map(|one| one.words.as_str()).collect();
    match built {
        Built::Programs(programs, _) if wrong.is_empty() => {
            Ok(candidates.iter().map(|one| programs[&one.program()].clone()).collect())
        }
        _ => Err(format!("one doesn't compile, or a solution or a check has a warning:\n{wrong}")),
    }
}

/// One program with every candidate of an exercise as a module.
fn side_program(folder: &Path, name: &str, candidates: &[&Candidate<'_>]) -> Result<(), String> {
    let folder = folder.join(name);
    let (mut modules, mut arms, mut has_step) = (String::new(), String::new(), false);
    for candidate in candidates {
        let slug = candidate.slug();
        let beside = folder.join("src").join(&slug);
        files::put(&beside.join("answer.rs"), &candidate.text)?;
        let (check, checks) = if candidate.exercise.kind() == Kind::Step {
            has_step = true;
            step::put_programs(&beside)?;
            (step::module(candidate.exercise), "checks()")
        } else {
            let path = package::path_attribute(&candidate.exercise.check());
            (format!("{path}\npub mod check;\n"), "CHECKS.to_vec()")
        };
        write!(
            modules,
            "mod {slug} {{\n#[macro_use]\n#[path = \"answer.rs\"]\npub mod answer;\n{check}}}\n"
        )
        .expect("a string takes all");
        arms += &arm(&slug, checks);
    }
    let properties = if has_step { step::properties() } else { String::new() };
    let std = package::STD;
    let main = format!(
        "//! Every candidate of an exercise that replaces nothing of the engine.\n\
         #![allow(dead_code)]\n\n{std}{properties}{modules}\n{}",
        main_of(&arms)
    );
    package::side(&folder, name, &main, has_step)
}

/// One program with every engine, each a package in `folder`.
fn engines_program(folder: &Path, candidates: &[&Candidate<'_>]) -> Result<(), String> {
    let (mut names, mut arms) = (Vec::new(), String::new());
    for candidate in candidates {
        let name = candidate.slug();
        let seam = candidate.exercise.sheet.seam.as_deref().unwrap_or_default();
        let check = candidate.exercise.check();
        let answer = (seam, &*candidate.text);
        package::engine(&folder.join(&name), &name, answer, &check, &[])?;
        arms += &arm(&name, "CHECKS.to_vec()");
        names.push(name);
    }
    let main =
        format!("//! Every candidate that replaces a file of the engine.\n\n{}", main_of(&arms));
    package::of_engines(&folder.join(ENGINES), ENGINES, &names, &main)
}

fn arm(slug: &str, checks: &str) -> String {
    format!("        \"{slug}\" => {slug}::check::{checks},\n")
}

/// A `main` whose first argument chooses the candidate.
fn main_of(arms: &str) -> String {
    format!(
        "fn main() -> std::process::ExitCode {{\n    \
         let mut arguments: Vec<String> = std::env::args().skip(1).collect();\n    \
         let checks = match arguments.remove(0).as_str() {{\n{arms}        \
         other => panic!(\"no candidate {{other}}\"),\n    }};\n    \
         kettle_judge::main(&checks, &arguments)\n}}\n"
    )
}

/// Runs the checks of one candidate. `Ok`: so many had the verdict that was expected.
fn examine(candidate: &Candidate<'_>, program: &Path) -> Result<usize, String> {
    let slug = candidate.slug();
    let before = [slug.as_str()];
    let checks = list(program, &before)?;
    let names: BTreeSet<String> = checks.iter().map(|(name, _)| name.clone()).collect();
    let title = candidate.title();
    let Expected { failing, others_pass } = &candidate.expected;
    if let Some(unknown) = failing.difference(&names).next() {
        return Err(format!("{title}: no check is called `{unknown}`"));
    }
    let tried = if *others_pass { &names } else { failing };
    for name in tried {
        let seen = trial(program, &before, name, &|| false)?;
        let verdict = seen.expect("a verdict that is wanted").verdict;
        // Of a solution everything is judged.
        let is_solution = failing.is_empty();
        let passes = if is_solution { verdict == Verdict::Passed } else { verdict.is_fine() };
        if passes == failing.contains(name) {
            return Err(format!("{title}: `{name}`: {verdict:?}, against `exercise.toml`"));
        }
    }
    Ok(tried.len())
}
