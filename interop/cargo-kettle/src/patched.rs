//! How is Cargo made to take kettle for a project's tokio?
//!
//! By a file of configuration (`--config`) that patches the source that its tokio 1 is from:
//! crates.io, a git repository, another registry. Cargo takes a patch that fits nothing for fine
//! and builds the real tokio. So it is asked for the packages that it would build, and if a real
//! tokio is among them, that one is patched in its source and version. If it stays nevertheless, or
//! there are several, the project is refused.
//!
//! A project within kettle's checkout names kettle by itself, and is built where it is.
//!
//! Interface: [`Patched`], a project that is ready to be built.

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

/// What a lock file that names no tokio is given: above all that a package may ask for.
const NEWEST: &str = "1.99.0";
const CRATES_IO: &str = "crates-io";

/// The tokio to be patched: its source, as a patch names it, and its version.
type Patch = (String, String);

pub struct Patched {
    pub(crate) checkout: Checkout,
    /// None: it is within the checkout.
    shadow: Option<Shadow>,
    /// The root of its workspace, and the manifest that is meant.
    root: PathBuf,
    manifest: PathBuf,
    features: Vec<String>,
    /// The version of the tokio whose place kettle takes.
    tokio: String,
}

impl Patched {
    /// The project in this folder.
    pub fn at(folder: &Path) -> Result<Patched, String> {
        let manifest_path = Some(folder.to_path_buf());
        Patched::with(&Options { manifest_path, ..Options::default() })
    }

    /// The project that these options mean.
    pub fn with(options: &Options) -> Result<Patched, String> {
        Patched::of(&options.project()?, &options.features())
    }

    /// With these of Cargo's words on features: a tokio may be behind one.
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
        // In `target` are copies of other people's packages.
        let within = checkout.root().and_then(|own| root.strip_prefix(own).ok());
        let is_ours = within.is_some_and(|path| !path.starts_with("target"));
        let shadow = if is_ours { None } else { Some(Shadow::of(&root, &checkout.place())?) };
        let seen = |path: &Path| shadow.as_ref().map_or(path.to_path_buf(), |it| it.seen(path));
        let manifest = seen(&project.manifest);
        let (tokio, features) = (String::new(), features.to_vec());
        let mut patched = Patched { checkout, shadow, root, manifest, features, tokio };
        patched.resolve()?;
        Ok(patched)
    }

    /// A command of Cargo's, as if it were typed in the project: what is in its `.cargo` holds.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = cargo::command(args);
        command.arg("--manifest-path").arg(&self.manifest).arg("--config").arg(self.config());
        command.current_dir(&self.root).stdin(Stdio::null());
        if let Some(shadow) = &self.shadow {
            // A folder of the project's own: two copies of one project have packages and programs
            // of the same names, and Cargo would take what the other one has built for this one's.
            for variable in ["CARGO_TARGET_DIR", "CARGO_BUILD_BUILD_DIR"] {
                command.env(variable, shadow.folder.join(".target"));
            }
        } else {
            command.arg("--locked");
        }
        command
    }

    /// Where what its programs print or record is, of each kind.
    pub(crate) fn told(&self, kind: &str) -> PathBuf {
        let made = self.shadow.as_ref().map_or(&self.root, |shadow| &shadow.folder);
        self.checkout.place().join(kind).join(made.file_name().unwrap_or_default())
    }

    /// Nothing more is built: other commands may have the shadow.
    pub(crate) fn release(&self) {
        self.shadow.iter().for_each(Shadow::release);
    }

    /// Where the project has what is in its shadow.
    pub(crate) fn original(&self, path: &Path) -> PathBuf {
        self.shadow.as_ref().map_or(path.to_path_buf(), |shadow| shadow.original(path))
    }

    /// Is this the manifest of a package in tokio's place?
    pub(crate) fn is_kettle(&self, manifest: &Path) -> bool {
        let ours = self.checkout.root().map(|own| own.join(checkout::PATCH).join("Cargo.toml"));
        manifest.starts_with(self.checkout.stand_ins()) || Some(manifest) == ours.as_deref()
    }

    /// Whose place kettle takes, in words.
    pub fn tokio(&self) -> String {
        // Our own number for the newest says nothing to a reader.
        format!("tokio {}", self.tokio.replace(NEWEST, "1"))
    }

    fn config(&self) -> PathBuf {
        let place = self.checkout.place();
        self.shadow.as_ref().map_or(place, |shadow| shadow.folder.clone()).join("patch.toml")
    }

    /// Makes the lock file: as much of the project's own as goes with kettle in tokio's place.
    fn resolve(&mut self) -> Result<(), String> {
        if self.shadow.is_none() {
            return self.patch(None);
        }
        let theirs = fs::read_to_string(self.root.join("Cargo.lock")).unwrap_or_default();
        let version = match &lock::tokios(&theirs)[..] {
            [] => NEWEST.to_owned(),
            [version] => version.clone(),
            several => return Err(too_many(several)),
        };
        let ours = self.checkout.lock(&self.root, &version)?;
        self.lock(&lock::without_tokio(&theirs, &ours)?)?;
        self.patch(Some((CRATES_IO.to_owned(), version)))
    }

    /// Writes the shadow's lock file, unless it was made of the same before: Cargo has completed it
    /// since.
    fn lock(&self, lock: &str) -> Result<(), String> {
        let Some(shadow) = &self.shadow else { return Ok(()) };
        let (made, made_of) =
            (shadow.seen(&self.root).join("Cargo.lock"), shadow.folder.join("made-of.lock"));
        if made.is_file() && fs::read_to_string(&made_of).is_ok_and(|before| before == lock) {
            return Ok(());
        }
        files::put(&made, lock)?;
        files::put(&made_of, lock)
    }

    /// Patches this tokio or, if Cargo would build another one, that; or says why kettle is not in
    /// its place.
    fn patch(&mut self, mut patch: Option<Patch>) -> Result<(), String> {
        let mut is_corrected = false;
        loop {
            self.configure(patch.as_ref())?;
            let packages = self.packages()?;
            let is_tokio = |it: &&Package| *it.name == "tokio" && it.version.major == 1;
            let tokio = match &packages.iter().filter(is_tokio).collect::<Vec<_>>()[..] {
                [] => return Err(NONE.to_owned()),
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
            (patch, is_corrected) = (Some((source_of(&source.repr), version)), true);
        }
    }

    fn configure(&self, patch: Option<&Patch>) -> Result<(), String> {
        let mut lines = recorder_optimised();
        if let Some((source, version)) = patch {
            let folder = self.checkout.stand_in(version)?.display().to_string();
            let (source, folder) = (Value::from(&**source), Value::from(folder));
            lines.push(format!("[patch.{source}]\ntokio.path = {folder}"));
        }
        files::put(&self.config(), lines.join("\n") + "\n")
    }

    /// The packages that it would be built of here.
    fn packages(&self) -> Result<Vec<Package>, String> {
        let mut ask = self.command(&["metadata", "--format-version", "1"]);
        ask.args(&self.features);
        ask.args(host().iter().flat_map(|host| ["--filter-platform", host]));
        let waiting = ProgressBar::new_spinner().with_message("Cargo looks for its packages");
        waiting.enable_steady_tick(Duration::from_millis(120));
        // A patch that is not used yet is no news.
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

    fn in_a_folder(&self, tokio: &Package) -> String {
        let folder = tokio.manifest_path.parent().map_or(Path::new(""), |it| it.as_std_path());
        format!(
            "its tokio is the folder {}, and Cargo patches no folder: take tokio from crates.io or git",
            self.original(folder).display()
        )
    }
}

const NONE: &str = "neither the project nor a package below it uses tokio 1, so nothing would run on kettle \
    in its place. (A program that names kettle itself is recorded by `KETTLE_TRACE=run.html cargo run`)";

fn too_many(versions: &[String]) -> String {
    let versions = versions.join(" and ");
    format!(
        "it uses tokio {versions}, and kettle takes the place of one: does `cargo update` help?"
    )
}

/// What is built for.
fn host() -> Option<String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("-vV").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.lines().find_map(|line| line.strip_prefix("host: ")).map(str::to_owned)
}

/// A package's source as a patch names it.
fn source_of(source: &str) -> String {
    if source.contains("github.com/rust-lang/crates.io-index") || source.contains("index.crates.io")
    {
        return CRATES_IO.to_owned();
    }
    let url = source.strip_prefix("git+").or_else(|| source.strip_prefix("registry+"));
    let url = url.unwrap_or(source);
    url.split(['?', '#']).next().unwrap_or(url).to_owned()
}

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
        for (source, told) in [
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
            assert_eq!(source_of(source), told);
        }
    }
}
