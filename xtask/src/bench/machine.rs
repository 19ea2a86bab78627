//! Where, when and with what was it measured?

use std::fs;
use std::process::Command;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::process;
use crate::tree;

/// Whose versions stand on the page.
const PACKAGES: &[&str] = &["kettle", "tokio", "smol", "async-executor", "monoio", "mio"];

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
        "versions": versions,
    }))
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
}
