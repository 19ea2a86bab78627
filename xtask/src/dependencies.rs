//! Is there a reason for each dependency?
//!
//! `docs/dependencies.md` has to have a line for each package from outside.

use kettle_kit::report::{Outcome, none_of};
use kettle_kit::tree;

use crate::manifest;

const PAPER: &str = "docs/dependencies.md";

pub(crate) fn dependencies() -> Outcome {
    let paper = tree::read(PAPER)?;
    let packages = manifest::members()?;
    let own: Vec<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    let mut faults = Vec::new();
    for package in &packages {
        for dependency in &package.dependencies {
            let explained = paper.contains(&format!("`{dependency}`"));
            if !own.contains(&dependency.as_str()) && !explained {
                let directory = &package.directory;
                faults.push(format!("{PAPER}: no line for `{dependency}` ({directory})"));
            }
        }
    }
    none_of(&faults)
}
