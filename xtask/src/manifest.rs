//! What do the `Cargo.toml` files say that we need to know?
//!
//! The members of the workspace, and of each package its name, its dependencies and whether it
//! takes the workspace's lints. A reader of lines, not of TOML: it understands how these files are
//! written here (a table header or `key = value` on a line, arrays over several lines), and Cargo
//! itself refuses what is not TOML.

use std::path::{Path, PathBuf};

use kettle_kit::tree;

/// One package of this project.
#[derive(Debug)]
pub(crate) struct Package {
    /// Its directory, from the root.
    pub(crate) directory: String,
    pub(crate) name: String,
    /// Every package it depends on: normal, dev, build, and for some targets only.
    pub(crate) dependencies: Vec<String>,
    /// `[lints] workspace = true`.
    pub(crate) workspace_lints: bool,
}

/// The packages that `members` names, in its order.
pub(crate) fn members() -> Result<Vec<Package>, String> {
    let manifest = tree::read("Cargo.toml")?;
    array(&manifest, "workspace", "members").iter().map(|member| package(member)).collect()
}

/// The members that plain `cargo test` leaves out.
pub(crate) fn outside_the_default() -> Result<Vec<Package>, String> {
    let default = array(&tree::read("Cargo.toml")?, "workspace", "default-members");
    let mut members = members()?;
    members.retain(|package| !default.contains(&package.directory));
    Ok(members)
}

/// The directories that hold a `Cargo.toml`, whether the workspace knows them or not.
pub(crate) fn all_directories() -> Vec<String> {
    let root = tree::root();
    let manifests = tree::files(&root, "Cargo.toml");
    let directories = manifests.iter().filter_map(|path| path.parent());
    directories.map(|path| relative(path, &root)).collect()
}

/// The package in `directory`, which is named from the root.
pub(crate) fn package(directory: &str) -> Result<Package, String> {
    let path = PathBuf::from(directory).join("Cargo.toml");
    Ok(read(directory, &tree::read(&path.to_string_lossy())?))
}

/// Does `text` hold `key = value` in the table `table`?
pub(crate) fn says(text: &str, table: &str, key: &str, value: &str) -> bool {
    entries(text).any(|entry| entry == (table, key, value))
}

fn read(directory: &str, text: &str) -> Package {
    let mut package = Package {
        directory: directory.to_owned(),
        name: String::new(),
        dependencies: Vec::new(),
        workspace_lints: says(text, "lints", "workspace", "true"),
    };
    for (table, key, value) in entries(text) {
        let key = key.split('.').next().unwrap_or(key);
        if table == "package" && key == "name" {
            value.trim_matches('"').clone_into(&mut package.name);
        } else if table.ends_with("dependencies") && table != "workspace.dependencies" {
            package.dependencies.push(key.to_owned());
        }
    }
    package
}

/// Every `key = value` line with the table it stands in. A table per dependency
/// (`[dependencies.NAME]`) is given as that dependency's key.
fn entries(text: &str) -> impl Iterator<Item = (&str, &str, &str)> {
    let mut table = "";
    text.lines().filter_map(move |line| {
        let line = line.split(" #").next().unwrap_or(line).trim();
        if let Some(header) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            table = header.trim_matches(['[', ']']);
            let (parent, name) = table.rsplit_once('.')?;
            return parent.ends_with("dependencies").then_some((parent, name, ""));
        }
        let (key, value) = line.split_once('=')?;
        Some((table, key.trim(), value.trim()))
    })
}

/// The strings of `key = ["…", "…"]` in the table `table`, on one line or on several.
fn array(text: &str, table: &str, key: &str) -> Vec<String> {
    let header = format!("[{table}]");
    let Some(start) = text.find(&header) else { return Vec::new() };
    let body = &text[start + header.len()..];
    let body = &body[..body.find("\n[").unwrap_or(body.len())];
    let Some(line) = body.find(&format!("\n{key} = [")) else { return Vec::new() };
    let list = &body[line..];
    let list = &list[..list.find(']').unwrap_or(list.len())];
    list.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

fn relative(path: &Path, root: &Path) -> String {
    let path = path.strip_prefix(root).unwrap_or(path).to_string_lossy().into_owned();
    if path.is_empty() { ".".to_owned() } else { path }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
[workspace]
members = [\".\", \"runtime\", # the engine
  \"xtask\",
]
default-members = [\".\"]

[workspace.dependencies]
slab = \"0.4\"

[package]
name = \"kettle\" # the face

[lints]
workspace = true

[dependencies]
kettle-runtime.workspace = true
mio = { version = \"1\" }

[target.'cfg(unix)'.dependencies]
libc = \"0.2\"

[dev-dependencies.tokio]
version = \"1\"
";

    #[test]
    fn members_are_read_over_several_lines() {
        assert_eq!(array(TEXT, "workspace", "members"), [".", "runtime", "xtask"]);
        assert_eq!(array(TEXT, "workspace", "default-members"), ["."]);
        assert!(array(TEXT, "workspace", "exclude").is_empty());
    }

    #[test]
    fn a_package_is_read() {
        let package = read(".", TEXT);
        assert_eq!(package.name, "kettle");
        assert!(package.workspace_lints);
        let dependencies: Vec<&str> = package.dependencies.iter().map(String::as_str).collect();
        assert!(
            ["kettle-runtime", "mio", "libc", "tokio"].iter().all(|d| dependencies.contains(d))
        );
        assert!(!dependencies.contains(&"slab"), "a workspace dependency is no dependency yet");
    }

    #[test]
    fn this_project_is_a_workspace_with_us_in_it() {
        let members = members().unwrap();
        assert!(members.iter().any(|package| package.name == "kettle"));
        let outside = outside_the_default().unwrap();
        assert!(outside.iter().any(|package| package.name == "xtask"));
        assert!(all_directories().contains(&"xtask".to_owned()));
    }
}
