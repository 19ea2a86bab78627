//! What does tokio have that kettle lacks?
//!
//! rustdoc knows every public item of a crate. Two records in `docs/records/` keep what it says:
//! `tokio-api.toml`, of the version of tokio that the tests are compiled against, and `kettle-api.toml`,
//! so that a change of kettle's public surface is seen in the change that makes it. `cargo xtask api`
//! compares them.
//!
//! Reading order: `rustdoc.rs` (how rustdoc is asked), `surface.rs` (what is public), `names.rs` (how
//! a type is written), `missing.rs` (the comparison), `map.rs` (does `docs/tokio-map.md` have a row for
//! all of it?), and here the records, the command and the checks.

mod map;
mod missing;
mod names;
mod rustdoc;
mod surface;

use std::fs;
use std::process::ExitCode;

use clap::Args;
use kettle_kit::report::{Outcome, Report, Trouble, none_of};
use kettle_kit::tally::Tally;
use kettle_kit::{files, tree};
use rustdoc_types::{Item, ItemEnum, Visibility};

use missing::Gap;
use surface::Surface;

const TOKIO: &str = "docs/records/tokio-api.toml";
const KETTLE: &str = "docs/records/kettle-api.toml";

/// kettle, and the crates whose items it re-exports.
const CRATES: &[&str] = &[
    "kettle",
    "kettle-runtime",
    "kettle-events",
    "kettle-macros",
    "kettle-read-buf",
    "kettle-trace",
];
const FEATURES: &[&str] = &["kettle/full", "kettle/rt-multi-thread", "kettle/test-util"];

/// What can be asked of `cargo xtask api`.
#[derive(Args)]
pub(crate) struct Wish {
    /// Writes kettle's record anew (`docs/records/kettle-api.toml`)
    #[arg(long)]
    save: bool,
    /// Writes tokio's record anew, after tokio's version was raised
    #[arg(long)]
    tokio: bool,
}

/// The command: what tokio has and kettle lacks.
pub(crate) fn api(wish: &Wish) -> ExitCode {
    match list(wish) {
        Ok(gaps) => {
            for gap in gaps {
                println!("{gap}");
            }
            ExitCode::SUCCESS
        }
        Err(trouble) => {
            eprintln!("{trouble}");
            ExitCode::FAILURE
        }
    }
}

fn list(wish: &Wish) -> Result<Vec<Gap>, Trouble> {
    let kettle = of_kettle()?;
    if wish.tokio {
        let (head, tokio) = of_tokio()?;
        save(TOKIO, &written(&head, &tokio)?)?;
    }
    if wish.save {
        save(KETTLE, &written(HEAD_OF_KETTLE, &kettle)?)?;
    }
    Ok(missing::missing(&recorded(TOKIO)?, &kettle))
}

/// Is kettle's record what rustdoc says now?
pub(crate) fn check_kettle(report: &mut Report) {
    let about = "rustdoc in JSON, compared with docs/records/kettle-api.toml";
    report.long_check("the record of kettle's public items", about, || {
        same(KETTLE, &written(HEAD_OF_KETTLE, &of_kettle()?)?)
    });
    report.check("every module's page has an example", || {
        let crates = rustdoc::document(CRATES, FEATURES)?;
        let pages = ["kettle", "kettle_trace"].iter().flat_map(|name| crates[*name].index.values());
        let is_page = |item: &&Item| {
            let name = item.name.as_deref().unwrap_or_default();
            matches!(item.inner, ItemEnum::Module(_))
                && item.visibility == Visibility::Public
                && !name.starts_with("__")
                && !LISTS.contains(&name)
        };
        let lacks = |item: &&Item| !item.docs.as_ref().is_some_and(|docs| docs.contains("```"));
        let lacking = pages.filter(is_page).filter(lacks);
        none_of(&lacking.map(|item| format!("{:?}", item.name)).collect::<Vec<_>>())
    });
}

/// Modules that are lists of what others return.
const LISTS: &[&str] = &["error", "futures"];

/// The same for tokio's: it can change only with tokio's version. And the signatures of both.
pub(crate) fn check_tokio(report: &mut Report) {
    let about = "rustdoc in JSON, compared with docs/records/tokio-api.toml";
    report.long_check("the record of tokio's public items", about, || {
        let (head, tokio) = of_tokio()?;
        same(TOKIO, &written(&head, &tokio)?)?;
        signatures(&tokio, &of_kettle()?)
    });
}

/// Functions whose signatures may differ, with the reason.
const DIFFER: &[(&str, &str)] = &[
    ("io::AsyncReadExt::read_", "the future's type, which has no public name"),
    ("io::AsyncWriteExt::write_", "the future's type, which has no public name"),
    ("io::unix::AsyncFd::register", "unsafe in tokio, and needs not be here"),
    ("fs::copy", "the same type by another name"),
    ("runtime::Handle::id", "the same type by another name"),
    ("task::LocalSet::id", "the same type by another name"),
    ("sync::RwLockReadGuard::", "a mapped guard that reads has a type of its own"),
    ("sync::RwLockWriteGuard::", "a mapped guard that reads has a type of its own"),
    ("sync::MappedMutexGuard::", "the part may be unsized here"),
    ("task::LocalSet::block_on", "takes a `LocalRuntime`'s engine, too"),
];

fn signatures(tokio: &Surface, kettle: &Surface) -> Outcome {
    let may = |path: &str| DIFFER.iter().any(|(begins, _)| path.starts_with(begins));
    let differing = missing::differing(tokio, kettle).into_iter();
    let differing = differing.filter(|(path, _)| !may(path));
    let faults = differing.map(|(path, both)| format!("{path}\n   tokio: {both}"));
    none_of(&faults.collect::<Vec<_>>())
}

/// Does `docs/tokio-map.md` have a row for every item of both?
pub(crate) fn check_map(report: &mut Report) {
    report.check("every item of tokio and of kettle is in the map", || {
        let (tokio, kettle) = (recorded(TOKIO)?, recorded(KETTLE)?);
        map::check(&tree::read(map::MAP)?, &tokio, &kettle)
    });
}

const HEAD_OF_KETTLE: &str = "# Every public item of kettle, with all its features.
# Written by `cargo xtask api --save`; xtask/src/api/surface.rs says what is what.
";

fn of_kettle() -> Result<Surface, Trouble> {
    Ok(Surface::read(&rustdoc::document(CRATES, FEATURES)?, "kettle"))
}

/// What is written over it, and all of it.
fn of_tokio() -> Result<(String, Surface), Trouble> {
    // The package that compiles our tests for tokio asks for the features.
    let mut crates = rustdoc::document(&["tokio", "kettle-on-tokio"], &[])?;
    crates.remove("kettle_on_tokio");
    let version = crates["tokio"].crate_version.clone().unwrap_or_default();
    let head = format!(
        "# Every stable public item of tokio {version} on Linux, with its features `full` and `test-util`.
# Written by `cargo xtask api --tokio`; xtask/src/api/surface.rs says what is what.
"
    );
    Ok((head, Surface::read(&crates, "tokio")))
}

fn recorded(name: &str) -> Result<Surface, Trouble> {
    Ok(toml::from_str(&tree::read(name)?).map_err(|error| format!("{name}: {error}"))?)
}

fn written(head: &str, surface: &Surface) -> Result<String, String> {
    let items = toml::to_string(surface).map_err(|error| error.to_string())?;
    Ok(format!("{head}\n{items}"))
}

fn save(name: &str, text: &str) -> Result<(), String> {
    files::put(&tree::root().join(name), text)
}

/// The first lines that differ are told.
fn same(name: &str, now: &str) -> Outcome {
    let kept = fs::read_to_string(tree::root().join(name)).unwrap_or_default();
    if kept == now {
        return Ok(Tally::success());
    }
    let lost = kept.lines().filter(|line| !now.contains(line)).map(|line| format!("- {line}"));
    let new = now.lines().filter(|line| !kept.contains(line)).map(|line| format!("+ {line}"));
    let lines = lost.chain(new).take(40).collect::<Vec<_>>().join("\n");
    Err(format!("{name} is not what rustdoc says now: `cargo xtask api --save`\n{lines}").into())
}
