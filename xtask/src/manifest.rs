//! Which packages are there, and what do they depend on?
//!
//! Cargo knows, and tells by `cargo metadata`. What it doesn't tell is whether a package takes the
//! workspace's lints: [`forbids`] reads that in the manifest.

use cargo_metadata::{Metadata, MetadataCommand};
use kettle_kit::tree;
use toml::{Table, Value};

/// One package of this project.
#[derive(Debug)]
pub(crate) struct Package {
    /// Its directory, from the root.
    pub(crate) directory: String,
    pub(crate) name: String,
    /// Every package it depends on: normal, dev, build, and for some targets only.
    pub(crate) dependencies: Vec<String>,
}

/// The packages of the workspace.
pub(crate) fn members() -> Result<Vec<Package>, String> {
    Ok(metadata()?.workspace_packages().into_iter().map(package).collect())
}

/// The members that plain `cargo test` leaves out.
pub(crate) fn outside_the_default() -> Result<Vec<Package>, String> {
    let metadata = metadata()?;
    let default = metadata.workspace_default_packages();
    let members = metadata.workspace_packages().into_iter();
    Ok(members.filter(|member| !default.contains(member)).map(package).collect())
}

/// Does this manifest forbid a lint of rustc, by its own words or by the workspace's?
pub(crate) fn forbids(text: &str, lint: &str) -> Result<bool, String> {
    let manifest: Table = text.parse().map_err(|error| format!("{error}"))?;
    let within = |path: &[&str]| {
        let first = manifest.get(path[0]);
        path[1..].iter().try_fold(first?, |value, key| value.get(key))
    };
    let forbid = |value: Option<&Value>| value.and_then(Value::as_str) == Some("forbid");
    Ok(within(&["lints", "workspace"]) == Some(&Value::Boolean(true))
        || forbid(within(&["lints", "rust", lint]))
        || forbid(within(&["workspace", "lints", "rust", lint])))
}

fn metadata() -> Result<Metadata, String> {
    let manifest = tree::root().join("Cargo.toml");
    let metadata = MetadataCommand::new().manifest_path(manifest).no_deps().exec();
    metadata.map_err(|error| error.to_string())
}

fn package(package: &cargo_metadata::Package) -> Package {
    let directory = package.manifest_path.parent().map_or("", |path| path.as_str());
    Package {
        directory: tree::shown(directory.as_ref()),
        name: package.name.to_string(),
        dependencies: package.dependencies.iter().map(|one| one.name.clone()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lint_is_forbidden_here_or_by_the_workspace() {
        let forbidden = |text: &str| forbids(text, "a_lint").unwrap();
        assert!(forbidden("[lints]\nworkspace = true"));
        assert!(forbidden("[lints.rust]\na_lint = \"forbid\""));
        assert!(forbidden("[workspace.lints.rust]\na_lint = \"forbid\""));
        assert!(!forbidden("[lints.rust]\na_lint = \"warn\"\nother = \"forbid\""));
        assert!(!forbidden("[lints]\nworkspace = false"));
        assert!(forbids("no manifest", "a_lint").is_err());
    }

    #[test]
    fn this_project_is_a_workspace_with_us_in_it() {
        let members = members().unwrap();
        let kettle = members.iter().find(|package| package.name == "kettle").unwrap();
        assert!(kettle.dependencies.iter().any(|name| name == "kettle-runtime"));
        let outside = outside_the_default().unwrap();
        assert!(outside.iter().any(|package| package.directory == "xtask"));
        assert!(outside.iter().all(|package| package.name != "kettle"));
    }
}
