//! Where is kettle, and what takes tokio's place?
//!
//! A command that was built in a checkout, installed or not, belongs to that checkout, and one that
//! Cargo has fetched asks the registry for kettle in its own version; `--checkout` names another
//! tree ([`checkout`]). What the command builds is in `target/kettle` of the checkout, or in
//! Cargo's home ([`Checkout::place`]), in a folder for each project (`shadow.rs`).
//!
//! The package that takes tokio's place is written out of this one ([`Checkout::stand_in`]), with
//! the version that the project would have of tokio: a requirement of exactly that one holds, and a
//! lock file. (Cargo packs no package within another, so its manifest is a template in `tokio/`.)

use std::path::{Path, PathBuf};
use std::{env, fs};

use kettle_kit::{cargo, files, tree};
use toml::{Table, Value};

/// The package named tokio whose body is kettle; the root of a workspace, too.
pub const PATCH: &str = "interop/tokio";

const MANIFEST: &str = include_str!("../tokio/manifest.toml");
const FILES: [(&str, &str); 4] = [
    ("lib.rs", include_str!("../tokio/src/lib.rs")),
    ("runtime.rs", include_str!("../tokio/src/runtime.rs")),
    ("said.rs", include_str!("../tokio/src/said.rs")),
    ("task.rs", include_str!("../tokio/src/task.rs")),
];

/// kettle's tree. None: kettle is the registry's.
pub(crate) struct Checkout {
    root: Option<PathBuf>,
}

/// The one that is `asked` for, or in which this command was built, if it was.
pub(crate) fn checkout(asked: Option<&Path>) -> Result<Checkout, String> {
    let built = Path::new(env!("CARGO_MANIFEST_DIR"));
    let own =
        built.ends_with("interop/cargo-kettle").then(|| tree::without_dots(&built.join("../..")));
    let asked = asked.map(|path| fs::canonicalize(path).unwrap_or(path.to_path_buf()));
    asked.or(own).map_or(Ok(Checkout { root: None }), Checkout::at)
}

impl Checkout {
    fn at(root: PathBuf) -> Result<Checkout, String> {
        if root.join(PATCH).join("Cargo.toml").is_file() {
            return Ok(Checkout { root: Some(root) });
        }
        Err(format!(
            "there is no checkout of kettle at {}: `--checkout PATH` says where it is now, or, in \
             it, `cargo install --path interop/cargo-kettle`",
            root.display()
        ))
    }

    pub(crate) fn root(&self) -> Option<&Path> {
        self.root.as_deref()
    }

    /// What is made for projects. (kettle's own workspace excludes it, so that Cargo takes no
    /// project that is built there for a member.)
    pub(crate) fn place(&self) -> PathBuf {
        if let Some(root) = &self.root {
            return root.join("target/kettle");
        }
        let home = env::var_os("CARGO_HOME").map(PathBuf::from);
        let home = home.or_else(|| Some(env::home_dir()?.join(".cargo"))).unwrap_or_default();
        home.join("kettle").join(env!("CARGO_PKG_VERSION"))
    }

    /// A lock file with kettle in the place of tokio `version`: the one with which that is tested,
    /// or what Cargo makes in the project's folder, of the registry that is the project's.
    pub(crate) fn lock(&self, project: &Path, version: &str) -> Result<String, String> {
        if let Some(root) = &self.root {
            return files::read(&root.join(PATCH).join("Cargo.lock"));
        }
        let folder = self.stand_in(version)?;
        let mut command = cargo::command(&["generate-lockfile", "--manifest-path"]);
        command.arg(folder.join("Cargo.toml")).current_dir(project);
        cargo::finish(&mut command, "lock").map_err(|trouble| trouble.to_string())?;
        files::read(&folder.join("Cargo.lock"))
    }

    /// Where all stand-ins are, each in a folder of its own.
    pub(crate) fn stand_ins(&self) -> PathBuf {
        self.place().join("tokio")
    }

    /// A package named tokio of this version, whose body is kettle.
    pub(crate) fn stand_in(&self, version: &str) -> Result<PathBuf, String> {
        let folder = self.stand_ins().join(version);
        for (name, text) in FILES {
            files::put(&folder.join("src").join(name), text)?;
        }
        files::put(&folder.join("Cargo.toml"), self.manifest(version)?)?;
        Ok(folder)
    }

    /// The template's manifest, with this version, and kettle from where it is.
    fn manifest(&self, version: &str) -> Result<String, String> {
        let mut manifest: Table = MANIFEST.parse().map_err(|error| format!("{PATCH}: {error}"))?;
        for of_the_tree in ["workspace", "patch", "lib"] {
            manifest.remove(of_the_tree);
        }
        if let Some(Value::Table(package)) = manifest.get_mut("package") {
            package.insert("version".into(), version.into());
        }
        let dependencies = manifest.get_mut("dependencies").and_then(Value::as_table_mut);
        let all = dependencies.into_iter().flat_map(Table::iter_mut);
        for dependency in all.filter_map(|(_, it)| it.as_table_mut()) {
            let path = dependency.remove("path").unwrap_or(Value::from(""));
            let path = path.as_str().unwrap_or_default();
            let (key, from) = match &self.root {
                Some(root) => {
                    ("path", tree::without_dots(&root.join(PATCH).join(path)).display().to_string())
                }
                None => ("version", concat!("=", env!("CARGO_PKG_VERSION")).to_owned()),
            };
            dependency.insert(key.to_owned(), from.into());
        }
        toml::to_string(&manifest).map_err(|error| error.to_string())
    }
}

/// What makes the recorder quick: unoptimised, recording an event takes many times as long. The
/// program itself stays as it is. As settings of Cargo's.
pub fn recorder_optimised() -> Vec<String> {
    let ours = ["kettle-trace", "kettle-events", "kettle-runtime", "kettle-read-buf"];
    ours.into_iter().map(|name| format!("profile.dev.package.{name}.opt-level = 3")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkout_that_has_moved_is_told() {
        let words = checkout(Some(Path::new("/nowhere/kettle"))).err().unwrap();
        assert!(words.starts_with("there is no checkout of kettle at /nowhere/kettle"), "{words}");
        let here = checkout(None).unwrap();
        let manifest = files::read(&here.root().unwrap().join(PATCH).join("Cargo.toml")).unwrap();
        assert!(manifest == MANIFEST, "the template is no copy of {PATCH}/Cargo.toml");
    }

    #[test]
    fn without_a_checkout_kettle_is_the_registrys_in_the_commands_own_version() {
        let manifest = Checkout { root: None }.manifest("1.28.0").unwrap();
        let manifest: Table = manifest.parse().unwrap();
        assert_eq!(manifest["package"]["version"].as_str(), Some("1.28.0"));
        for name in ["kettle", "kettle-macros"] {
            let from = &manifest["dependencies"][name];
            assert_eq!(from["version"].as_str(), Some(concat!("=", env!("CARGO_PKG_VERSION"))));
            assert!(from.get("path").is_none() && manifest.get("lib").is_none());
        }
    }
}
