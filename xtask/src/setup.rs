//! What can be fetched so that the tests skip nothing?
//!
//! Two components of the toolchain and some Debian packages: `cargo xtask test` begins with them.
//! `--full` fetches what `cargo xtask full` can use besides: Miri, other targets, what the replays
//! need in a browser, and what is built from source into `target/tools`: mdBook, cargo-fuzz.
//!
//! What is there is left alone. Packages are installed only as root and with apt; otherwise it is
//! told what to install. Whether a skip is a failure, `--strict` decides.

use std::process::Command;

use kettle_kit::{process, tree};

use crate::{browser, cargo, full, proof, systems};

/// Something that may be missing: its name, whether it is there, and what fetches it.
type Tool = (&'static str, Box<dyn Fn() -> bool>, Command);

/// Debian packages, and a program of each that knows its version.
const ALWAYS: [(&str, &str); 3] =
    [("strace", "strace"), ("valgrind", "valgrind"), ("nodejs", "node")];
const FULL: [(&str, &str); 3] = [("npm", "npm"), ("redis-server", "redis-server"), ("wrk", "wrk")];

pub(crate) fn setup(full: bool) {
    let mut tools = vec![component("rustfmt", "fmt"), component("clippy", "clippy")];
    tools.extend(ALWAYS.map(debian));
    if full {
        tools.extend(FULL.map(debian));
        tools.push(("chromium", Box::new(|| browser::chromium().is_some()), apt("chromium")));
        tools.push(("playwright-core", Box::new(browser::has_driver), npm_ci()));
        let words = format!("toolchain install {} --profile minimal", proof::NIGHTLY);
        let words = words + " --component miri --component rust-src";
        let has_miri = || proof::has(proof::NIGHTLY, &["miri"]);
        tools.push(("miri", Box::new(has_miri), rustup(&words)));
        if let Ok(oldest) = proof::oldest() {
            let install = rustup(&format!("toolchain install {oldest} --profile minimal"));
            tools.push((
                "the oldest compiler",
                Box::new(move || proof::has(&oldest, &[])),
                install,
            ));
        }
        tools.extend(cargo::BUILT.map(built));
        tools.extend(full::TARGETS.iter().map(|(name, _)| target(name)));
        tools.extend(systems::SYSTEMS.iter().map(|system| target(system.0)));
        tools.extend(systems::TOOLS.map(debian));
    }
    let lacking: Vec<&str> = tools.into_iter().filter_map(missing).collect();
    if lacking.is_empty() {
        println!("setup: nothing is missing");
    } else {
        println!("setup: please install by hand: {}", lacking.join(", "));
        println!("setup: what needs it is skipped until then");
    }
}

/// Fetches it unless it is there; its name, if it still is missing.
fn missing((name, is_there, mut fetch): Tool) -> Option<&'static str> {
    if is_there() {
        return None;
    }
    println!("setup: {name} is missing, fetching it");
    let fetched = succeeds(&mut fetch) && is_there();
    println!("setup: {name} {}", if fetched { "is there now" } else { "could not be fetched" });
    (!fetched).then_some(name)
}

/// A component of the toolchain, and the subcommand of Cargo that it brings.
fn component(name: &'static str, subcommand: &'static str) -> Tool {
    let is_there = move || cargo::has(subcommand);
    (name, Box::new(is_there), rustup(&format!("component add {name}")))
}

fn debian((package, program): (&'static str, &'static str)) -> Tool {
    (program, Box::new(move || process::installed(program)), apt(package))
}

fn built(tool: (&'static str, &str, &str)) -> Tool {
    (tool.0, Box::new(move || cargo::built(tool.0).is_ok()), cargo::install(tool))
}

/// Another target of the compiler; a toolchain that rustup does not manage cannot have one.
fn target(name: &'static str) -> Tool {
    (name, Box::new(move || full::has_target(name)), rustup(&format!("target add {name}")))
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

/// Runs a command to its end; a failure is shown (no rights, no such program, no network).
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
