//! What can be fetched so that the tests skip nothing?
//!
//! Two components of the toolchain and some Debian packages: `cargo xtask test` begins with them. `--full`
//! fetches what `cargo xtask full` can use besides: Miri, other targets, what the replays need in a
//! browser, and mdBook, which is built from source into `target/tools`.
//!
//! What is there is left alone. Packages are installed only as root and with apt; otherwise it is told
//! what to install. Whether a skip is a failure, `--strict` decides.

use std::process::Command;
use std::time::Duration;

use kettle_kit::{process, tree};

use crate::{browser, cargo, full};

/// mdBook is compiled, with all its packages.
const LIMIT: Duration = Duration::from_mins(20);

/// Something that may be missing: its name, whether it is there, and how it is fetched.
type Tool = (&'static str, Box<dyn Fn() -> bool>, Box<dyn Fn() -> bool>);

pub(crate) fn setup(full: bool) {
    let mut tools = vec![component("rustfmt", "fmt"), component("clippy", "clippy")];
    tools.extend(["strace", "valgrind"].map(|name| debian(name, name)));
    tools.push(debian("nodejs", "node"));
    if full {
        tools.push(debian("npm", "npm"));
        tools.extend(["redis-server", "wrk"].map(|name| debian(name, name)));
        let chromium = || browser::chromium().is_some();
        tools.push(("chromium", Box::new(chromium), Box::new(|| apt("chromium"))));
        tools.push(("playwright-core", Box::new(browser::has_driver), Box::new(npm_ci)));
        let mdbook = || crate::book::mdbook().is_some();
        tools.push((
            "mdbook",
            Box::new(mdbook),
            Box::new(|| succeeds(&mut crate::book::install())),
        ));
        let toolchain = ["toolchain", "install", "nightly", "--profile", "minimal"];
        let components = ["--component", "miri", "--component", "rust-src"];
        let fetch = move || rustup(&[&toolchain[..], &components].concat());
        tools.push(("miri", Box::new(full::has_miri), Box::new(fetch)));
        tools.extend(full::TARGETS.iter().map(|(name, _)| target(name)));
    }
    let lacking: Vec<&str> =
        tools.iter().filter(|tool| !is_there_now(tool)).map(|tool| tool.0).collect();
    if lacking.is_empty() {
        println!("setup: nothing is missing");
    } else {
        println!("setup: please install by hand: {}", lacking.join(", "));
        println!("setup: what needs it is skipped until then");
    }
}

/// Says whether it is there, and fetches it if not.
fn is_there_now((name, is_there, fetch): &Tool) -> bool {
    if is_there() {
        return true;
    }
    println!("setup: {name} is missing, fetching it");
    let fetched = fetch() && is_there();
    println!("setup: {name} {}", if fetched { "is there now" } else { "could not be fetched" });
    fetched
}

/// A component of the toolchain, and the subcommand of Cargo that it brings.
fn component(name: &'static str, subcommand: &'static str) -> Tool {
    let fetch = move || rustup(&["component", "add", name]);
    (name, Box::new(move || cargo::has(subcommand)), Box::new(fetch))
}

/// A program of a Debian package.
fn debian(package: &'static str, program: &'static str) -> Tool {
    (program, Box::new(move || process::installed(program)), Box::new(move || apt(package)))
}

/// Another target of the compiler; a toolchain that rustup does not manage cannot have one.
fn target(name: &'static str) -> Tool {
    let is_there = move || full::has_target(name);
    (name, Box::new(is_there), Box::new(move || rustup(&["target", "add", name])))
}

fn rustup(args: &[&str]) -> bool {
    succeeds(Command::new("rustup").args(args))
}

/// Installs a Debian package: from the lists that are there, else after fetching new ones.
fn apt(package: &str) -> bool {
    let apt = |args: &[&str]| {
        succeeds(Command::new("apt-get").args(args).env("DEBIAN_FRONTEND", "noninteractive"))
    };
    let install = || apt(&["install", "-y", "--no-install-recommends", package]);
    install() || (apt(&["update"]) && install())
}

/// What `tests/replay/package-lock.json` names, and nothing else.
fn npm_ci() -> bool {
    let mut command = Command::new("npm");
    command.args(["ci", "--no-audit", "--no-fund"]);
    succeeds(command.current_dir(tree::root().join(browser::DIRECTORY)))
}

/// Runs a command to its end; a failure is shown (no rights, no such program, no network).
fn succeeds(command: &mut Command) -> bool {
    let program = command.get_program().display().to_string();
    let finished = process::run(command, LIMIT).map_err(|error| error.to_string());
    match finished.and_then(process::Finished::expect_success) {
        Ok(_) => true,
        Err(words) => {
            println!("setup: {program}: {}", words.trim());
            false
        }
    }
}
