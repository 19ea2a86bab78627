//! Where does the learner work?
//!
//! In `learn/NAME/`, a real cargo package, so that an editor with rust-analyzer helps. For a side
//! dish or a rung (`catalogue.rs` defines the kinds of exercises) the package is the answer and
//! what joins it with the checks. For the spine or a hunt it is the whole engine, where the learner
//! can read the file's neighbours, too.
//!
//! [`start`] begins an exercise. The learner's own files are written only then; [`refresh`] writes
//! the checks, and what joins them with the answer, again before each build.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anstream::println;
use kettle_kit::files;
use kettle_kit::tree::{self, from_root, root};

use crate::catalogue::{Exercise, Kind, Model};
use crate::package::{self, CheckModule, SourceFile};
use crate::progress::{Progress, learn};
use crate::prose::{BOLD, DIM, markdown};
use crate::rung;

/// The folder of the answer's package.
pub(crate) fn folder(exercise: &Exercise) -> PathBuf {
    learn().join(&exercise.name)
}

/// The package's name, which is also its program's.
pub(crate) fn package_name(exercise: &Exercise) -> String {
    format!("exercise-{}", exercise.name)
}

/// The file that the learner writes, or in a hunt the one with the fault.
pub(crate) fn answer_path(exercise: &Exercise) -> PathBuf {
    let source = folder(exercise).join("src");
    let seam = exercise.seam();
    source.join(if seam.is_empty() { "answer.rs" } else { seam })
}

pub(crate) fn is_started(exercise: &Exercise) -> bool {
    answer_path(exercise).exists()
}

pub(crate) fn answer(exercise: &Exercise) -> Result<String, String> {
    if is_started(exercise) {
        return files::read(&answer_path(exercise));
    }
    let called = exercise.called();
    Err(format!("`{called}` is not started; `cargo exercise {called}` starts it"))
}

/// All files of the package, with their texts, by which one sees that the learner has saved.
pub(crate) fn sources(exercise: &Exercise) -> Vec<(PathBuf, String)> {
    let files = tree::files(&folder(exercise).join("src"), "rs");
    let read = |file: PathBuf| fs::read_to_string(&file).ok().map(|text| (file, text));
    files.into_iter().filter_map(read).collect()
}

/// Begins an exercise, or goes back to it.
pub(crate) fn start(exercise: &Exercise, progress: &mut Progress) -> Result<(), String> {
    let source = folder(exercise).join("src");
    let state = if is_started(exercise) {
        "as you left it"
    } else {
        // Its file was deleted or moved: the others may be the learner's, too.
        if source.exists() {
            let kept = from_root(&package::keep(&source, "before-restart")?);
            println!("Your file was gone. The files beside it are kept in {kept}.\n");
        }
        put_starter(exercise)?
    };
    progress.start(exercise)?;
    refresh(exercise)?;
    println!("{}", markdown(&files::read(&exercise.folder.join("README.md"))?));
    // In a hunt the learner has to find out which file it is.
    let path = answer_path(exercise);
    let path = if exercise.kind() == Kind::Hunt { source } else { path };
    println!("{BOLD}Your file{BOLD:#}   {} {DIM}({state}){DIM:#}", from_root(&path));
    let judge = if exercise.kind() == Kind::Rung { exercise.called() } else { "check".to_owned() };
    println!("{BOLD}Judge it{BOLD:#}    cargo exercise {judge}");
    println!("{BOLD}At each save{BOLD:#} cargo exercise watch");
    println!("{BOLD}Stuck?{BOLD:#}      cargo exercise hint");
    if exercise.kind() == Kind::Hunt {
        println!("{BOLD}See it{BOLD:#}      cargo exercise replay");
    }
    Ok(())
}

/// Writes what an exercise begins with, and says what that is.
pub(crate) fn put_starter(exercise: &Exercise) -> Result<&'static str, String> {
    if let Some(before) = rung::before(exercise)? {
        files::put(&answer_path(exercise), &before.text)?;
        return Ok(before.whose);
    }
    let text = exercise.version(exercise.beginning())?.text;
    if exercise.seam().is_empty() {
        files::put(&answer_path(exercise), &text)?;
    } else {
        let answer = SourceFile { path: exercise.seam().to_owned(), text };
        package::copy_engine(&folder(exercise), Some(&answer), &[checks(exercise)?])?;
    }
    Ok("new")
}

fn checks(exercise: &Exercise) -> Result<CheckModule<'_>, String> {
    let (floor, text) = (package::floor(exercise.seam()), exercise.checks()?);
    Ok(CheckModule { floor, module: "check".to_owned(), text })
}

/// Brings everything around the answer up to date.
pub(crate) fn refresh(exercise: &Exercise) -> Result<(), String> {
    answer(exercise)?;
    let (folder, name) = (folder(exercise), package_name(exercise));
    let source = folder.join("src");
    let main = if exercise.kind() == Kind::Rung {
        rung::put_shared(&source)?;
        rung::main_of(exercise)
    } else {
        let CheckModule { floor, text, .. } = checks(exercise)?;
        files::put(&source.join(floor).join("check.rs"), &text)?;
        main_of(exercise, &source)?
    };
    files::put(&source.join("main.rs"), &main)?;
    let manifest = folder.join("Cargo.toml");
    // The learner may have added to it.
    if !manifest.exists() {
        let has_model = exercise.model()?.is_some();
        let text = package::manifest(&folder, &name, exercise.kind(), has_model)?;
        files::put(&manifest, &text)?;
    }
    // Cargo looks only at a file's time, and a file that was moved here has an old one.
    touch(&answer_path(exercise))?;
    commands()?;
    // The only member: another one may have a manifest that cargo refuses.
    package::workspace(&learn(), &exercise.name)
}

/// The program that joins an answer with its checks.
fn main_of(exercise: &Exercise, source: &Path) -> Result<String, String> {
    let uses = match exercise.kind() {
        Kind::Side => "mod answer;\nmod check;\n".to_owned(),
        _ => format!("use {}::check;\n", package_name(exercise).replace('-', "_")),
    };
    let (model, checks) = if let Some(Model { module, text }) = exercise.model()? {
        files::put(&source.join("model.rs"), &text)?;
        let path = exercise.seam();
        let answer = format!("#[allow(warnings)]\n#[path = \"{path}\"]\nmod {module};\n");
        let model = format!("{}{answer}mod model;\n", package::BASE);
        (model, "&[check::CHECKS, model::CHECKS].concat()")
    } else {
        (String::new(), "check::CHECKS")
    };
    Ok(format!(
        "//! Made by `cargo exercise`: joins your answer with the checks.\n#![allow(dead_code)]\n\n\
         {uses}{model}\n\
         fn main() -> std::process::ExitCode {{\n    \
         let arguments: Vec<String> = std::env::args().skip(1).collect();\n    \
         kettle_judge::main({checks}, &arguments)\n}}\n"
    ))
}

fn touch(path: &Path) -> Result<(), String> {
    let file = File::options().append(true).open(path);
    let touched = file.and_then(|file| file.set_modified(SystemTime::now()));
    touched.map_err(|error| format!("{}: {error}", from_root(path)))
}

/// Lets `cargo exercise` work in `learn/`, too, the folder that a learner opens in an editor.
fn commands() -> Result<(), String> {
    let root = root().display().to_string();
    // Cargo would split an alias at the blanks of a path.
    if root.contains(char::is_whitespace) {
        return Ok(());
    }
    let alias = format!(
        "# Made by `cargo exercise`.\n[alias]\nexercise = 'run --manifest-path {root}/Cargo.toml \
         --target-dir {root}/target --package kettle-exercise --'\n"
    );
    files::put(&learn().join(".cargo/config.toml"), &alias)
}
