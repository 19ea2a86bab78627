//! What helps a learner who is stuck?
//!
//! A hint, then another, then a third that is nearly the code ([`hint`]). A new beginning, before
//! which the answer is saved ([`reset`]). A replay of the check that fails, or in a hunt of the
//! reporter's program ([`replay`]); for a rung, the story that it prints ([`play`]). At last,
//! `cargo exercise show NAME solution`.

use std::io;
use std::process::Command;

use anstream::println;
use kettle_kit::files;
use kettle_kit::tree::from_root;

use crate::assemble;
use crate::catalogue::{Exercise, Kind};
use crate::judge::{self, Program};
use crate::learner;
use crate::package::{self, SourceFile};
use crate::progress::Progress;
use crate::prose::{BOLD, DIM, markdown, say};
use crate::run::{self, Listed, Verdict};

pub(crate) fn hint(exercise: &Exercise, progress: &mut Progress) -> Result<(), String> {
    learner::answer(exercise)?; // before the start a hint would be wasted
    let hints = exercise.hints()?;
    let given = progress.hints.entry(exercise.name.clone()).or_default();
    let all_were_given = *given == hints.len();
    *given = hints.len().min(*given + 1);
    // When all were given, all are printed again.
    let range = if all_were_given { 0..hints.len() } else { *given - 1..*given };
    for index in range {
        let title = exercise.heading();
        println!("{BOLD}{title}: hint {} of {}{BOLD:#}\n", index + 1, hints.len());
        println!("{}\n", markdown(&hints[index]));
    }
    if *given == hints.len() {
        if exercise.kind() == Kind::Hunt {
            let folder = learner::folder(exercise);
            println!(
                "{DIM}The engine can check its invariants, too, and name the first that breaks: put \
                 `default = [\"verify\"]` under `[features]` in {}.{DIM:#}",
                from_root(&folder.join("Cargo.toml"))
            );
        }
        let name = &exercise.name;
        println!(
            "{DIM}That was the last hint. The solution: cargo exercise show {name} solution{DIM:#}"
        );
    }
    progress.save()
}

pub(crate) fn reset(exercise: &Exercise) -> Result<(), String> {
    let folder = learner::folder(exercise);
    let source = folder.join("src");
    if !source.exists() {
        return learner::answer(exercise).map(drop);
    }
    let kept = package::keep(&source, "before-reset")?;
    learner::put_starter(exercise)?;
    learner::refresh(exercise)?;
    let path = match exercise.kind() {
        Kind::Hunt => source,
        _ => learner::answer_path(exercise),
    };
    let (path, kept) = (from_root(&path), from_root(&kept));
    say(&format!("{path} is as it was at the start. Your own version is kept in {kept}."));
    Ok(())
}

/// Stands for a program's name, and asks for all names.
pub(crate) const WHICH: &str = "--list";

/// Runs a program on the learner's rung, which prints what it does. Returns whether that succeeded.
pub(crate) fn play(rung: &Exercise, program: &str) -> Result<bool, String> {
    let Some(Program { path, .. }) = judge::build_program(rung, "play")? else { return Ok(false) };
    let failed = |error: io::Error| format!("{}: {error}", from_root(&path));
    if program == WHICH {
        let output = Command::new(&path).arg(WHICH).output().map_err(failed)?;
        for name in String::from_utf8_lossy(&output.stdout).lines() {
            println!("cargo exercise {} --play {name}", rung.called());
        }
        return Ok(output.status.success());
    }
    let status = Command::new(&path).arg(program).env("STORY", "1").status().map_err(failed)?;
    Ok(status.success())
}

/// Records a check that the answer fails; in a hunt, the reporter's program on its engine. Returns
/// whether the answer could be built.
pub(crate) fn replay(exercise: &Exercise) -> Result<bool, String> {
    if exercise.kind() == Kind::Rung {
        return Err("a rung doesn't run on kettle, so it has no replay; \
                    `cargo exercise rung 3 --play` shows what rung 3 does"
            .to_owned());
    }
    learner::answer(exercise)?;
    let page = learner::folder(exercise).join("replay.html");
    let record = |command: &mut Command| {
        // So the replay finds the lines that it quotes.
        run::record(command.env("CARGO_MANIFEST_DIR", learner::folder(exercise)), &page)
    };
    if exercise.kind() == Kind::Hunt {
        let example = exercise.name.replace('-', "_");
        let text = files::read(&exercise.folder.join("program.rs"))?;
        let mut parts = package::differing(&learner::folder(exercise).join("src"))?;
        parts.push(SourceFile { path: format!("examples/{example}.rs"), text });
        let Some(program) = assemble::build_with(&parts, &example)? else { return Ok(false) };
        record(&mut Command::new(program))?;
        println!("The replay of the reporter's program on your engine: {}", from_root(&page));
        return Ok(true);
    }
    let name = learner::package_name(exercise);
    let Some(Program { path, .. }) = judge::build_program(exercise, &name)? else {
        return Ok(false);
    };
    let mut fails = false;
    for Listed { name, .. } in run::list(&path, &[])? {
        if run::run(&path, &[], &name)?.verdict == Verdict::Passed {
            continue;
        }
        fails = true;
        // Some checks call the answer without a runtime.
        if record(Command::new(&path).args(["run", &name]))? {
            println!("The replay of the check `{name}`: {}", from_root(&page));
            return Ok(true);
        }
    }
    let without =
        "The checks that your answer fails call it without a runtime, so none was recorded.";
    println!("{}", if fails { without } else { "Your answer passes all checks." });
    Ok(true)
}
