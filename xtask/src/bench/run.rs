//! Where, when and with what was a row measured?

use std::fs;
use std::process::Command;
use std::thread;

use cargo_metadata::MetadataCommand;
use kettle_kit::{process, tree};
use serde::{Deserialize, Serialize};

/// Whose versions are kept: of several, the newest.
const PACKAGES: &[&str] = &["kettle", "tokio", "mio", "smol", "async-executor", "async-io"];

/// One run of `cargo xtask bench`, in words.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Run {
    pub(crate) day: String,
    pub(crate) cpu: String,
    pub(crate) compiler: String,
    pub(crate) versions: String,
}

impl Run {
    /// That of here and now.
    pub(crate) fn new() -> Result<Run, String> {
        let metadata = MetadataCommand::new().manifest_path(tree::root().join("Cargo.toml")).exec();
        let packages = metadata.map_err(|error| error.to_string())?.packages;
        let named = |name: &&str| {
            let its = packages.iter().filter(|package| *package.name == **name);
            Some(format!("{name} {}", its.map(|package| &package.version).max()?))
        };
        let versions: Vec<String> = PACKAGES.iter().filter_map(named).collect();
        Ok(Run {
            day: said_by("date", &["-u", "+%Y-%m-%d"]),
            cpu: cpu(),
            compiler: said_by("rustc", &["--version"]),
            versions: versions.join(", "),
        })
    }
}

fn cpu() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let line = info.lines().find(|line| line.starts_with("model name"));
    let name = line.and_then(|line| line.split_once(": ")).map_or("unknown", |(_, name)| name);
    let cores = thread::available_parallelism().map_or(1, usize::from);
    format!("{}, {cores} cores", name.trim())
}

/// What a program prints; nothing, if it can't.
pub(crate) fn said_by(program: &str, args: &[&str]) -> String {
    let mut command = Command::new(program);
    command.args(args).current_dir(tree::root());
    let finished = process::run(&mut command);
    finished.map(|finished| finished.stdout.trim().to_owned()).unwrap_or_default()
}
