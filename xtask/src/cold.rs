//! How much does a newcomer's first command build, and what does a program carry that wants no tools?
//!
//! `cargo build --example tour` into an empty target directory, and the packages it compiles are
//! counted: Cargo builds `kettle`'s dev-dependencies for it too, so a heavy one would show here. Then a
//! program without the feature `trace`, in which the replay's page must not be found.

use std::fs;

use kettle_kit::report::{Outcome, Report};
use kettle_kit::tally::Tally;
use kettle_kit::{cargo, tree};

/// The most packages a cold tour may compile.
const PACKAGES: usize = 42;
/// Of one package: others of the workspace want the tools.
const BARE: &[&str] = &[
    "build",
    "-p",
    "kettle",
    "--no-default-features",
    "--features",
    "macros,rt,time",
    "--example",
    "make_tea",
];

pub(crate) fn cold(report: &mut Report) {
    let name = format!("a cold tour compiles at most {PACKAGES} packages");
    report.long_check(&name, "cargo build --example tour, into an empty directory", build);
    let name = "without the feature `trace` a program carries no page";
    let about = format!("cargo {}", BARE.join(" "));
    report.long_check(name, &about, bare);
}

fn build() -> Outcome {
    let directory = tempfile::tempdir_in(tree::target()?)?;
    let mut command = cargo::command(&["build", "--example", "tour"]);
    command.env("CARGO_TARGET_DIR", directory.path());
    let finished = cargo::finish(&mut command, "cold")?;
    let compiled = compiled(&finished.transcript);
    match compiled.len() {
        0 => Err("nothing was compiled, or Cargo has other words for it".into()),
        number if number > PACKAGES => {
            let packages = compiled.join("\n");
            Err(format!("{number} packages, more than {PACKAGES}:\n{packages}").into())
        }
        _ => Ok(Tally::success()),
    }
}

fn bare() -> Outcome {
    let page = fs::read(tree::root().join("trace/src/file/replay/page/page.html"))?;
    let head = page.split(|byte| *byte == b'\n').max_by_key(|line| line.len()).unwrap_or_default();
    cargo::succeed(BARE)?;
    let program = tree::target()?.join("debug/examples/make_tea");
    let bytes = fs::read(program.with_extension(std::env::consts::EXE_EXTENSION))?;
    if bytes.windows(head.len()).any(|window| window == head) {
        return Err("the replay's page is in it".into());
    }
    Ok(Tally::success())
}

/// The packages that a build says it compiles.
fn compiled(transcript: &str) -> Vec<&str> {
    transcript.lines().filter_map(|line| line.trim_start().strip_prefix("Compiling ")).collect()
}
