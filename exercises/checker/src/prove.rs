//! Is the set of exercises itself right?
//!
//! For each exercise: the starter compiles and fails a check; the solution passes all, without a
//! warning; so does another right answer, if there is one; each wrong answer fails the check that
//! `exercise.toml` names. A hunt's fault is found, the engine's own file passes, and the fix that misses
//! is found out. Each of these is a whole file here, whatever it is kept as (`catalogue.rs`).
//!
//! One program has them all, because linking one for each would take most of the time. An answer that
//! replaces nothing of the engine is a module of it. Each other one needs an engine of its own; but one
//! engine, kettle's, is the solution of them all, with the checks of each in it.
//!
//! Interface: [`prove`]. Invariant: an answer that doesn't compile is an error, never a failed check.

use std::path::{Path, PathBuf};

use anstream::println;
use kettle_kit::tree::root;
use kettle_kit::{files, process};

use crate::build::{Built, build};
use crate::catalogue::{Exercise, Kind};
use crate::package::{self, Check};
use crate::run::{Verdict, list, run};
use crate::say::{BAD, OK};
use crate::step;

/// One text in the place of an answer.
struct Candidate<'a> {
    exercise: &'a Exercise,
    /// `starter`, `solution`, `right/NAME`, `wrong/NAME` and so on.
    name: String,
    text: String,
}

impl Candidate<'_> {
    /// A name for a package or a module.
    fn slug(&self) -> String {
        format!("x{}_{}", self.exercise.name, self.name).replace(['-', '/'], "_")
    }

    fn is_engine(&self) -> bool {
        matches!(self.exercise.kind(), Kind::Spine | Kind::Hunt)
    }
}

/// Proves these exercises. `Ok(true)`: all are right.
pub(crate) fn prove(exercises: &[&Exercise]) -> Result<bool, String> {
    // All that is wrong at once: after a change of the engine it may be many patches.
    let (mut candidates, mut wrong) = (Vec::new(), Vec::new());
    for exercise in exercises {
        candidates_of(exercise, &mut candidates).unwrap_or_else(|words| wrong.push(words));
    }
    if !wrong.is_empty() {
        return Err(wrong.join("\n\n"));
    }
    println!("Building {} answers to {} exercises.", candidates.len(), exercises.len());
    let program = put_together(&candidates)?;
    let threads = 2 * process::processors(); // a check that hangs only waits
    let results = process::shared_out(exercises.iter(), threads, |exercise| {
        let own = candidates.iter().filter(|one| one.exercise.name == exercise.name);
        let results: Vec<Result<(), String>> = own.map(|one| examine(one, &program)).collect();
        // A line each, as it goes.
        let errors: Vec<String> = results.iter().filter_map(|one| one.clone().err()).collect();
        match errors.as_slice() {
            [] => println!("{OK}ok{OK:#}     {}: {} answers", exercise.name, results.len()),
            errors => println!("{BAD}error{BAD:#}: {}", errors.join("\nerror: ")),
        }
        (results.len() - errors.len(), errors.len())
    });
    let passed: usize = results.iter().map(|(passed, _)| passed).sum();
    let failed: usize = results.iter().map(|(_, failed)| failed).sum();
    let word = if failed == 0 { "ok" } else { "FAILED" };
    // In the form that a summary of many checks looks for.
    println!("test result: {word}. {passed} passed; {failed} failed; 0 ignored");
    Ok(failed == 0)
}

fn candidates_of<'a>(
    exercise: &'a Exercise,
    candidates: &mut Vec<Candidate<'a>>,
) -> Result<(), String> {
    let hints = exercise.hints()?.len();
    if hints != 3 {
        return Err(format!("{} has {hints} hints instead of 3", exercise.name));
    }
    let mut errors = Vec::new();
    for name in exercise.versions() {
        match exercise.version(&name) {
            Ok(version) => candidates.push(Candidate { exercise, name, text: version.text }),
            Err(words) => errors.push(words),
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(errors.join("\n\n")) }
}

/// Writes the packages, builds them, and tells where the program is.
fn put_together(candidates: &[Candidate<'_>]) -> Result<PathBuf, String> {
    let folder = root().join("target/exercises");
    let proof = folder.join("proof");
    let (mut modules, mut arms) = (String::new(), String::new());
    let (mut engines, mut checks_of_kettle) = (Vec::new(), Vec::new());
    for candidate in candidates {
        let (slug, exercise) = (candidate.slug(), candidate.exercise);
        let check = || files::read(&exercise.folder.join("check.rs"));
        let beside = proof.join("src").join(&slug);
        let mut of_model = String::new();
        if let Some((module, model)) = exercise.model()? {
            files::put(&beside.join(format!("{module}.rs")), &candidate.text)?;
            files::put(&beside.join("model.rs"), &model)?;
            let answer = format!("#[allow(warnings)]\npub mod {module};");
            modules += &format!("mod {slug} {{\n{answer}\npub mod model;\n}}\n");
            of_model = format!(", crate::{slug}::model::CHECKS");
        }
        if candidate.is_engine() {
            let floor = package::floor(exercise.seam());
            if candidate.name == "solution" {
                arms += &arm(&slug, &format!("[kettle_engine::{slug}::CHECKS{of_model}].concat()"));
                checks_of_kettle.push(Check { floor, module: slug, text: check()? });
                continue;
            }
            let checks = [Check { floor, module: "check".to_owned(), text: check()? }];
            let replaced = (exercise.seam(), candidate.text.as_str());
            package::copy_engine(&folder.join(&slug), &[replaced], &checks)?;
            arms += &arm(&slug, &format!("[::{slug}::check::CHECKS{of_model}].concat()"));
            engines.push(slug);
            continue;
        }
        files::put(&beside.join("answer.rs"), &candidate.text)?;
        let check = if exercise.kind() == Kind::Step {
            step::put_programs(&beside)?;
            arms += &arm(&slug, &format!("{slug}::check::checks()"));
            step::module(exercise)
        } else {
            files::put(&beside.join("check.rs"), check()?)?;
            arms += &arm(&slug, &format!("{slug}::check::CHECKS.to_vec()"));
            "pub mod check;\n".to_owned()
        };
        modules += &format!("mod {slug} {{\n#[macro_use]\npub mod answer;\n{check}}}\n");
    }
    if !checks_of_kettle.is_empty() {
        package::copy_engine(&folder.join("kettle_engine"), &[], &checks_of_kettle)?;
        engines.push("kettle_engine".to_owned());
    }
    for name in &engines {
        let manifest = package::manifest(&folder.join(name), name, Kind::Spine, false)?;
        files::put(&folder.join(name).join("Cargo.toml"), &manifest)?;
    }
    step::put_shared(&proof.join("src"))?;
    let has_model = modules.contains("pub mod model;");
    let base = if has_model { package::BASE } else { "" };
    let main = format!(
        "//! All answers. The first argument chooses one.\n#![allow(dead_code)]\n\n\
         #[macro_use]\nmod properties;\n{base}{modules}\n\
         fn main() -> std::process::ExitCode {{\n    \
         let mut arguments: Vec<String> = std::env::args().skip(1).collect();\n    \
         let checks = match arguments.remove(0).as_str() {{\n{arms}        \
         other => panic!(\"no answer {{other}}\"),\n    }};\n    \
         kettle_judge::main(&checks, &arguments)\n}}\n"
    );
    files::put(&proof.join("src/main.rs"), &main)?;
    files::put(
        &proof.join("Cargo.toml"),
        package::manifest_of_proof(&proof, &engines, has_model)?,
    )?;
    package::workspace(&folder, &["proof".to_owned()])?;
    // A proof shows no stack, and is built once.
    let chosen =
        ["--config", "profile.dev.debug=false", "--config", "profile.dev.incremental=false"];
    let Built { programs, said } = build(&folder, &folder.join("target"), &chosen)?;
    // A starter has unused names, and a wrong answer may have. A solution has none.
    let of_a_solution =
        |file: &String| file.contains("_solution/") || file.contains("kettle_engine/");
    let is_wrong = |one: &&_| -> bool {
        let one: &crate::build::Said = one;
        one.is_error || one.files.iter().any(of_a_solution)
    };
    let wrong: String = said.iter().filter(is_wrong).map(|one| one.words.as_str()).collect();
    match programs {
        Some(programs) if wrong.is_empty() => Ok(programs["proof"].clone()),
        _ => Err(format!("one doesn't compile, or a solution or a check has a warning:\n{wrong}")),
    }
}

/// What the first argument of the program chooses.
fn arm(slug: &str, checks: &str) -> String {
    format!("        \"{slug}\" => {checks},\n")
}

/// Runs the checks of one candidate.
fn examine(candidate: &Candidate<'_>, program: &Path) -> Result<(), String> {
    let Candidate { exercise, name, .. } = candidate;
    let slug = candidate.slug();
    let before = [slug.as_str()];
    let title = format!("{} {name}", exercise.name);
    let verdict = |check: &str| run(program, &before, check);
    let checks = list(program, &before)?;
    if let Some(wrong) = name.strip_prefix("wrong/").or(name.strip_prefix("miss/")) {
        let check = exercise.sheet.wrong.get(wrong);
        let check = check.ok_or(format!("{title}: exercise.toml doesn't name it"))?;
        if checks.iter().all(|(known, _)| known != check) {
            return Err(format!("{title}: no check is called `{check}`"));
        }
        return match verdict(check)?.verdict {
            Verdict::Passed => Err(format!("{title}: passes `{check}`")),
            _ => Ok(()),
        };
    }
    let must_pass = name == "solution" || name.starts_with("right/");
    for (check, _) in &checks {
        let seen = verdict(check)?;
        if must_pass && seen.verdict != Verdict::Passed {
            return Err(format!("{title}: `{check}`: {:?}: {}", seen.verdict, seen.reason));
        }
        if !must_pass && seen.verdict != Verdict::Passed {
            return Ok(());
        }
    }
    if must_pass { Ok(()) } else { Err(format!("{title}: fails no check")) }
}
