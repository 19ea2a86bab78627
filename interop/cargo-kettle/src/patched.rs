//! How is Cargo made to take kettle for each tokio of a project?
//!
//! By a file of configuration (`--config`) that patches each source that has a tokio 1: crates.io, a git
//! repository, another registry. Cargo takes a patch that fits nothing for fine and builds the real
//! tokio. So it is asked for the packages that it would build, and as long as a real tokio is among them,
//! that one's source and version is patched, too ([`Patched::of`]). One in a folder can't be.
//!
//! Interface: [`Patched`], a project that is ready to be built.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use cargo_metadata::{Metadata, MetadataCommand, Package};
use indicatif::ProgressBar;
use kettle_kit::{cargo, files};
use toml::{Table, Value};

use crate::checkout::{self, Checkout, recorder_optimised};
use crate::lock::{softened, tokios};
use crate::project::{Choice, Project};
use crate::shadow::Shadow;

/// What a lock file that names no tokio is given: above all that a package may ask for.
const NEWEST: &str = "1.99.0";
const CRATES_IO: &str = "crates-io";

pub struct Patched {
    pub(crate) checkout: Checkout,
    shadow: Shadow,
    project: PathBuf,
    manifest: PathBuf,
    config: PathBuf,
    /// The versions that it would have of tokio.
    pub(crate) tokios: Vec<String>,
    /// Older ones, which stay what they are.
    pub(crate) older: Vec<String>,
}

impl Patched {
    /// The project in this folder.
    pub fn at(folder: &Path) -> Result<Patched, String> {
        let choice = Choice { manifest_path: Some(folder.to_path_buf()), ..Choice::default() };
        Patched::of(&Project::open(&choice)?)
    }

    pub(crate) fn of(project: &Project) -> Result<Patched, String> {
        let checkout = checkout::checkout()?;
        let root = project.metadata.workspace_root.as_std_path();
        if root == checkout.root() {
            return Err(
                "this is kettle's own tree: `cargo xtask replay NAME` shows its examples, and \
                        `KETTLE_SEEDS=1000 cargo test NAME` runs its tests under many schedules"
                    .to_owned(),
            );
        }
        let shadow = Shadow::of(&project.metadata, &checkout.place())?;
        let manifest = shadow.seen(&root.join("Cargo.toml"));
        let config = shadow.folder.join("patch.toml");
        let (tokios, older) = (Vec::new(), Vec::new());
        let project = root.to_path_buf();
        let mut patched = Patched { checkout, shadow, project, manifest, config, tokios, older };
        patched.resolve()?;
        Ok(patched)
    }

    /// A command of Cargo's, as if it were typed in the project.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = cargo::command(args);
        command.arg("--config").arg(&self.config).arg("--manifest-path").arg(&self.manifest);
        // What is in its `.cargo` holds.
        command.current_dir(&self.project).stdin(Stdio::null());
        // A folder of the project's own: two copies of one project have packages and programs of the same
        // names, and Cargo would take what the other one has built for this one's.
        for variable in ["CARGO_TARGET_DIR", "CARGO_BUILD_BUILD_DIR"] {
            command.env(variable, self.shadow.folder.join(".target"));
        }
        command
    }

    /// Where what its programs tell is, of each kind.
    pub(crate) fn told(&self, kind: &str) -> PathBuf {
        let name = self.shadow.folder.file_name().unwrap_or_default();
        self.checkout.place().join(kind).join(name)
    }

    /// Is this the manifest of this checkout's kettle? (The project may name it by its path.)
    pub(crate) fn is_kettle(&self, manifest: &Path) -> bool {
        self.original(manifest) == self.checkout.root().join("Cargo.toml")
    }

    /// Nothing more is built: other commands may have the shadow.
    pub(crate) fn release(&self) {
        self.shadow.release();
    }

    /// Where the project has what is in its shadow.
    pub(crate) fn original(&self, path: &Path) -> PathBuf {
        self.shadow.original(path)
    }

    /// Whose place kettle takes, in words.
    pub fn tokios(&self) -> String {
        // Our own number for the newest says nothing to a reader.
        let shown = |version: &String| version.replace(NEWEST, "1");
        let all =
            |versions: &[String]| versions.iter().map(shown).collect::<Vec<_>>().join(" and ");
        let taken = match &self.tokios[..] {
            [] => "no tokio".to_owned(),
            versions => format!("tokio {}", all(versions)),
        };
        match &self.older[..] {
            [] => taken,
            older => {
                format!("{taken} (tokio {} stays what it is: nothing of it is seen)", all(older))
            }
        }
    }

    /// Makes the lock file. If kettle does not go with what the project's own lock file says beside tokio,
    /// the newest versions are taken.
    fn resolve(&mut self) -> Result<(), String> {
        let theirs = fs::read_to_string(self.project.join("Cargo.lock")).unwrap_or_default();
        if let Some(words) = self.try_with(&theirs)? {
            eprintln!("{words}\nso not the versions of its Cargo.lock are tried, but the newest");
            if let Some(words) = self.try_with("")? {
                return Err(words);
            }
        }
        Ok(())
    }

    /// Patches what is not kettle until there is no such tokio; or says which one stays.
    fn try_with(&mut self, theirs: &str) -> Result<Option<String>, String> {
        self.lock(theirs)?;
        let mut versions = tokios(theirs);
        if versions.is_empty() {
            versions.push(NEWEST.to_owned());
        }
        let of_crates_io = |version| (CRATES_IO.to_owned(), version);
        let mut patches: BTreeSet<_> = versions.into_iter().map(of_crates_io).collect();
        let mut tried = BTreeSet::new();
        loop {
            tried.extend(patches.iter().cloned());
            self.configure(&patches)?;
            let metadata = self.metadata()?;
            let of_tokio = |package: &&Package| *package.name == "tokio";
            let (all, older): (Vec<_>, Vec<_>) =
                metadata.packages.iter().filter(of_tokio).partition(|it| it.version.major == 1);
            let stand_ins = self.checkout.stand_ins();
            let (kettle, real): (Vec<_>, Vec<_>) =
                all.iter().partition(|it| it.manifest_path.starts_with(&stand_ins));
            if real.is_empty() {
                let is_kettle = |it: &Package| {
                    *it.name == "kettle" && self.is_kettle(it.manifest_path.as_std_path())
                };
                if kettle.is_empty() && !metadata.packages.iter().any(is_kettle) {
                    return Err(nothing_of_tokio(&older));
                }
                let version = |package: &&Package| package.version.to_string();
                self.tokios = kettle.into_iter().map(version).collect();
                self.older = older.iter().map(version).collect();
                return Ok(None);
            }
            let used = |patch: &(String, String)| {
                kettle.iter().any(|it| it.version.to_string() == patch.1)
            };
            patches.retain(used);
            for tokio in real {
                let Some(source) = &tokio.source else { return Err(self.in_a_folder(tokio)) };
                let patch = (source_of(&source.repr), tokio.version.to_string());
                if tried.contains(&patch) {
                    return Ok(Some(unpatched(&metadata, tokio)));
                }
                patches.insert(patch);
            }
        }
    }

    /// Writes the shadow's lock file, unless it was made of the same before: Cargo has completed it since.
    fn lock(&self, theirs: &str) -> Result<(), String> {
        let made = softened(theirs, &self.checkout.lock()?, &self.checkout.asked()?)?;
        let made_before = self.shadow.folder.join("made.lock");
        let lock = self.manifest.with_file_name("Cargo.lock");
        if lock.is_file() && fs::read_to_string(&made_before).is_ok_and(|before| before == made) {
            return Ok(());
        }
        files::put(&lock, &made)?;
        files::put(&made_before, made)
    }

    fn in_a_folder(&self, tokio: &Package) -> String {
        let folder =
            tokio.manifest_path.parent().map_or("".as_ref(), |folder| folder.as_std_path());
        format!(
            "its tokio is the folder {}, and Cargo patches no folder: take tokio from crates.io or git",
            self.original(folder).display()
        )
    }

    fn configure(&self, patches: &BTreeSet<(String, String)>) -> Result<(), String> {
        let mut sources = Table::new();
        for (source, version) in patches {
            let folder = self.checkout.stand_in(version)?.display().to_string();
            let patch = [("path", folder), ("package", "tokio".to_owned())];
            let patch: Table =
                patch.map(|(key, text)| (key.to_owned(), text.into())).into_iter().collect();
            let Value::Table(patches) =
                sources.entry(source).or_insert_with(|| Table::new().into())
            else {
                continue;
            };
            // The first takes the place of a patch that the project has for tokio.
            let key = match patches.len() {
                0 => "tokio".to_owned(),
                others => format!("tokio-{others}"),
            };
            patches.insert(key, patch.into());
        }
        let config = Table::from_iter([("patch".to_owned(), Value::Table(sources))]);
        let config = toml::to_string(&config).map_err(|error| error.to_string())?;
        files::put(&self.config, format!("{}\n\n{config}", recorder_optimised().join("\n")))
    }

    /// The packages that it would be built of here.
    fn metadata(&self) -> Result<Metadata, String> {
        let mut ask = self.command(&["metadata", "--format-version", "1"]);
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
        MetadataCommand::parse(text.trim()).map_err(|error| error.to_string())
    }
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

fn nothing_of_tokio(older: &[&Package]) -> String {
    match older.first() {
        Some(tokio) => format!(
            "it runs on tokio {}, and kettle can take the place of tokio 1 only",
            tokio.version
        ),
        None => "neither it nor any package below it uses tokio: nothing of it would run on kettle"
            .into(),
    }
}

fn unpatched(metadata: &Metadata, tokio: &Package) -> String {
    let ids = metadata.resolve.iter().flat_map(|it| &it.nodes);
    let above = ids.filter(|node| node.dependencies.contains(&tokio.id)).map(|node| &node.id);
    let names: Vec<String> = above
        .map(|id| metadata[id].name.to_string() + " " + &metadata[id].version.to_string())
        .collect();
    format!(
        "Cargo takes the real tokio {} ({}) for {}, and leaves kettle's package unused. What does a \
         `[patch]` or `[replace]` in the project say of tokio?",
        tokio.version,
        tokio.source.as_ref().map_or("a folder", |source| source.repr.as_str()),
        names.join(", ")
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
