//! Where is kettle, and what takes tokio's place?
//!
//! The command belongs to the checkout in which it was built, installed or not: [`checkout`]. What
//! it builds is in `target/kettle` there ([`Checkout::place`]), in a folder for each project
//! (`shadow.rs`).
//!
//! The package that takes tokio's place is a copy of `interop/tokio`'s manifest with another
//! version ([`Checkout::stand_in`]): the one that the project would have of tokio. So a requirement
//! of exactly that version holds, and so does a lock file.

use std::path::{Path, PathBuf};

use kettle_kit::{files, tree};
use toml::{Table, Value};

/// The package named tokio whose body is kettle; the root of a workspace, too.
pub const PATCH: &str = "interop/tokio";

/// kettle's tree.
pub(crate) struct Checkout {
    root: PathBuf,
}

/// The one that this command was built in.
pub(crate) fn checkout() -> Result<Checkout, String> {
    Checkout::at(tree::plain(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")))
}

impl Checkout {
    fn at(root: PathBuf) -> Result<Checkout, String> {
        if root.join(PATCH).join("Cargo.toml").is_file() {
            return Ok(Checkout { root });
        }
        Err(format!(
            "kettle's checkout was at {} when this command was installed, and is not there any more: \
             in the checkout, where it is now, `cargo install --path interop/cargo-kettle`",
            root.display()
        ))
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// What is made for projects. (kettle's own workspace excludes it, so that Cargo takes no
    /// project that is built there for a member.)
    pub(crate) fn place(&self) -> PathBuf {
        self.root.join("target/kettle")
    }

    /// The lock file with which kettle is tested in tokio's place.
    pub(crate) fn lock(&self) -> Result<String, String> {
        files::read(&self.root.join(PATCH).join("Cargo.lock"))
    }

    /// Where all stand-ins are, each in a folder of its own.
    pub(crate) fn stand_ins(&self) -> PathBuf {
        self.place().join("tokio")
    }

    /// A package named tokio of this version, whose body is kettle.
    pub(crate) fn stand_in(&self, version: &str) -> Result<PathBuf, String> {
        let home = self.root.join(PATCH);
        let text = files::read(&home.join("Cargo.toml"))?;
        let manifest = stand_in(&text, version, &home)?;
        let folder = self.stand_ins().join(version);
        files::put(&folder.join("Cargo.toml"), manifest)?;
        Ok(folder)
    }
}

/// The manifest `text`, which is in the folder `home`, for another folder and with another version.
fn stand_in(text: &str, version: &str, home: &Path) -> Result<String, String> {
    let mut manifest: Table = text.parse().map_err(|error| format!("{PATCH}: {error}"))?;
    for of_the_workspace in ["workspace", "patch"] {
        manifest.remove(of_the_workspace);
    }
    let path = |within: &str| tree::plain(&home.join(within)).display().to_string();
    if let Some(Value::Table(package)) = manifest.get_mut("package") {
        package.insert("version".into(), version.into());
    }
    if let Some(Value::Table(dependencies)) = manifest.get_mut("dependencies") {
        for dependency in dependencies.iter_mut().filter_map(|(_, it)| it.get_mut("path")) {
            *dependency = path(dependency.as_str().unwrap_or_default()).into();
        }
    }
    let library = Table::from_iter([("path".to_owned(), path("src/lib.rs").into())]);
    manifest.insert("lib".into(), library.into());
    toml::to_string(&manifest).map_err(|error| error.to_string())
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
        let words = Checkout::at("/nowhere/kettle".into()).err().unwrap();
        assert!(words.starts_with("kettle's checkout was at /nowhere/kettle when"), "{words}");
        assert!(checkout().is_ok());
    }
}
