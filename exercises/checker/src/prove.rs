//! Is the set of exercises itself right?
//!
//! In each exercise the starter compiles and fails a check, the solution passes all checks without
//! a warning, and so does the other right answer, if there is one. Each wrong answer fails the
//! check that `exercise.toml` names. In a hunt the file with the bug fails a check, the engine's
//! own file passes, and the fix that misses fails.
//!
//! One program has all answers, because linking a program for each would take most of the time. An
//! answer that replaces nothing of the engine is a module of that program. Every other answer needs
//! an engine of its own, except the solutions: kettle's engine serves for all of them, with the
//! checks of each in it.
//!
//! [`prove`] does all this. An answer that doesn't compile is an error, never a failed check.

use std::path::{Path, PathBuf};

use anstream::println;
use kettle_kit::tree::root;
use kettle_kit::{files, process};

use crate::build::{Built, RustcMessage, build};
use crate::catalogue::{Exercise, Kind, Model};
use crate::package::{self, CheckModule, SourceFile};
use crate::progress::target;
use crate::prose::{BAD, OK};
use crate::run::{Listed, Seen, Verdict, list, run};
use crate::rung;

/// A text that takes the place of the learner's answer.
struct Candidate<'a> {
    exercise: &'a Exercise,
    /// `starter`, `solution`, `right/NAME`, `wrong/NAME` and so on.
    name: String,
    text: String,
}

impl Candidate<'_> {
    /// Is it an answer that replaces a file of the engine?
    fn replaces_a_file(&self) -> bool {
        matches!(self.exercise.kind(), Kind::Spine | Kind::Hunt)
    }

    /// A name for a package or a module.
    fn slug(&self) -> String {
        format!("x{}_{}", self.exercise.name, self.name).replace(['-', '/'], "_")
    }
}

/// Proves these exercises; if it is to be quick, without the answers that need an engine of their
/// own. Returns whether all are right.
pub(crate) fn prove(exercises: &[&Exercise], quick: bool) -> Result<bool, String> {
    // All errors are reported at once: after a change of the engine, many patches may not apply.
    let (mut candidates, mut wrong) = (Vec::new(), Vec::new());
    for exercise in exercises {
        candidates_of(exercise, &mut candidates).unwrap_or_else(|words| wrong.push(words));
    }
    if !wrong.is_empty() {
        return Err(wrong.join("\n\n"));
    }
    candidates.retain(|one| !quick || one.name == "solution" || !one.replaces_a_file());
    println!("Building {} answers to {} exercises.", candidates.len(), exercises.len());
    let program = put_together(&candidates, root().join("target/exercises"))?.build()?;
    let threads = 2 * process::processors(); // a check that hangs only waits
    let results = process::shared_out(exercises.iter(), threads, |exercise| {
        let own = candidates.iter().filter(|one| one.exercise.name == exercise.name);
        let results: Vec<Result<(), String>> = own.map(|one| examine(one, &program)).collect();
        // Each exercise has its line as soon as it is done.
        let errors: Vec<&str> =
            results.iter().filter_map(|one| Some(one.as_ref().err()?.as_str())).collect();
        match errors.as_slice() {
            [] => println!("{OK}ok{OK:#}     {}: {} answers", exercise.name, results.len()),
            errors => println!("{BAD}error{BAD:#}: {}", errors.join("\nerror: ")),
        }
        results
    })
    .concat();
    let failed = results.iter().filter(|result| result.is_err()).count();
    let passed = results.len() - failed;
    let word = if failed == 0 { "ok" } else { "FAILED" };
    // In the form that a summary of many checks looks for.
    println!("test result: {word}. {passed} passed; {failed} failed; 0 ignored");
    Ok(failed == 0)
}

/// Adds all versions of an exercise's file, from the starter to the wrong answers.
fn candidates_of<'a>(
    exercise: &'a Exercise,
    candidates: &mut Vec<Candidate<'a>>,
) -> Result<(), String> {
    let hints = exercise.hints()?.len();
    if hints != 3 {
        return Err(format!("{} has {hints} hints instead of 3", exercise.name));
    }
    let (mut errors, versions) = (Vec::new(), exercise.versions());
    for name in exercise.sheet.wrong.keys() {
        if ["wrong", "miss"].iter().all(|kind| !versions.contains(&format!("{kind}/{name}"))) {
            errors.push(format!("{} has no wrong answer `{name}`", exercise.name));
        }
    }
    for name in versions {
        match exercise.version(&name) {
            Ok(version) => candidates.push(Candidate { exercise, name, text: version.text }),
            Err(words) => errors.push(words),
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(errors.join("\n\n")) }
}

/// The packages of a proof: a program and the engines that it depends on.
#[derive(Default)]
struct Proof<'a> {
    folder: PathBuf,
    /// The code of the program's modules.
    modules: Vec<String>,
    arms: Vec<Arm>,
    engines: Vec<Engine>,
    /// The checks in kettle's own engine.
    checks_of_kettle: Vec<CheckModule<'a>>,
    has_model: bool,
}

/// An answer that the first argument of the program can choose.
struct Arm {
    slug: String,
    /// The expression for its checks.
    checks: String,
}

/// The package of an engine.
struct Engine {
    name: String,
    kind: Kind,
}

/// Writes a program of these exercises' solutions alone, whose arguments `all all` run every check,
/// and returns its manifest's path.
pub(crate) fn put_solutions(exercises: &[&Exercise]) -> Result<PathBuf, String> {
    let mut candidates = Vec::new();
    for exercise in exercises {
        let text = exercise.version("solution")?.text;
        candidates.push(Candidate { exercise, name: "solution".to_owned(), text });
    }
    let proof = put_together(&candidates, root().join("target/solutions"))?;
    Ok(proof.folder.join("Cargo.toml"))
}

/// Writes the packages.
fn put_together<'a>(candidates: &[Candidate<'a>], folder: PathBuf) -> Result<Proof<'a>, String> {
    let mut proof = Proof { folder, ..Proof::default() };
    for candidate in candidates {
        if candidate.replaces_a_file() {
            proof.add_engine(candidate)?;
        } else {
            proof.add_module(candidate)?;
        }
    }
    proof.put_packages()?;
    Ok(proof)
}

impl<'a> Proof<'a> {
    fn source(&self) -> PathBuf {
        self.folder.join("proof/src")
    }

    /// An answer that replaces nothing of the engine.
    fn add_module(&mut self, candidate: &Candidate<'a>) -> Result<(), String> {
        let (slug, exercise) = (candidate.slug(), candidate.exercise);
        let beside = self.source().join(&slug);
        files::put(&beside.join("answer.rs"), &candidate.text)?;
        let (check, checks) = if exercise.kind() == Kind::Rung {
            rung::put_programs(&beside)?;
            (rung::module(exercise), "checks()")
        } else {
            files::put(&beside.join("check.rs"), &exercise.checks()?)?;
            ("pub mod check;\n".to_owned(), "CHECKS.to_vec()")
        };
        self.modules.push(format!("mod {slug} {{\n#[macro_use]\npub mod answer;\n{check}}}\n"));
        let checks = format!("{slug}::check::{checks}");
        self.arms.push(Arm { slug, checks });
        Ok(())
    }

    /// An answer that replaces a file of the engine.
    fn add_engine(&mut self, candidate: &Candidate<'a>) -> Result<(), String> {
        let (slug, exercise) = (candidate.slug(), candidate.exercise);
        let mut checks_of_model = String::new();
        if let Some(Model { module, text }) = exercise.model()? {
            let beside = self.source().join(&slug);
            files::put(&beside.join(format!("{module}.rs")), &candidate.text)?;
            files::put(&beside.join("model.rs"), &text)?;
            let answer = format!("#[allow(warnings)]\npub mod {module};");
            self.modules.push(format!("mod {slug} {{\n{answer}\npub mod model;\n}}\n"));
            checks_of_model = format!(", crate::{slug}::model::CHECKS");
            self.has_model = true;
        }
        let floor = package::floor(exercise.seam());
        let text = exercise.checks()?;
        let checks = if candidate.name == "solution" {
            self.checks_of_kettle.push(CheckModule { floor, module: slug.clone(), text });
            format!("kettle_engine::{slug}")
        } else {
            let checks = [CheckModule { floor, module: "check".to_owned(), text }];
            let (path, text) = (exercise.seam().to_owned(), candidate.text.clone());
            let answer = SourceFile { path, text };
            package::copy_engine(&self.folder.join(&slug), Some(&answer), &checks)?;
            self.engines.push(Engine { name: slug.clone(), kind: exercise.kind() });
            format!("::{slug}::check")
        };
        let checks = format!("[{checks}::CHECKS{checks_of_model}].concat()");
        self.arms.push(Arm { slug, checks });
        Ok(())
    }

    fn put_packages(&mut self) -> Result<(), String> {
        if !self.checks_of_kettle.is_empty() {
            let folder = self.folder.join("kettle_engine");
            package::copy_engine(&folder, None, &self.checks_of_kettle)?;
            self.engines.push(Engine { name: "kettle_engine".to_owned(), kind: Kind::Spine });
        }
        for Engine { name, kind } in &self.engines {
            let folder = self.folder.join(name);
            let manifest = package::manifest(&folder, name, *kind, false)?;
            files::put(&folder.join("Cargo.toml"), &manifest)?;
        }
        rung::put_shared(&self.source())?;
        files::put(&self.source().join("main.rs"), self.main())?;
        let folder = self.folder.join("proof");
        let engines = self.engines.iter().map(|engine| engine.name.as_str());
        let manifest = package::manifest_of_proof(&folder, engines, self.has_model)?;
        files::put(&folder.join("Cargo.toml"), &manifest)?;
        package::workspace(&self.folder, "proof")
    }

    /// The text of the program's `main.rs`.
    fn main(&self) -> String {
        let arm = |Arm { slug, checks }: &Arm| format!("\"{slug}\" => {checks},");
        let arms: Vec<String> = self.arms.iter().map(arm).collect();
        let all: Vec<&str> = self.arms.iter().map(|arm| arm.checks.as_str()).collect();
        format!(
            "//! All answers. The first argument chooses one.\n#![allow(dead_code)]\n\n\
             #[macro_use]\nmod properties;\n{}{}\n\
             fn main() -> std::process::ExitCode {{\n    \
             let mut arguments: Vec<String> = std::env::args().skip(1).collect();\n    \
             let checks = match arguments.remove(0).as_str() {{\n        {}\n        \
             \"all\" => [{}].concat(),\n        other => panic!(\"no answer {{other}}\"),\n    }};\n    \
             kettle_judge::main(&checks, &arguments)\n}}\n",
            if self.has_model { package::BASE } else { "" },
            self.modules.concat(),
            arms.join("\n        "),
            all.join(", "),
        )
    }

    fn build(&self) -> Result<PathBuf, String> {
        // A proof shows no stack, and is built once.
        let args =
            ["--config", "profile.dev.debug=false", "--config", "profile.dev.incremental=false"];
        let Built { programs, messages } = build(&self.folder, &target(), &args)?;
        // A starter has unused names, and a wrong answer may have. A solution has none.
        let of_a_solution =
            |file: &String| file.contains("_solution/") || file.contains("kettle_engine/");
        let is_wrong = |it: &&RustcMessage| it.is_error || it.files.iter().any(of_a_solution);
        let wrong: String = messages.iter().filter(is_wrong).map(|it| it.text.as_str()).collect();
        match programs {
            Some(programs) if wrong.is_empty() => Ok(programs["proof"].clone()),
            _ => Err(format!(
                "one doesn't compile, or a solution or a check has a warning:\n{wrong}"
            )),
        }
    }
}

/// Runs the checks of one candidate. The error says what is wrong with it, or with its checks.
fn examine(candidate: &Candidate<'_>, program: &Path) -> Result<(), String> {
    let Candidate { exercise, name, .. } = candidate;
    let slug = candidate.slug();
    let before = [slug.as_str()];
    let title = format!("{} {name}", exercise.name);
    let run_check = |check: &str| run(program, &before, check);
    let checks = list(program, &before)?;
    if let Some(wrong) = name.strip_prefix("wrong/").or(name.strip_prefix("miss/")) {
        let check = exercise.sheet.wrong.get(wrong);
        let check = check.ok_or(format!("{title}: exercise.toml doesn't name it"))?;
        if checks.iter().all(|known| known.name != *check) {
            return Err(format!("{title}: no check is called `{check}`"));
        }
        return match run_check(check)?.verdict {
            seen @ (Verdict::Passed | Verdict::Todo) => {
                Err(format!("{title}: `{check}`: {seen:?}"))
            }
            _ => Ok(()),
        };
    }
    let must_pass = name == "solution" || name.starts_with("right/");
    for Listed { name, .. } in &checks {
        let Seen { verdict, reason, .. } = run_check(name)?;
        match verdict {
            Verdict::Passed => {}
            _ if must_pass => return Err(format!("{title}: `{name}`: {verdict:?}: {reason}")),
            _ => return Ok(()),
        }
    }
    if must_pass { Ok(()) } else { Err(format!("{title}: fails no check")) }
}
