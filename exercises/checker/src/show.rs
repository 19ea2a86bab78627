//! How does an author read a patch as a whole file, and write one?
//!
//! A patch says in a few lines what a wrong answer does differently. To read such an answer in one
//! piece, or to edit it, one needs the file; and from an edited file the patch again.
//!
//! Interface: [`show`], [`patch`]. Invariants: standard output has the file and nothing else, so
//! that it can be sent into one; what a patch says of its belief is kept when it is made again.

use std::path::Path;

use anstream::{eprint, eprintln, print, println};
use kettle_kit::files;
use kettle_kit::patch::Patch;

use crate::catalogue::Exercise;
use crate::places::shown;
use crate::prose::DIM;

/// Prints one version of an exercise's file, or which versions there are.
pub(crate) fn show(exercise: &Exercise, what: Option<&str>) -> Result<bool, String> {
    let Some(what) = what else {
        println!("{}", exercise.versions().join("\n"));
        return Ok(true);
    };
    let version = exercise.version(what)?;
    if let Some(patch) = version.patch {
        eprint!("{DIM}{}{DIM:#}", patch.belief);
    }
    print!("{}", version.text);
    Ok(true)
}

/// Makes the patch of a version again, from the whole file as it is to be.
pub(crate) fn patch(
    exercise: &Exercise,
    what: &str,
    file: &Path,
    belief: Option<String>,
) -> Result<bool, String> {
    let (folder, _) = exercise.wrong_ones();
    let is_name = |name: &str| name.chars().all(|each| each.is_ascii_alphanumeric() || each == '_');
    let is_answer = what
        .split_once('/')
        .is_some_and(|(place, name)| [folder, "right"].contains(&place) && is_name(name));
    if !is_answer && what != exercise.beginning_name() {
        let (name, beginning) = (&exercise.name, exercise.beginning_name());
        return Err(format!("patches of {name} are `{beginning}`, `{folder}/NAME`, `right/NAME`"));
    }
    let (base, name) = exercise.base_of(what)?;
    let file_name = exercise.folder.join(format!("{what}.patch"));
    let belief = match belief {
        Some(words) => format!("# {}\n", words.trim().replace('\n', "\n# ")),
        None if file_name.is_file() => Patch::read(&file_name)?.belief,
        None => {
            let new = shown(&file_name);
            return Err(format!("{new} is new: `--belief WORDS` says what this answer believes"));
        }
    };
    let whole = files::read(file)?;
    if whole == base {
        return Err(format!("{} is the same as {name}", file.display()));
    }
    let patch = Patch::between(&file_name, belief, (&base, &whole), (&name, what));
    files::put(&file_name, patch.text())?;
    println!("{}", shown(&file_name));
    if !exercise.versions().contains(&what.to_owned()) {
        eprintln!("{DIM}exercise.toml does not name it yet, nor the check that it fails.{DIM:#}");
    }
    Ok(true)
}
