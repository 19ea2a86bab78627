//! Where, when and with what was it measured?

use std::fs;
use std::process::Command;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use kettle_kit::process;
use kettle_kit::tree;

/// Whose versions stand on the page.
const PACKAGES: &[&str] = &[
    "kettle",
    "tokio",
    "mio",
    "smol",
    "async-executor",
    "async-io",
    "async-channel",
    "async-lock",
    "monoio",
    "local-sync",
    "futures",
];

/// What of each runtime is measured.
const ON: &[(&str, &str)] = &[
    (
        "kettle",
        "everything, as any program gets it: the budget of each task, panics caught in each poll, \
         handles, channels and locks that are `Send`, ids, spawn locations, events compiled in with \
         nobody recording; no `unsafe` of its own",
    ),
    (
        "tokio",
        "`new_current_thread().enable_all()`, features `full`, its own channels and locks; it is \
         not built with `tokio_unstable`",
    ),
    (
        "smol",
        "a `LocalExecutor` under `smol::block_on`, `async-channel`, `async-lock`; tasks that can't \
         leave their thread, no budget",
    ),
    (
        "monoio",
        "`FusionDriver`: `io_uring` where the kernel has it; channels of `local-sync`, tokio's \
         `Mutex`; tasks and channels that can't leave their thread, no budget",
    ),
    ("raw", "mio's loop with a state for each connection, without tasks: the limit"),
];

/// What the page's head tells.
pub(crate) fn describe() -> Result<Value, String> {
    let lock = tree::read("Cargo.lock")?;
    let versions: serde_json::Map<String, Value> = PACKAGES
        .iter()
        .filter_map(|package| Some(((*package).to_owned(), version(&lock, package)?.into())))
        .collect();
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    Ok(json!({
        "cpu": cpu(),
        "cores": thread::available_parallelism().map_or(1, usize::from),
        "kernel": format!("Linux {}", kernel.trim()),
        "rustc": said_by(&rustc, &["--version"]),
        "flags": "`lto = \"thin\"`, `codegen-units = 1`, the system's allocator for all",
        "versions": versions,
        "on": ON.iter().map(|(name, what)| json!([name, what])).collect::<Vec<_>>(),
    }))
}

/// In what two machines differ, as far as it matters: kettle's own version does not, because each
/// row has its commit.
pub(crate) fn differences(one: &Value, other: &Value) -> Vec<String> {
    let told = ["cpu", "cores", "kernel", "rustc", "flags"].into_iter();
    let differ = told.filter(|key| one[*key] != other[*key]).map(str::to_owned);
    let packages = PACKAGES.iter().filter(|package| **package != "kettle");
    let version = |machine: &Value, package| machine["versions"][package].clone();
    let other_versions = packages.filter(|p| version(one, **p) != version(other, **p));
    differ.chain(other_versions.map(|package| (*package).to_owned())).collect()
}

/// The day, as 2026-11-20.
pub(crate) fn today() -> String {
    said_by("date", &["-u", "+%Y-%m-%d"])
}

/// The commit that was measured; with a `+` if something stood beside it.
pub(crate) fn tree() -> String {
    let commit = said_by("git", &["rev-parse", "--short=10", "HEAD"]);
    let changes = said_by("git", &["status", "--porcelain", "--", "*.rs", "*.toml"]);
    if changes.is_empty() { commit } else { commit + "+" }
}

/// The newest version of a package that `Cargo.lock` has.
fn version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name = format!("name = \"{package}\"\n");
    let entries = lock.split("[[package]]\n").filter(|entry| entry.starts_with(&name));
    let versions = entries.filter_map(|entry| entry.split('"').nth(3));
    versions.max_by_key(|version| {
        version.split('.').map(|part| part.parse::<u64>().unwrap_or(0)).collect::<Vec<_>>()
    })
}

fn cpu() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let line = info.lines().find(|line| line.starts_with("model name"));
    let name = line.and_then(|line| line.split_once(": "));
    name.map_or("unknown", |(_, name)| name.trim()).to_owned()
}

/// What a program prints; nothing, if it can't.
fn said_by(program: &str, args: &[&str]) -> String {
    let mut command = Command::new(program);
    command.args(args).current_dir(tree::root());
    let finished = process::run(&mut command, Duration::from_secs(20));
    finished.map(|finished| finished.stdout.trim().to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_found_in_the_lock_file() {
        let lock = "\n[[package]]\nname = \"mio\"\nversion = \"0.8.11\"\n\
            \n[[package]]\nname = \"mio\"\nversion = \"1.2.4\"\n\
            \n[[package]]\nname = \"miow\"\nversion = \"9.0.0\"\n";
        assert_eq!(version(lock, "mio"), Some("1.2.4"));
        assert_eq!(version(lock, "none"), None);
    }

    #[test]
    fn machines_differ_by_what_matters() {
        let machine = |kernel, tokio, kettle| json!({ "cpu": "c", "kernel": kernel, "versions": { "tokio": tokio, "kettle": kettle } });
        let one = machine("6", "1.1", "0.1");
        assert!(differences(&one, &machine("6", "1.1", "0.2")).is_empty());
        assert_eq!(differences(&one, &machine("7", "1.2", "0.1")), ["kernel", "tokio"]);
    }
}
