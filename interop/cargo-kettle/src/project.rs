//! Which project is meant, and which of its programs?
//!
//! The one in this folder, or in the next above it that has a `Cargo.toml`, as Cargo does it; or what
//! `--manifest-path` and `--package` say. Everything that has to be asked is asked here, with the names
//! there are, before anything is built.
//!
//! Interface: [`Choice`], what was said; [`Project::open`], [`Project::one`], [`Project::tests`].

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::{Metadata, MetadataCommand, Package, TargetKind};

/// Which project, and how it is built.
#[derive(clap::Args, Clone, Default)]
pub struct Choice {
    /// The project's folder or its Cargo.toml; else it is looked for here, and above
    #[arg(long, value_name = "PATH")]
    pub manifest_path: Option<PathBuf>,
    /// The package, if it is a workspace of several
    #[arg(short, long, value_name = "NAME")]
    pub package: Option<String>,
    /// Features to build it with
    #[arg(short = 'F', long)]
    pub features: Option<String>,
    /// Builds it with all its features
    #[arg(long)]
    pub all_features: bool,
    /// Builds it without its default features
    #[arg(long)]
    pub no_default_features: bool,
}

impl Choice {
    /// What Cargo is told of the features.
    pub(crate) fn features(&self) -> Vec<&str> {
        let mut told = Vec::new();
        told.extend(self.features.iter().flat_map(|names| ["--features", names]));
        told.extend(self.all_features.then_some("--all-features"));
        told.extend(self.no_default_features.then_some("--no-default-features"));
        told
    }

    /// As it was said.
    pub(crate) fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        if let Some(path) = &self.manifest_path {
            words.extend(["--manifest-path".to_owned(), path.display().to_string()]);
        }
        words.extend(self.package.iter().flat_map(|name| [PACKAGE.to_owned(), name.clone()]));
        words.extend(self.features().into_iter().map(str::to_owned));
        words
    }
}

/// Which program of it.
#[derive(clap::Args, Clone, Default)]
#[group(multiple = false)]
pub struct Which {
    /// The program
    #[arg(long, value_name = "NAME")]
    pub bin: Option<String>,
    /// The example
    #[arg(long, value_name = "NAME")]
    pub example: Option<String>,
    /// The file of tests in `tests/`
    #[arg(long, value_name = "NAME")]
    pub test: Option<String>,
    /// The tests within the library
    #[arg(long)]
    pub lib: bool,
}

/// A project, before anything is built.
pub(crate) struct Project {
    pub(crate) metadata: Metadata,
    /// Those that are meant.
    pub(crate) packages: Vec<Package>,
}

/// One program of a project.
pub(crate) struct Target {
    pub(crate) name: String,
    /// What Cargo is told so that it builds this one alone.
    pub(crate) args: Vec<String>,
    pub(crate) is_test: bool,
}

impl Project {
    pub(crate) fn open(choice: &Choice) -> Result<Project, String> {
        let manifest = manifest(choice.manifest_path.as_deref())?;
        let metadata = MetadataCommand::new().manifest_path(&manifest).no_deps().exec();
        let metadata = metadata.map_err(|error| error.to_string())?;
        let all: Vec<Package> = metadata.workspace_packages().into_iter().cloned().collect();
        let packages = match &choice.package {
            Some(name) => all.iter().filter(|package| *package.name == *name).cloned().collect(),
            None => meant(&metadata, &manifest, &all),
        };
        if packages.is_empty() {
            let asked = choice.package.as_deref().unwrap_or("no name");
            let names = listed(all.iter().map(|package| package.name.as_str()));
            return Err(format!("no package is called {asked:?}; there are: {names}"));
        }
        Ok(Project { metadata, packages })
    }

    /// The one program that is meant.
    pub(crate) fn one(&self, which: &Which) -> Result<Target, String> {
        let (kind, option, name) = match which {
            Which { example: Some(name), .. } => (TargetKind::Example, "--example", Some(name)),
            Which { test: Some(name), .. } => (TargetKind::Test, "--test", Some(name)),
            Which { bin, lib: false, .. } => (TargetKind::Bin, "--bin", bin.as_ref()),
            Which { lib: true, .. } => return self.library(),
        };
        let all = self.targets(&kind);
        let default = || self.packages.iter().find_map(|package| package.default_run.as_ref());
        let fit = |wanted: &String| all.iter().filter(|it| it.1 == wanted).collect::<Vec<_>>();
        let found = match name.or_else(default) {
            Some(wanted) => fit(wanted),
            None => all.iter().collect(),
        };
        match (&found[..], name) {
            ([(package, name)], _) => Ok(Target {
                name: (*name).to_owned(),
                args: [PACKAGE, package, option, name].map(str::to_owned).to_vec(),
                is_test: kind == TargetKind::Test,
            }),
            ([], Some(name)) => {
                let names = listed(all.iter().map(|it| it.1));
                Err(format!("there is no `{option} {name}`; there are: {names}"))
            }
            ([], None) => Err(format!("it has no program: {}", self.others())),
            (several, _) => {
                let shown =
                    several.iter().map(|(of, name)| format!("`--package {of} {option} {name}`"));
                let words = if self.packages.len() > 1 {
                    listed(shown)
                } else {
                    listed(several.iter().map(|(_, name)| format!("`{option} {name}`")))
                };
                Err(format!("which program? Say one of {words}"))
            }
        }
    }

    /// What Cargo is told so that it builds the tests that are meant: of these files, the library's own, or
    /// all.
    pub(crate) fn tests(&self, named: &[String], library: bool) -> Result<Vec<String>, String> {
        let all = self.targets(&TargetKind::Test);
        if let Some(name) = named.iter().find(|name| all.iter().all(|it| it.1 != name.as_str())) {
            let names = listed(all.iter().map(|it| it.1));
            return Err(format!("there is no `--test {name}`; there are: {names}"));
        }
        let packages = self.packages.iter().flat_map(|package| [PACKAGE, &package.name]);
        let mut words: Vec<&str> = packages.collect();
        words.extend(named.iter().flat_map(|name| ["--test", name]));
        words.extend(library.then_some("--lib"));
        words.extend((named.is_empty() && !library).then_some("--tests"));
        Ok(words.into_iter().map(str::to_owned).collect())
    }

    fn library(&self) -> Result<Target, String> {
        let has_library = |package: &&Package| package.targets.iter().any(is_library);
        let with: Vec<&Package> = self.packages.iter().filter(has_library).collect();
        match with[..] {
            [package] => Ok(Target {
                name: package.name.to_string(),
                args: [PACKAGE, &package.name, "--lib"].map(str::to_owned).to_vec(),
                is_test: true,
            }),
            [] => Err("it has no library".to_owned()),
            _ => {
                let names =
                    listed(with.iter().map(|package| format!("`--package {}`", package.name)));
                Err(format!("which library? Say one of {names}"))
            }
        }
    }

    /// Of this kind, each with its package.
    fn targets(&self, kind: &TargetKind) -> Vec<(&str, &str)> {
        let of = |package: &'_ Package| -> Vec<usize> {
            (0..package.targets.len())
                .filter(|&at| package.targets[at].kind.contains(kind))
                .collect()
        };
        let each = self.packages.iter().flat_map(|package| {
            of(package)
                .into_iter()
                .map(|at| (package.name.as_str(), package.targets[at].name.as_str()))
        });
        each.collect()
    }

    /// What there is in place of a program.
    fn others(&self) -> String {
        let kinds = [(TargetKind::Example, "--example"), (TargetKind::Test, "--test")];
        let all = kinds.iter().flat_map(|(kind, option)| {
            self.targets(kind).into_iter().map(move |(_, name)| format!("`{option} {name}`"))
        });
        let library = self.packages.iter().any(|package| package.targets.iter().any(is_library));
        let all: Vec<String> =
            all.chain(library.then(|| "`--lib`, its own tests".to_owned())).collect();
        format!(
            "there are {}",
            if all.is_empty() { "neither examples nor tests".to_owned() } else { listed(all) }
        )
    }
}

const PACKAGE: &str = "--package";

fn is_library(target: &cargo_metadata::Target) -> bool {
    target.is_lib() || target.is_proc_macro()
}

/// The manifest, as an absolute path.
fn manifest(said: Option<&Path>) -> Result<PathBuf, String> {
    let here = env::current_dir().map_err(|error| error.to_string())?;
    let found = match said {
        Some(path) if path.is_dir() => Some(path.join("Cargo.toml")),
        Some(path) => Some(path.to_path_buf()).filter(|path| path.ends_with("Cargo.toml")),
        None => here.ancestors().map(|it| it.join("Cargo.toml")).find(|path| path.is_file()),
    };
    // Its folder's plain path. The manifest itself may be a link to a file elsewhere.
    let plain = |path: PathBuf| -> Option<PathBuf> {
        let path = here.join(path);
        let folder = fs::canonicalize(path.parent()?).ok()?;
        Some(folder.join("Cargo.toml")).filter(|path| path.is_file())
    };
    let found = found.and_then(plain);
    found.ok_or_else(|| match said {
        Some(path) => format!("{} is not a package: it has no Cargo.toml", path.display()),
        None => format!("neither {} nor a folder above has a Cargo.toml", here.display()),
    })
}

/// The packages that a manifest means: its own, or the workspace's default ones.
fn meant(metadata: &Metadata, manifest: &Path, all: &[Package]) -> Vec<Package> {
    let own = |package: &&Package| package.manifest_path.as_std_path() == manifest;
    match all.iter().find(own) {
        Some(package) => vec![package.clone()],
        None => metadata.workspace_default_packages().into_iter().cloned().collect(),
    }
}

fn listed(names: impl IntoIterator<Item = impl Into<String>>) -> String {
    let names: Vec<String> = names.into_iter().map(Into::into).collect();
    names.join(", ")
}
