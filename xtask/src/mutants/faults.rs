//! Which faults are there?
//!
//! Those of the exercises, of which `cargo exercise mutants` makes whole files; and what was planted, a patch each.
//!
//! Interface: [`collect`], [`Mutant`].

use std::env;
use std::path::Path;

use kettle_kit::report::Trouble;
use kettle_kit::{cargo, files, patch, tree};

/// A fault to be put into the engine.
pub(super) struct Mutant {
    /// `twice fault`, `run-queue wrong/one_queue`.
    pub(super) name: String,
    /// The file that it replaces, from the root.
    pub(super) replaces: String,
    pub(super) text: String,
    /// Is it a switch?
    pub(super) switch: bool,
}

/// The faults: whole files, which `cargo exercise mutants` makes of the patches they are kept as.
pub(super) fn collect(faults: &Path) -> Result<Vec<Mutant>, Trouble> {
    let mut command = cargo::command(&["exercise", "mutants"]);
    let listed = cargo::finish(command.arg(faults), "mutants")?.stdout;
    let chosen = env::var("KETTLE_MUTANTS").unwrap_or_default();
    let wanted = |name: &str| {
        chosen.is_empty() || chosen.split(',').any(|one| name.split(' ').any(|word| word == one))
    };
    let mut faults = planted()?;
    faults.retain(|fault| wanted(&fault.name));
    for line in listed.lines() {
        let [name, replaces, file] = line.split('\t').collect::<Vec<_>>()[..] else {
            return Err(format!("`cargo exercise mutants` printed {line:?}").into());
        };
        if wanted(name) {
            let (name, replaces) = (name.to_owned(), replaces.to_owned());
            faults.push(Mutant { name, replaces, text: files::read(file.as_ref())?, switch: true });
        }
    }
    if faults.is_empty() { Err("no fault was found".into()) } else { Ok(faults) }
}

/// What was planted for this.
fn planted() -> Result<Vec<Mutant>, Trouble> {
    let planted = |patch: &patch::Patch| {
        let replaces = patch.changes().to_owned();
        let text = patch.apply(&files::read(&tree::root().join(&replaces))?, &replaces)?;
        Ok(Mutant { name: format!("planted {}", patch.name()), replaces, text, switch: true })
    };
    patch::patches(&tree::root().join("tests/faults"))?.iter().map(planted).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_was_planted_applies() {
        assert!(super::planted().unwrap().len() >= 60);
    }
}
