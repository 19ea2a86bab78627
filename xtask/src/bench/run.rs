//! Where, when and with what was a row measured?

use std::fs;
use std::process::Command;
use std::thread;
use std::time::Duration;

use kettle_kit::{process, tree};
use serde::{Deserialize, Serialize};

/// Whose versions are kept.
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

/// One run of `cargo xtask bench`, in words.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Run {
    pub(crate) day: String,
    /// What was measured; with a `+` if something was not committed.
    pub(crate) commit: String,
    pub(crate) cpu: String,
    pub(crate) kernel: String,
    pub(crate) compiler: String,
    pub(crate) versions: String,
}

impl Run {
    /// That of here and now.
    pub(crate) fn new() -> Result<Run, String> {
        let lock = tree::read("Cargo.lock")?;
        let named = |name: &&str| Some(format!("{name} {}", version(&lock, name)?));
        let versions: Vec<String> = PACKAGES.iter().filter_map(named).collect();
        Ok(Run {
            day: said_by("date", &["-u", "+%Y-%m-%d"]),
            commit: commit(),
            cpu: cpu(),
            kernel: said_by("uname", &["-s", "-r"]),
            compiler: said_by("rustc", &["--version"]),
            versions: versions.join(", "),
        })
    }
}

fn commit() -> String {
    let commit = said_by("git", &["rev-parse", "--short=10", "HEAD"]);
    let changes = said_by("git", &["status", "--porcelain", "--", "*.rs", "*.toml"]);
    if changes.is_empty() { commit } else { commit + "+" }
}

fn cpu() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let line = info.lines().find(|line| line.starts_with("model name"));
    let name = line.and_then(|line| line.split_once(": ")).map_or("unknown", |(_, name)| name);
    let cores = thread::available_parallelism().map_or(1, usize::from);
    format!("{}, {cores} cores", name.trim())
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

/// What a program prints; nothing, if it can't.
pub(crate) fn said_by(program: &str, args: &[&str]) -> String {
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
