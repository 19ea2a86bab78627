//! Where is kettle, and which package takes tokio's place?
//!
//! A `cargo kettle` that was built in a checkout uses that checkout's kettle. One that was built
//! from the registry uses the registry's kettle of the same version. `--checkout` names another
//! tree ([`checkout`]). What is made for projects goes to `target/kettle` of the checkout, or to
//! Cargo's home ([`Checkout::place`]).
//!
//! [`Checkout::stand_in`] writes the package that takes tokio's place. It has the version that the
//! project would have of tokio, so that exact requirements and lock files stay valid. (Its manifest
//! is a template in `tokio/`, because Cargo doesn't publish a package inside another.)

use std::path::{Path, PathBuf};
use std::{env, fs};

use kettle_kit::{cargo, files, tree};
use toml::{Table, Value};

/// The package named tokio whose body is kettle, inside the checkout. It is also the root of a
/// workspace.
pub const PATCH: &str = "interop/tokio";

/// The template of the manifest, and the files in `src`.
const MANIFEST: &str = include_str!("../tokio/manifest.toml");
const FILES: [(&str, &str); 4] = [
    ("lib.rs", include_str!("../tokio/src/lib.rs")),
    ("runtime.rs", include_str!("../tokio/src/runtime.rs")),
    ("said.rs", include_str!("../tokio/src/said.rs")),
    ("task.rs", include_str!("../tokio/src/task.rs")),
];

/// Where kettle is.
pub(crate) struct Checkout {
    /// The root of kettle's tree. `None`: kettle comes from the registry.
    root: Option<PathBuf>,
}

/// The checkout that the user names, or in which this command was built, if there is one.
pub(crate) fn checkout(named: Option<&Path>) -> Result<Checkout, String> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let is_in_checkout = package.ends_with("interop/cargo-kettle");
    let own = is_in_checkout.then(|| tree::without_dots(&package.join("../..")));
    let named = named.map(|path| fs::canonicalize(path).unwrap_or(path.to_path_buf()));
    named.or(own).map_or(Ok(Checkout { root: None }), Checkout::at)
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

    /// The folder for all that is made for projects. (kettle's own workspace excludes it, so that
    /// Cargo takes no project that is built there for a member.)
    pub(crate) fn place(&self) -> PathBuf {
        if let Some(root) = &self.root {
            return root.join("target/kettle");
        }
        let home = env::var_os("CARGO_HOME").map(PathBuf::from);
        let home = home.or_else(|| Some(env::home_dir()?.join(".cargo"))).unwrap_or_default();
        home.join("kettle").join(env!("CARGO_PKG_VERSION"))
    }

    /// The text of a lock file with kettle in the place of tokio `version`: the checkout's own, or
    /// else one that Cargo makes in the project's folder, and so from the project's registry.
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

    /// The folder of all packages that take tokio's place. Each version has a folder in it.
    pub(crate) fn stand_ins(&self) -> PathBuf {
        self.place().join("tokio")
    }

    /// Writes a package named tokio of this version, whose body is kettle. Returns its folder.
    pub(crate) fn stand_in(&self, version: &str) -> Result<PathBuf, String> {
        let folder = self.stand_ins().join(version);
        for (name, text) in FILES {
            files::put(&folder.join("src").join(name), text)?;
        }
        files::put(&folder.join("Cargo.toml"), self.manifest(version)?)?;
        Ok(folder)
    }

    /// The template with this version, and with kettle from the checkout or the registry.
    fn manifest(&self, version: &str) -> Result<String, String> {
        let mut manifest: Table = MANIFEST.parse().map_err(|error| format!("{PATCH}: {error}"))?;
        // These are right only in the checkout.
        for section in ["workspace", "patch", "lib"] {
            manifest.remove(section);
        }
        if let Some(Value::Table(package)) = manifest.get_mut("package") {
            package.insert("version".into(), version.into());
        }
        let dependencies = manifest.get_mut("dependencies").and_then(Value::as_table_mut);
        let all = dependencies.into_iter().flat_map(Table::iter_mut);
        for dependency in all.filter_map(|(_, it)| it.as_table_mut()) {
            let path = dependency.remove("path").unwrap_or(Value::from(""));
            let path = path.as_str().unwrap_or_default();
            if let Some(root) = &self.root {
                let path = tree::without_dots(&root.join(PATCH).join(path));
                dependency.insert("path".to_owned(), path.display().to_string().into());
            } else {
                let version = concat!("=", env!("CARGO_PKG_VERSION"));
                dependency.insert("version".to_owned(), version.into());
            }
        }
        toml::to_string(&manifest).map_err(|error| error.to_string())
    }
}

/// Settings of Cargo's that optimise the recorder, because an unoptimised one takes many times as
/// long to record an event. The program itself stays unoptimised.
pub fn recorder_optimised() -> Vec<String> {
    let ours = ["kettle-trace", "kettle-events", "kettle-runtime", "kettle-read-buf"];
    ours.into_iter().map(|name| format!("profile.dev.package.{name}.opt-level = 3")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkout_that_has_moved_is_an_error() {
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
