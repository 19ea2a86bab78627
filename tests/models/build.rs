//! Makes copies of the project's files with one order, swap or look changed.
//!
//! A model that never fails proves nothing. Each change is a patch
//! (`faults/FILE/NAME.patch`), which begins with what it believes; one that no longer applies is an
//! error, so that a mutant cannot quietly become the original when the file changes. For each one a
//! module is written: the mutated file, and beside it the very scenes that the original is put
//! through. `tests/threads/main.rs` says which scene must refute which mutant; it has to name them
//! all. The original is a copy, too: loom's locks and atomics can't be made by a `const fn`.

use std::path::Path;
use std::{env, fs};

use kettle_kit::files::read;
use kettle_kit::patch::patches;
use kettle_kit::tree;

/// The files. The scenes of each are in `tests/threads`, under the same name; those of `free.rs`
/// are the scenes of `permits.rs`, which is what uses it.
const SUBJECTS: &[&str] = &[
    "runtime/src/inbox/inbox.rs",
    "runtime/src/tasks/hand_over.rs",
    "runtime/src/runtime/thread_parker.rs",
    "runtime/src/runtime/core_slot.rs",
    "runtime/src/io/readiness.rs",
    "src/task/join_set/ready.rs",
    "src/sync/semaphore/free.rs",
    "src/sync/semaphore/permits.rs",
];

fn main() -> Result<(), String> {
    let here = tree::root().join("tests/models");
    let out = env::var("OUT_DIR").expect("Cargo says where to write");
    let out = Path::new(&out);
    let tests = read(&here.join("tests/threads/main.rs"))?;
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=tests/threads/main.rs");
    println!("cargo::rerun-if-changed=faults");
    for subject in SUBJECTS {
        let source = tree::root().join(subject);
        println!("cargo::rerun-if-changed={}", source.display());
        let text = read(&source)?;
        let file = source.file_stem().unwrap_or_default().display().to_string();
        let scenes = if file == "free" { "permits" } else { &file };
        let scenes = here.join(format!("tests/threads/{scenes}.rs"));
        let mut modules = String::new();
        let mut add = |name: &str, text: &str| {
            let copy = out.join(format!("{file}_{name}.rs"));
            fs::write(&copy, for_loom(text)).expect("a copy can be written");
            modules += &module(name, &file, &copy, &scenes);
        };
        add("original", &text);
        for fault in patches(&here.join("faults").join(&file))? {
            let name = fault.name();
            assert_eq!(fault.changes(), *subject, "{name}");
            let scenes = format!("{file}_{name}::scenes");
            assert!(tests.contains(&scenes), "no test for `{scenes}`");
            add(&name, &fault.apply(&text, subject)?);
        }
        let list = out.join(format!("{file}_and_mutants.rs"));
        fs::write(list, modules).expect("the list of mutants can be written");
    }
    Ok(())
}

/// Loom's locks and atomics can't be made by a `const fn`, and here is no `crate::sync` that a file
/// is a part of.
fn for_loom(text: &str) -> String {
    let code = text.replace("pub(in crate::sync)", "pub(crate)");
    code.replace("pub(super) const fn", "pub(super) fn")
        .replace("pub(crate) const fn", "pub(crate) fn")
}

/// A module of two, the file and its scenes; and what the file finds beside it.
fn module(name: &str, file: &str, source: &Path, scenes: &Path) -> String {
    let mutant = "warnings, clippy::all, clippy::pedantic";
    let lints = if name == "original" { "dead_code, unreachable_pub" } else { mutant };
    let load = |name: &str, path: &Path| {
        let path = path.to_str().expect("the package's path is UTF-8");
        format!("    #[allow({lints})]\n    #[path = {path:?}]\n    pub(crate) mod {name};\n")
    };
    let file_and_scenes = load(file, source) + &load("scenes", scenes);
    let original = |file: &str| load(file, &source.with_file_name(format!("{file}_original.rs")));
    let error = || load("error", &tree::root().join("src/sync/semaphore/error.rs"));
    let unused = "    #[allow(unused_imports)]\n";
    let beside = match file {
        "core_slot" => format!("{unused}    use crate::thread_parker_original::thread_parker;\n"),
        "free" => error() + &original("permits"),
        "permits" => error() + &original("free"),
        _ => format!("{unused}    use crate::unpark;\n"),
    };
    format!("mod {file}_{name} {{\n{beside}{file_and_scenes}}}\n")
}
