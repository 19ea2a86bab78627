//! How does Cargo build a project with kettle in tokio's place?
//!
//! A file of configuration (`--config`) patches the source of the project's tokio 1: crates.io, a
//! git repository or another registry. If the patch fits nothing, Cargo only warns and builds the
//! real tokio. So [`Patched::with`] asks Cargo for the packages that it would build. If a real
//! tokio is among them, its own source and version are patched instead. If one is left
//! nevertheless, or there are several, the project is refused.
//!
//! Cargo builds in a *shadow* of the project (`shadow.rs`), so that nothing is written into it. A
//! project inside kettle's own checkout depends on kettle by itself, and is built where it is.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use cargo_metadata::{MetadataCommand, Package};
use indicatif::ProgressBar;
use kettle_kit::{cargo, files};
use toml::Value;

use crate::checkout::{self, Checkout, recorder_optimised};
use crate::lock;
use crate::options::{Options, Project};
use crate::shadow::Shadow;

/// For a project whose lock file has no tokio: a version above all that a package may ask for.
const NEWEST: &str = "1.99.0";
const CRATES_IO: &str = "crates-io";

/// The tokio to be patched.
struct Patch {
    /// Its source, as the heading `[patch.SOURCE]` names it.
    source: String,
    version: String,
}

/// A project that is ready to be built on kettle.
pub struct Patched {
    /// kettle's own tree, which has the package that takes tokio's place.
    pub(crate) checkout: Checkout,
    /// `None`: the project is inside the checkout.
    shadow: Option<Shadow>,
    /// The root of its workspace.
    root: PathBuf,
    /// The manifest of the package or workspace to build, in the shadow if there is one.
    manifest: PathBuf,
    /// Cargo's arguments that choose features.
    features: Vec<String>,
    /// The version of the tokio that kettle replaces.
    tokio: String,
}

impl Patched {
    /// The project in this folder.
    pub fn at(folder: &Path) -> Result<Patched, String> {
        let manifest_path = Some(folder.to_path_buf());
        Patched::with(&Options { manifest_path, ..Options::default() })
    }

    /// The project that these options choose.
    pub fn with(options: &Options) -> Result<Patched, String> {
        Patched::of(&options.project()?, &options.features())
    }

    /// A project with these features, which matter because tokio may be an optional dependency.
    pub(crate) fn of(project: &Project, features: &[String]) -> Result<Patched, String> {
        let checkout = checkout::checkout(project.checkout.as_deref())?;
        let root = project.metadata.workspace_root.clone().into_std_path_buf();
        if Some(&*root) == checkout.root() {
            return Err(
                "this is kettle's own tree: `cargo xtask replay NAME` shows its examples, \
                        and `KETTLE_SEEDS=1000 cargo test NAME` runs its tests under many schedules"
                    .to_owned(),
            );
        }
        // What is in `target` are copies of other people's packages.
        let within = checkout.root().and_then(|own| root.strip_prefix(own).ok());
        let is_ours = within.is_some_and(|path| !path.starts_with("target"));
        let shadow = if is_ours { None } else { Some(Shadow::of(&root, &checkout.place())?) };
        let manifest = match &shadow {
            Some(shadow) => shadow.in_shadow(&project.manifest),
            None => project.manifest.clone(),
        };
        let (tokio, features) = (String::new(), features.to_vec());
        let mut patched = Patched { checkout, shadow, root, manifest, features, tokio };
        patched.resolve()?;
        Ok(patched)
    }

    /// A command of Cargo's, as if it were typed in the project, so that its `.cargo` counts.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = cargo::command(args);
        command.arg("--manifest-path").arg(&self.manifest).arg("--config").arg(self.config());
        command.current_dir(&self.root).stdin(Stdio::null());
        if let Some(shadow) = &self.shadow {
            // A target folder for this project alone: two copies of a project have packages of the
            // same names, and in one folder Cargo would take those of the other copy for built.
            for variable in ["CARGO_TARGET_DIR", "CARGO_BUILD_BUILD_DIR"] {
                command.env(variable, shadow.folder.join(".target"));
            }
        } else {
            command.arg("--locked");
        }
        command
    }

    /// The folder for what the project's programs record: `kind` is `pages` or `tests`.
    pub(crate) fn output_folder(&self, kind: &str) -> PathBuf {
        let built_in = self.shadow.as_ref().map_or(&self.root, |shadow| &shadow.folder);
        self.checkout.place().join(kind).join(built_in.file_name().unwrap_or_default())
    }

    /// Lets other commands use the shadow, because nothing more is built here.
    pub(crate) fn release(&self) {
        self.shadow.iter().for_each(Shadow::release);
    }

    /// The path in the project for a path in its shadow.
    pub(crate) fn original(&self, path: &Path) -> PathBuf {
        self.shadow.as_ref().map_or(path.to_path_buf(), |shadow| shadow.original(path))
    }

    /// Is this the manifest of a package that takes tokio's place?
    pub(crate) fn is_kettle(&self, manifest: &Path) -> bool {
        let ours = self.checkout.root().map(|own| own.join(checkout::PATCH).join("Cargo.toml"));
        manifest.starts_with(self.checkout.stand_ins()) || Some(manifest) == ours.as_deref()
    }

    /// The tokio that kettle replaces, such as `tokio 1.28.0`.
    pub fn tokio(&self) -> String {
        // The version that we made up would only confuse the user.
        format!("tokio {}", self.tokio.replace(NEWEST, "1"))
    }

    /// The file of configuration with the patch.
    fn config(&self) -> PathBuf {
        let place = self.checkout.place();
        self.shadow.as_ref().map_or(place, |shadow| shadow.folder.clone()).join("patch.toml")
    }

    /// Writes the lock file, which has as much of the project's own as stays valid, and the patch.
    fn resolve(&mut self) -> Result<(), String> {
        if self.shadow.is_none() {
            return self.patch(None);
        }
        let theirs = fs::read_to_string(self.root.join("Cargo.lock")).unwrap_or_default();
        let version = match &lock::tokio_versions(&theirs)[..] {
            [] => NEWEST.to_owned(),
            [version] => version.clone(),
            several => return Err(too_many(several)),
        };
        let ours = self.checkout.lock(&self.root, &version)?;
        self.write_lock(&lock::without_tokio(&theirs, &ours)?)?;
        self.patch(Some(Patch { source: CRATES_IO.to_owned(), version }))
    }

    /// Writes the shadow's lock file. If the last one was written with the same text, it stays,
    /// because Cargo has completed it since.
    fn write_lock(&self, text: &str) -> Result<(), String> {
        let Some(shadow) = &self.shadow else { return Ok(()) };
        let completed = shadow.in_shadow(&self.root).join("Cargo.lock");
        let as_written = shadow.folder.join("made-of.lock");
        if completed.is_file() && fs::read_to_string(&as_written).is_ok_and(|it| it == text) {
            return Ok(());
        }
        files::put(&completed, text)?;
        files::put(&as_written, text)
    }

    /// Writes the patch for this tokio. If Cargo would still build a real tokio, it writes one
    /// patch more, for that one. An error says why kettle can't take tokio's place.
    fn patch(&mut self, mut patch: Option<Patch>) -> Result<(), String> {
        let mut is_corrected = false;
        loop {
            self.configure(patch.as_ref())?;
            let packages = self.packages()?;
            let is_tokio = |it: &&Package| *it.name == "tokio" && it.version.major == 1;
            let tokio = match &packages.iter().filter(is_tokio).collect::<Vec<_>>()[..] {
                [] => return Err(NO_TOKIO.to_owned()),
                [tokio] => *tokio,
                several => {
                    let versions = several.iter().map(|it| it.version.to_string());
                    return Err(too_many(&versions.collect::<Vec<_>>()));
                }
            };
            let version = tokio.version.to_string();
            if self.is_kettle(tokio.manifest_path.as_std_path()) {
                self.tokio = version;
                return Ok(());
            }
            let Some(source) = &tokio.source else { return Err(self.in_a_folder(tokio)) };
            if is_corrected {
                return Err(unpatched(tokio, &source.repr));
            }
            patch = Some(Patch { source: source_of(&source.repr), version });
            is_corrected = true;
        }
    }

    /// Writes the file of configuration.
    fn configure(&self, patch: Option<&Patch>) -> Result<(), String> {
        let mut lines = recorder_optimised();
        if let Some(Patch { source, version }) = patch {
            let folder = self.checkout.stand_in(version)?.display().to_string();
            let (source, folder) = (Value::from(&**source), Value::from(folder));
            lines.push(format!("[patch.{source}]\ntokio.path = {folder}"));
        }
        files::put(&self.config(), lines.join("\n") + "\n")
    }

    /// The packages of which Cargo would build the project on this machine.
    fn packages(&self) -> Result<Vec<Package>, String> {
        let mut ask = self.command(&["metadata", "--format-version", "1"]);
        ask.args(&self.features);
        ask.args(host().iter().flat_map(|host| ["--filter-platform", host]));
        let waiting = ProgressBar::new_spinner().with_message("Cargo looks for its packages");
        waiting.enable_steady_tick(Duration::from_millis(120));
        // Its standard error isn't shown: Cargo warns there of a patch that isn't used yet.
        let output = ask.output().map_err(|error| error.to_string())?;
        waiting.finish_and_clear();
        if !output.status.success() {
            let words = String::from_utf8_lossy(&output.stderr);
            return Err(format!("Cargo can't tell of which packages it would be built\n{words}"));
        }
        let text = String::from_utf8_lossy(&output.stdout);
        let metadata = MetadataCommand::parse(text.trim()).map_err(|error| error.to_string())?;
        Ok(metadata.packages)
    }

    /// The error for a tokio that is a folder.
    fn in_a_folder(&self, tokio: &Package) -> String {
        let folder = tokio.manifest_path.parent().map_or(Path::new(""), |it| it.as_std_path());
        format!(
            "its tokio is the folder {}, and Cargo patches no folder: take tokio from crates.io or git",
            self.original(folder).display()
        )
    }
}

const NO_TOKIO: &str = "neither the project nor a package below it uses tokio 1, so nothing would run on kettle \
    in its place. (A program that names kettle itself is recorded by `KETTLE_TRACE=run.html cargo run`)";

/// The error for a project with several tokios.
fn too_many(versions: &[String]) -> String {
    let versions = versions.join(" and ");
    format!(
        "it uses tokio {versions}, and kettle takes the place of one: does `cargo update` help?"
    )
}

/// The target that Cargo builds for, such as `x86_64-unknown-linux-gnu`.
fn host() -> Option<String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("-vV").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.lines().find_map(|line| line.strip_prefix("host: ")).map(str::to_owned)
}

/// A package's source, as Cargo's metadata names it, in the form that a patch needs.
fn source_of(source: &str) -> String {
    if source.contains("github.com/rust-lang/crates.io-index") || source.contains("index.crates.io")
    {
        return CRATES_IO.to_owned();
    }
    let url = source.strip_prefix("git+").or_else(|| source.strip_prefix("registry+"));
    let url = url.unwrap_or(source);
    url.split(['?', '#']).next().unwrap_or(url).to_owned()
}

/// The error for a tokio that no patch replaces.
fn unpatched(tokio: &Package, source: &str) -> String {
    format!(
        "Cargo takes the real tokio {} ({source}), and leaves kettle's package unused. What does a \
         `[patch]` or `[replace]` in the project say of tokio?",
        tokio.version
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_named_as_a_patch_names_it() {
        for (source, in_patch) in [
            ("registry+https://github.com/rust-lang/crates.io-index", "crates-io"),
            ("sparse+https://index.crates.io/", "crates-io"),
            (
                "git+https://github.com/tokio-rs/tokio?branch=master#0a1b",
                "https://github.com/tokio-rs/tokio",
            ),
            ("git+file:///srv/tokio.git#0a1b", "file:///srv/tokio.git"),
            ("registry+https://tea.example/index", "https://tea.example/index"),
            ("sparse+https://tea.example/index/", "sparse+https://tea.example/index/"),
        ] {
            assert_eq!(source_of(source), in_patch);
        }
    }
}
