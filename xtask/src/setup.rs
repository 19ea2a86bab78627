//! What can be fetched so that `cargo xtask test` skips nothing?
//!
//! Two components of the toolchain (rustfmt, clippy), some Debian packages (strace, valgrind, curl,
//! nodejs). What is there is left alone. Packages are installed only as root and with apt; everybody
//! else is told what to install. `--full` fetches what `cargo xtask full` can use besides: other
//! targets, for the replays in a browser chromium, npm, and the one package that npm fetches, and mdBook,
//! which is built from source into `target/tools`.

use std::process::{Command, ExitCode};
use std::time::Duration;

use crate::browser;
use crate::full;
use kettle_kit::cargo;
use kettle_kit::process;
use kettle_kit::tree;

/// What runs the page of a replay: a Debian package and the program in it.
const BROWSER: &[(&str, &str)] = &[("nodejs", "node")];

const LIMIT: Duration = Duration::from_mins(5);
/// It is compiled, with all its packages.
const MDBOOK: Duration = Duration::from_mins(20);

/// Programs that have the name of their Debian package.
const PROGRAMS: &[&str] = &["strace", "valgrind", "curl"];
/// Components of the toolchain, with the subcommand of Cargo each brings.
const COMPONENTS: &[(&str, &str)] = &[("rustfmt", "fmt"), ("clippy", "clippy")];

pub(crate) fn setup(full: bool) -> ExitCode {
    let mut lacking = Vec::new();
    for (component, subcommand) in COMPONENTS {
        let there = || succeeds(&mut cargo::command(&[subcommand, "--version"]));
        if !tell(component, there(), || rustup(&["component", "add", component]) && there()) {
            lacking.push(*component);
        }
    }
    for program in PROGRAMS {
        if !tell(program, process::installed(program), || apt(program)) {
            lacking.push(program);
        }
    }
    for (package, program) in BROWSER {
        if !tell(program, process::installed(program), || apt(package)) {
            lacking.push(package);
        }
    }
    if full {
        if !tell("npm", process::installed("npm"), || apt("npm")) {
            lacking.push("npm");
        }
        if !tell("chromium", browser::chromium().is_some(), || apt("chromium")) {
            lacking.push("chromium");
        }
        if !tell("playwright-core", browser::has_driver(), || npm_ci() && browser::has_driver()) {
            lacking.push("playwright-core (`npm ci` in tests/replay)");
        }
        let name = format!("mdbook {}", kettle_book::VERSION);
        if !tell(&name, kettle_book::mdbook().is_some(), || {
            succeeds_within(&mut kettle_book::install(), MDBOOK) && kettle_book::mdbook().is_some()
        }) {
            lacking.push("mdbook");
        }
        for target in full::TARGETS {
            let there = full::has_target(target);
            // A toolchain that rustup does not manage cannot have another target.
            if !tell(target, there, || rustup(&["target", "add", target])) {
                lacking.push(target);
            }
        }
    }
    if lacking.is_empty() {
        println!("setup: nothing is missing");
        return ExitCode::SUCCESS;
    }
    println!("setup: please install by hand: {}", lacking.join(", "));
    println!("setup: until then `cargo xtask test` skips what needs it");
    // The words above are the result: whether a skip is a failure, `--strict` decides.
    ExitCode::SUCCESS
}

/// Says whether `name` is there, and fetches it if not.
fn tell(name: &str, there: bool, fetch: impl FnOnce() -> bool) -> bool {
    if there {
        println!("setup: {name} is there");
        return true;
    }
    println!("setup: {name} is missing, fetching it");
    let fetched = fetch();
    println!("setup: {name} {}", if fetched { "is there now" } else { "could not be fetched" });
    fetched
}

fn rustup(args: &[&str]) -> bool {
    process::installed("rustup") && succeeds(Command::new("rustup").args(args))
}

/// Installs a Debian package: from the lists that are there, else after fetching new ones.
fn apt(package: &str) -> bool {
    if !process::installed("apt-get") {
        println!("setup: no apt-get here: {package} has to come another way");
        return false;
    }
    if !is_root() {
        println!("setup: not root: please run `apt-get install {package}` as root");
        return false;
    }
    let install =
        || succeeds(apt_get().args(["install", "-y", "--no-install-recommends", package]));
    (install() || (succeeds(apt_get().arg("update")) && install()))
        && process::installed(program_of(package))
}

/// What `tests/replay/package-lock.json` names, and nothing else.
fn npm_ci() -> bool {
    let mut command = Command::new("npm");
    command.args(["ci", "--no-audit", "--no-fund"]);
    process::installed("npm")
        && succeeds(command.current_dir(tree::root().join(browser::DIRECTORY)))
}

/// Most programs have the name of their package.
fn program_of(package: &str) -> &str {
    BROWSER.iter().find(|(name, _)| *name == package).map_or(package, |(_, program)| program)
}

fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}

/// Root, by the word of `id`.
fn is_root() -> bool {
    let user = process::run(Command::new("id").arg("-u"), LIMIT);
    user.is_ok_and(|finished| finished.stdout.trim() == "0")
}

/// Runs a command to its end; a failure is shown.
fn succeeds(command: &mut Command) -> bool {
    succeeds_within(command, LIMIT)
}

fn succeeds_within(command: &mut Command, limit: Duration) -> bool {
    match process::run(command, limit).map(process::Finished::expect_success) {
        Ok(Ok(_)) => true,
        Ok(Err(words)) => {
            println!("setup: {}: {}", command.get_program().display(), words.trim());
            false
        }
        Err(error) => {
            println!("setup: {error}");
            false
        }
    }
}
