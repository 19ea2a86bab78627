//! Where does the learner work?
//!
//! In `learn/NAME/`, a real cargo package, so that an editor with rust-analyzer helps. Of a side
//! dish, and of a step, it is the answer and what joins it with the checks. Of the spine, and of a hunt, it is the
//! whole engine: there the learner can read the neighbours of the file, too.
//!
//! Interface: [`start`], [`is_started`], [`is_outdated`], [`refresh`], [`answer_path`], [`answer`],
//! [`sources`], [`beginning`], [`put_starter`], [`heed_changes`]. Invariants: the answer is written once, at the
//! start; in a hunt nothing is written again but where the checks are, because the fault is looked
//! for in any file.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anstream::println;
use kettle_kit::{files, tree};

use crate::catalogue::{Exercise, Kind};
use crate::package;
use crate::places::{learn, learn_target, root, shown};
use crate::progress::Progress;
use crate::prose::{BOLD, DIM, markdown, say};
use crate::step;

/// Begins an exercise, or goes back to it.
pub(crate) fn start(exercise: &Exercise, progress: &mut Progress) -> Result<bool, String> {
    let again = is_started(exercise);
    if !again {
        if is_outdated(exercise) {
            return Err(why_none(exercise));
        }
        put_starter(exercise)?;
    }
    progress.start(exercise)?;
    refresh(exercise)?;
    if exercise.kind() == Kind::Step {
        println!("{BOLD}{}{BOLD:#}\n", step::title(exercise));
        println!("{}", markdown(&step::task(exercise)?, &step::folder()));
    } else {
        println!("{}", markdown(&exercise.readme()?, &exercise.folder));
    }
    let file = match exercise.kind() {
        Kind::Hunt => folder(exercise).join("src"),
        Kind::Side | Kind::Spine | Kind::Step => answer_path(exercise),
    };
    let begun_as = if exercise.kind() == Kind::Step { step::before(exercise)? } else { None };
    let what = match begun_as {
        _ if again => "as you left it",
        Some((_, whose)) => &format!("new: {whose}"),
        None => "new",
    };
    println!("\n{BOLD}Your file{BOLD:#}   {} {DIM}({what}){DIM:#}", shown(&file));
    println!(
        "{BOLD}Judge it{BOLD:#}    cargo exercise check {DIM}or, at each save: cargo exercise watch{DIM:#}"
    );
    println!("{BOLD}Stuck?{BOLD:#}      cargo exercise hint");
    if exercise.kind() == Kind::Hunt {
        println!("{BOLD}See it{BOLD:#}      cargo exercise replay");
    }
    Ok(true)
}

/// Is there an answer?
pub(crate) fn is_started(exercise: &Exercise) -> bool {
    answer_path(exercise).exists()
}

/// Was it begun when the engine had other files? Then the file that is to be written is not there,
/// but others are that the engine hasn't got.
pub(crate) fn is_outdated(exercise: &Exercise) -> bool {
    if matches!(exercise.kind(), Kind::Side | Kind::Step) || is_started(exercise) {
        return false;
    }
    let (source, engine) = (folder(exercise).join("src"), root().join("runtime/src"));
    let known = |within: &Path| within == Path::new("bin.rs") || engine.join(within).is_file();
    let files = tree::files(&source, "");
    files.iter().any(|file| file.strip_prefix(&source).is_ok_and(|within| !known(within)))
}

/// The folder of its package.
pub(crate) fn folder(exercise: &Exercise) -> PathBuf {
    learn().join(&exercise.name)
}

/// The file that the learner writes. Of a hunt: the one with the fault.
pub(crate) fn answer_path(exercise: &Exercise) -> PathBuf {
    let source = folder(exercise).join("src");
    match &exercise.sheet.seam {
        Some(seam) => source.join(seam),
        None => source.join("answer.rs"),
    }
}

pub(crate) fn answer(exercise: &Exercise) -> Result<String, String> {
    let is_there = is_started(exercise);
    if is_there { files::read(&answer_path(exercise)) } else { Err(why_none(exercise)) }
}

/// What is said if there is no answer.
pub(crate) fn why_none(exercise: &Exercise) -> String {
    if is_outdated(exercise) {
        let (folder, seam) = (shown(&folder(exercise)), seam(exercise));
        let name = &exercise.name;
        return format!(
            "{folder} was begun with an earlier engine, whose files had other names. The exercise is \
             now about `{seam}`. `cargo exercise reset {name}` begins it again, and keeps what you \
             have written"
        );
    }
    let path = shown(&answer_path(exercise));
    format!("{path} does not exist; `cargo exercise {}` starts the exercise", exercise.called())
}

/// The files that the learner may have changed, as paths under `src` with their texts. Of a hunt
/// these are all that differ from the engine's own.
pub(crate) fn sources(exercise: &Exercise) -> Result<Vec<(String, String)>, String> {
    if exercise.kind() == Kind::Hunt {
        return package::differing(&folder(exercise).join("src"));
    }
    let name = exercise.sheet.seam.clone().unwrap_or_else(|| "answer.rs".to_owned());
    Ok(vec![(name, answer(exercise)?)])
}

/// What an exercise begins with.
pub(crate) fn beginning(exercise: &Exercise) -> Result<String, String> {
    let before = if exercise.kind() == Kind::Step { step::before(exercise)? } else { None };
    before.map_or_else(|| exercise.beginning(), |(text, _)| Ok(text))
}

/// Writes it.
pub(crate) fn put_starter(exercise: &Exercise) -> Result<(), String> {
    let text = beginning(exercise)?;
    match exercise.kind() {
        Kind::Hunt => engine(exercise, &text),
        _ => files::put(&answer_path(exercise), &text),
    }
}

/// The package's name, which is also its program's.
pub(crate) fn package_name(exercise: &Exercise) -> String {
    format!("exercise-{}", exercise.name)
}

/// Brings everything around the answer up to date.
pub(crate) fn refresh(exercise: &Exercise) -> Result<(), String> {
    let text = answer(exercise)?;
    match exercise.kind() {
        Kind::Side => {
            package::side(&folder(exercise), &package_name(exercise), &main_of(exercise), false)?;
        }
        Kind::Step => {
            let (folder, main) = (folder(exercise), step::main_of(exercise));
            package::side(&folder, &package_name(exercise), &main, true)?;
            step::put_programs(&folder.join("src"))?;
        }
        Kind::Spine => engine(exercise, &text)?,
        Kind::Hunt => {
            let pointed = package::point_at(&folder(exercise), seam(exercise), &exercise.check());
            let name = &exercise.name;
            pointed.map_err(|error| {
                format!("{error}; `cargo exercise reset {name}` starts again, and keeps yours")
            })?;
        }
    }
    commands()?;
    // The only member: another one may have a manifest that cargo refuses.
    package::workspace(&learn(), &[&exercise.name])
}

/// Has cargo build the package again if the answer differs from what was built last. Cargo looks at
/// the time of a file alone, and a file that was moved into its place (one that `reset` had kept)
/// has an old one.
pub(crate) fn heed_changes(exercise: &Exercise) -> Result<(), String> {
    let now = format!("{:?}", sources(exercise)?);
    let built = learn_target().join(format!("{}.built", exercise.name));
    if fs::read_to_string(&built).is_ok_and(|built| built == now) {
        return Ok(());
    }
    let root = match exercise.kind() {
        Kind::Side | Kind::Step => folder(exercise).join("src/main.rs"),
        Kind::Spine | Kind::Hunt => folder(exercise).join("src/lib.rs"),
    };
    let touched = File::options().write(true).open(&root);
    let touched = touched.and_then(|file| file.set_modified(SystemTime::now()));
    touched.map_err(|error| format!("{}: {error}", shown(&root)))?;
    files::put(&built, &now)
}

/// Lets `cargo exercise` work in `learn/`, too: that is the folder that one opens. And what an
/// editor builds there is what we have built.
fn commands() -> Result<(), String> {
    let (root, target) = (root().display().to_string(), learn_target());
    let target = target.display();
    let build = format!("# Made by `cargo exercise`.\n[build]\ntarget-dir = '{target}'\n");
    // As one text, like the repository's own, with which cargo joins it: so no blank may be in it.
    let alias = format!(
        "\n[alias]\nexercise = 'run --manifest-path {root}/Cargo.toml --target-dir {root}/target \
         --package kettle-exercise --'\n"
    );
    let text = if root.contains(char::is_whitespace) { build } else { build + &alias };
    files::put(&learn().join(".cargo/config.toml"), &text)
}

/// The program that joins an answer on the public API with its checks.
fn main_of(exercise: &Exercise) -> String {
    let (std, path) = (package::STD, package::path_attribute(&exercise.check()));
    format!(
        "//! Made by `cargo exercise`: joins your answer with the checks.\n\n\
         {std}mod answer;\n#[allow(dead_code)]\n{path}\nmod check;\n\n\
         fn main() -> std::process::ExitCode {{\n    \
         let arguments: Vec<String> = std::env::args().skip(1).collect();\n    \
         kettle_judge::main(check::CHECKS, &arguments)\n}}\n"
    )
}

fn engine(exercise: &Exercise, text: &str) -> Result<(), String> {
    let (folder, name) = (folder(exercise), package_name(exercise));
    let (before, now) = (written(exercise), BTreeMap::from_iter(package::engine_files()?));
    let theirs = besides(exercise).into_iter();
    let (old, kept): (Vec<String>, Vec<String>) =
        theirs.partition(|file| before.get(file) != now.get(file));
    if !old.is_empty() {
        let aside = shown(&set_aside(exercise, &old)?);
        say(&format!(
            "kettle itself has changed in {}. What you had written there is kept in {aside}.",
            old.join(", ")
        ));
    }
    // What the engine no longer has may be in the way of what it has: `tasks.rs` of `tasks/mod.rs`.
    for gone in before.keys().filter(|file| !now.contains_key(*file)) {
        let _ = fs::remove_file(folder.join("src").join(gone)); // or it is already gone
    }
    let answer = (seam(exercise), text);
    package::engine(&folder, &name, answer, &exercise.check(), &kept)?;
    let text = toml::to_string(&now).map_err(|error| error.to_string())?;
    files::put(&folder.join(WRITTEN), &text)
}

/// In the exercise's folder: the engine's files as they were when they were last written there.
const WRITTEN: &str = ".engine.toml";

fn written(exercise: &Exercise) -> BTreeMap<String, String> {
    let text = fs::read_to_string(folder(exercise).join(WRITTEN)).unwrap_or_default();
    toml::from_str(&text).unwrap_or_default()
}

/// Of an engine: the files that the learner has changed besides the answer, as paths under `src`.
pub(crate) fn besides(exercise: &Exercise) -> Vec<String> {
    let source = folder(exercise).join("src");
    let is_changed = |(file, before): &(String, String)| {
        let text = fs::read_to_string(source.join(file));
        file != seam(exercise) && text.is_ok_and(|text| package::original(file, &text) != *before)
    };
    written(exercise).into_iter().filter(is_changed).map(|(file, _)| file).collect()
}

/// Moves these files out of the engine; the next [`refresh`] puts kettle's own into their places.
/// Returns where they are.
pub(crate) fn set_aside(exercise: &Exercise, files: &[String]) -> Result<PathBuf, String> {
    let aside = free(&folder(exercise), "set-aside", "");
    for file in files {
        let text = files::read(&folder(exercise).join("src").join(file))?;
        files::put(&aside.join(file), &text)?;
    }
    for file in files {
        let path = folder(exercise).join("src").join(file);
        fs::remove_file(&path).map_err(|error| format!("{}: {error}", shown(&path)))?;
    }
    Ok(aside)
}

/// A name in this folder that nothing has yet: what was kept before stays, too.
pub(crate) fn free(folder: &Path, name: &str, ending: &str) -> PathBuf {
    let numbers = (2..).map(|number| format!("-{number}"));
    let mut names = [String::new()].into_iter().chain(numbers);
    let path = |number| folder.join(format!("{name}{number}{ending}"));
    names.by_ref().map(path).find(|path| !path.exists()).expect("numbers don't end")
}

fn seam(exercise: &Exercise) -> &str {
    exercise.sheet.seam.as_deref().unwrap_or_default()
}
