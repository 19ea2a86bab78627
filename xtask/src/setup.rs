//! Which tools do the checks need, and how are they fetched?
//!
//! `cargo xtask test` needs two components of the toolchain and some Debian packages, and fetches
//! them first. `cargo xtask setup --full` also fetches the tools of `cargo xtask full`: Miri, other
//! targets, a browser with its driver, and programs that are built from source into `target/tools`.
//!
//! A tool that is installed is left alone. Debian packages need root and apt. [`setup`] prints the
//! names of the tools that it could not fetch; the checks that need them are then skipped.

use std::process::Command;

use kettle_kit::{process, tree};

use crate::{browser, cargo, full, proof, systems};

struct Tool {
    name: &'static str,
    is_installed: Box<dyn Fn() -> bool>,
    /// The command that fetches it.
    fetch: Command,
}

/// Debian packages, each with a program of it that has an option `--version`.
const ALWAYS: [(&str, &str); 3] =
    [("strace", "strace"), ("valgrind", "valgrind"), ("nodejs", "node")];

/// Fetches the tools of `cargo xtask test`; if asked to, those of `cargo xtask full`, too.
pub(crate) fn setup(full: bool) {
    let mut tools = vec![component("rustfmt", "fmt"), component("clippy", "clippy")];
    tools.extend(ALWAYS.map(debian));
    if full {
        tools.push(debian(("npm", "npm")));
        tools.push(tool("chromium", || browser::chromium().is_some(), apt("chromium")));
        tools.push(tool("playwright-core", browser::has_driver, npm_ci()));
        let words = "--profile minimal --component miri --component rust-src";
        let install = rustup(&format!("toolchain install {} {words}", proof::NIGHTLY));
        tools.push(tool("miri", || proof::has(proof::NIGHTLY, &["miri"]), install));
        if let Ok(oldest) = proof::oldest() {
            let install = rustup(&format!("toolchain install {oldest} --profile minimal"));
            let has_oldest = move || proof::has(&oldest, &[]);
            tools.push(tool("the oldest compiler", has_oldest, install));
        }
        tools.extend(cargo::PROGRAMS.map(|program| {
            tool(program.name, move || cargo::installed(program.name).is_ok(), program.install())
        }));
        tools.extend(full::TARGETS.iter().map(|(name, _)| target(name)));
        tools.extend(systems::SYSTEMS.iter().map(|system| target(system.target)));
        tools.extend(systems::TOOLS.map(debian));
    }
    let lacking: Vec<&str> = tools.into_iter().filter_map(missing).collect();
    if lacking.is_empty() {
        println!("setup: nothing is missing");
    } else {
        println!("setup: please install by hand: {}", lacking.join(", "));
        println!("setup: until then, the checks that need these are skipped");
    }
}

/// Fetches a tool unless it is installed. Returns its name if that has failed.
fn missing(mut tool: Tool) -> Option<&'static str> {
    if (tool.is_installed)() {
        return None;
    }
    let name = tool.name;
    println!("setup: {name} is missing, fetching it");
    let fetched = succeeds(&mut tool.fetch) && (tool.is_installed)();
    println!("setup: {name} {}", if fetched { "is installed" } else { "could not be fetched" });
    (!fetched).then_some(name)
}

fn tool(name: &'static str, is_installed: impl Fn() -> bool + 'static, fetch: Command) -> Tool {
    Tool { name, is_installed: Box::new(is_installed), fetch }
}

/// A component of the toolchain, which brings this subcommand of Cargo's.
fn component(name: &'static str, subcommand: &'static str) -> Tool {
    tool(name, move || cargo::has(subcommand), rustup(&format!("component add {name}")))
}

fn debian((package, program): (&'static str, &'static str)) -> Tool {
    tool(program, move || process::installed(program), apt(package))
}

/// A target of the compiler. (Only a toolchain that rustup manages can get another one.)
fn target(name: &'static str) -> Tool {
    tool(name, move || full::has_target(name), rustup(&format!("target add {name}")))
}

fn rustup(words: &str) -> Command {
    let mut command = Command::new("rustup");
    command.args(words.split(' '));
    command
}

/// Installs a Debian package: from the lists that are there, else after fetching new ones.
fn apt(package: &str) -> Command {
    let install = format!("apt-get install -y --no-install-recommends {package}");
    let mut command = Command::new("sh");
    command.args(["-c", &format!("{install} || (apt-get update && {install})")]);
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}

/// Installs exactly the packages in `tests/replay/package-lock.json`.
fn npm_ci() -> Command {
    let mut command = Command::new("npm");
    command.args(["ci", "--no-audit", "--no-fund"]);
    command.current_dir(tree::root().join(browser::DIRECTORY));
    command
}

/// Runs a command, and prints why it fails (no rights, no such program, no network).
fn succeeds(command: &mut Command) -> bool {
    let program = command.get_program().display().to_string();
    let finished = process::run(command).map_err(|error| error.to_string());
    match finished.and_then(process::Finished::expect_success) {
        Ok(_) => true,
        Err(words) => {
            println!("setup: {program}: {}", words.trim());
            false
        }
    }
}
