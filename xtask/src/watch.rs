//! How is a program that was written for tokio watched, without a change to it?
//!
//! `cargo xtask watch PATH` builds the package at PATH with a patch that puts kettle in tokio's place
//! (`interop/tokio`), runs it with a recording, and opens the replay when it has ended. Ctrl-C ends the
//! program and not us.
//!
//! Nothing is written into the package. The patch is a file of configuration that Cargo is handed
//! (`--config`), and it builds into `target/watch`. Only `Cargo.lock` has to name the other tokio
//! while Cargo builds: it is put back as it was.
//!
//! If the program needs a path that kettle lacks, one sentence names it, before the compiler's own words.
//! (Of a method the compiler may say its type without a path: then there are only its words.)

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use cargo_metadata::diagnostic::DiagnosticLevel;
use cargo_metadata::{Message, MetadataCommand};
use kettle_kit::record::{new_page, tell};
use kettle_kit::report::Trouble;
use kettle_kit::{process, tree};

/// The package named tokio whose body is kettle; the root of a workspace, too.
pub(crate) const PATCH: &str = "interop/tokio";

/// What was asked for.
#[derive(clap::Args)]
#[command(
    after_help = "The program runs on one thread. What the replay shows, and what the doctor \
    says, is in docs/any-tokio-program.md."
)]
pub(crate) struct Wish {
    /// The package's folder, or its Cargo.toml
    path: PathBuf,
    /// Which of its programs
    #[arg(long)]
    bin: Option<String>,
    /// Which of its examples
    #[arg(long, conflicts_with = "bin")]
    example: Option<String>,
    /// Features to build it with
    #[arg(long)]
    features: Option<String>,
    /// Ends it after so many seconds
    #[arg(long)]
    seconds: Option<u64>,
    /// Only makes the page
    #[arg(long)]
    no_open: bool,
    /// The program's own arguments
    #[arg(last = true)]
    args: Vec<String>,
}

pub(crate) fn watch(wish: &Wish) -> ExitCode {
    tell(make(wish), !wish.no_open)
}

/// Builds the program and runs it; where its replay is.
fn make(wish: &Wish) -> Result<PathBuf, Trouble> {
    let manifest = manifest(&wish.path)?;
    let place = tree::target()?.join("watch");
    fs::create_dir_all(&place)?;
    let place = fs::canonicalize(place)?;
    let program = build(wish, &manifest, &place)?;
    let name = program.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let page = new_page(&name, &place)?;
    eprintln!("recording into {}; Ctrl-C ends the program", page.display());
    let mut command = Command::new(&program);
    command.args(&wish.args).env("KETTLE_TRACE", &page);
    let package = manifest.parent().unwrap_or(Path::new("."));
    // As `cargo run` sets it: the trace looks for the program's source there. (Ours is xtask's.)
    command.current_dir(package).env("CARGO_MANIFEST_DIR", package);
    let status = run(&mut command, wish.seconds.map(Duration::from_secs))?;
    if !status.is_some_and(|status| status.success()) {
        eprintln!("{name} was ended, or failed; the replay shows what came before");
    }
    if page.exists() { Ok(page) } else { Err("it has built no runtime: nothing to see".into()) }
}

/// The package's manifest, as an absolute path.
fn manifest(path: &Path) -> Result<PathBuf, String> {
    let manifest = if path.is_dir() { path.join("Cargo.toml") } else { path.to_path_buf() };
    let found = fs::canonicalize(&manifest).ok().filter(|path| path.ends_with("Cargo.toml"));
    found.ok_or_else(|| format!("{} is not a package: it has no Cargo.toml", path.display()))
}

/// The package's lock file as it was, to be put back.
pub(crate) struct Lock {
    path: PathBuf,
    before: Option<Vec<u8>>,
}

impl Lock {
    pub(crate) fn of(workspace: &Path) -> Lock {
        let path = workspace.join("Cargo.lock");
        Lock { before: fs::read(&path).ok(), path }
    }

    fn now(&self) -> String {
        fs::read_to_string(&self.path).unwrap_or_default()
    }

    /// A lock file that names another tokio would be obeyed, and the patch left unused. What is below
    /// that tokio may have to be newer, too; and if that is not enough, everything.
    pub(crate) fn name_kettle(&self, cargo: impl Fn(&[&str]) -> Command) -> Result<(), String> {
        let updates =
            locked_tokios(&self.now()).into_iter().map(|name| vec!["--recursive".into(), name]);
        for which in updates.chain([Vec::new()]) {
            if !self.is_patched() {
                let _ = cargo(&["update", "--quiet"]).args(which).status();
            }
        }
        if self.is_patched() {
            return Ok(());
        }
        let words =
            "no tokio 1 here can be replaced: does the package use one, or ask for an exact one?";
        Err(words.into())
    }

    /// Does it name kettle's package?
    fn is_patched(&self) -> bool {
        self.now().contains("name = \"tokio\"\nversion = \"1.99.0\"\n")
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let restored = match &self.before {
            Some(text) => fs::write(&self.path, text),
            None => fs::remove_file(&self.path),
        };
        if let Err(error) = restored
            && error.kind() != io::ErrorKind::NotFound
        {
            eprintln!("error: {} could not be put back: {error}", self.path.display());
        }
    }
}

/// Builds with kettle in tokio's place; which program came of it.
fn build(wish: &Wish, manifest: &Path, place: &Path) -> Result<PathBuf, Trouble> {
    let mut metadata = MetadataCommand::new();
    let metadata = metadata.manifest_path(manifest).no_deps().exec();
    let metadata = metadata.map_err(|error| error.to_string())?;
    let config = place.join("patch.toml");
    fs::write(&config, configuration())?;
    let cargo = |args: &[&str]| {
        let mut command = kettle_kit::cargo::command(args);
        command.arg("--config").arg(&config).arg("--manifest-path").arg(manifest);
        command.current_dir(manifest.parent().unwrap_or(Path::new(".")));
        command.env("CARGO_TARGET_DIR", place).stdin(Stdio::null());
        command
    };

    let lock = Lock::of(metadata.workspace_root.as_std_path());
    lock.name_kettle(cargo)?;
    let mut command = cargo(&["build", "--message-format=json"]);
    command.args(wish.bin.iter().flat_map(|name| ["--bin", name]));
    command.args(wish.example.iter().flat_map(|name| ["--example", name]));
    command.args(wish.features.iter().flat_map(|names| ["--features", names]));
    let output = command.stderr(Stdio::inherit()).output()?;
    drop(lock);

    let messages: Vec<Message> =
        Message::parse_stream(&output.stdout[..]).collect::<Result<_, _>>()?;
    if !output.status.success() {
        return Err(hindrance(&messages).into());
    }
    one_of(programs(&messages))
}

/// What hinders the build: all of the compiler's own words, and before them one sentence if it has looked
/// into `tokio` for a name and found none.
fn hindrance(messages: &[Message]) -> String {
    let (mut lacking, mut words) = (BTreeSet::new(), String::new());
    for message in messages {
        let Message::CompilerMessage(of) = message else { continue };
        let error = &of.message;
        if error.level == DiagnosticLevel::Error {
            words += error.rendered.as_deref().unwrap_or_default();
            let code = error.code.as_ref().map_or("", |code| code.code.as_str());
            // An error in our own package is ours.
            if is_missing(code, &error.message) && !of.target.src_path.starts_with(tree::root()) {
                lacking.insert(error.message.as_str());
            }
        }
    }
    if lacking.is_empty() {
        return format!("the program does not compile\n{words}");
    }
    let lacking = Vec::from_iter(lacking).join("; ");
    format!("the program needs what kettle lacks: {lacking}\n{words}")
}

/// Does an error say that a name is not there in `tokio`? Any other error that names `tokio` may be the
/// program's own mistake: a private item, a trait's bound, a package that is not among its dependencies.
fn is_missing(code: &str, message: &str) -> bool {
    let codes = ["E0412", "E0425", "E0432", "E0433", "E0599"];
    let mut places = ["`tokio::", "in `tokio`", "in crate `tokio`"].into_iter();
    // E0599 is also said of a method that is there, for other types.
    codes.contains(&code)
        && places.any(|place| message.contains(place))
        && !message.contains("trait bounds")
}

/// What Cargo is told: kettle in tokio's place, and a recorder that is quick.
pub(crate) fn configuration() -> String {
    let path = tree::root().join(PATCH).display().to_string();
    let path = path.replace('\\', "\\\\").replace('"', "\\\"");
    let optimised = recorder_optimised().join("\n");
    format!("{optimised}\n[patch.crates-io]\ntokio = {{ path = \"{path}\" }}\n")
}

/// Unoptimised, recording an event takes many times as long. The program itself stays as it is.
pub(crate) fn recorder_optimised() -> Vec<String> {
    let ours = ["kettle-trace", "kettle-events", "kettle-runtime", "kettle-read-buf"];
    let packages = ours.into_iter().chain(["base64", "miniz_oxide"]);
    packages.map(|name| format!("profile.dev.package.{name}.opt-level = 3")).collect()
}

/// Each tokio 1 of a lock file, as `cargo update` takes it.
fn locked_tokios(lock: &str) -> Vec<String> {
    let versions = lock.split("name = \"tokio\"\nversion = \"").skip(1);
    let versions = versions.filter_map(|rest| rest.split('"').next());
    versions.filter(|version| version.starts_with("1.")).map(|v| format!("tokio@{v}")).collect()
}

/// The programs that were built. A package's own come last, and a library's are none.
fn programs(messages: &[Message]) -> Vec<PathBuf> {
    let program = |message: &Message| match message {
        Message::CompilerArtifact(artifact) if !artifact.profile.test => {
            artifact.executable.as_ref().map(|path| path.clone().into_std_path_buf())
        }
        _ => None,
    };
    messages.iter().filter_map(program).collect()
}

fn one_of(mut programs: Vec<PathBuf>) -> Result<PathBuf, Trouble> {
    match (programs.pop(), programs.is_empty()) {
        (Some(program), true) => Ok(program),
        (None, _) => Err("the package has no program: name an `--example`".into()),
        (Some(last), false) => {
            programs.push(last);
            let names = programs.iter().filter_map(|path| path.file_stem());
            let names: Vec<_> = names.map(|name| name.to_string_lossy().into_owned()).collect();
            Err(format!("which one? `--bin NAME`; there are: {}", names.join(", ")).into())
        }
    }
}

/// Runs it to its end, or for `limit`. `None`: it was ended by us.
fn run(command: &mut Command, limit: Option<Duration>) -> io::Result<Option<ExitStatus>> {
    // The terminal sends Ctrl-C to the program, too: it is the one to end.
    #[cfg(unix)]
    let _ignored = ignore_interrupts();
    let begun = Instant::now();
    process::wait_while(&mut process::start(command)?, || {
        Ok(limit.is_none_or(|limit| begun.elapsed() < limit))
    })
}

/// From now on an interrupt only sets a flag that is not read.
#[cfg(unix)]
fn ignore_interrupts() -> io::Result<signal_hook::SigId> {
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    signal_hook::flag::register(signal_hook::consts::SIGINT, Arc::<AtomicBool>::default())
}

/// For the checks: the page of a package's program, made without being opened.
pub(crate) fn page(path: &Path) -> Result<PathBuf, Trouble> {
    let (bin, example, features, seconds) = (None, None, None, Some(60));
    let path = path.to_path_buf();
    make(&Wish { path, bin, example, features, seconds, no_open: true, args: Vec::new() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cargo_is_told_is_a_configuration() {
        let told: toml::Table = configuration().parse().unwrap();
        let tokio = &told["patch"]["crates-io"]["tokio"]["path"];
        assert_eq!(tokio.as_str(), tree::root().join(PATCH).to_str());
        let recorder = &told["profile"]["dev"]["package"]["kettle-trace"];
        assert_eq!(recorder["opt-level"].as_integer(), Some(3));
    }

    #[test]
    fn a_name_that_is_not_there_is_told_from_the_programs_mistakes() {
        for (code, message) in [
            ("E0432", "unresolved import `tokio::tea`"),
            ("E0433", "cannot find `tea` in `tokio`"),
            ("E0425", "cannot find function `brew` in module `tokio::time`"),
            ("E0412", "cannot find type `Tea` in crate `tokio`"),
            ("E0599", "no method named `pour` found for struct `tokio::net::TcpStream`"),
        ] {
            assert!(is_missing(code, message), "{message}");
        }
        for (code, message) in [
            ("E0603", "struct `tokio::task::Tea` is private"),
            ("E0277", "the trait bound `Tea: tokio::io::AsyncRead` is not satisfied"),
            ("E0308", "expected `tokio::time::Instant`, found `std::time::Instant`"),
            ("E0432", "unresolved import `tokio_tea::Pot`"),
            ("E0433", "cannot find module or crate `tokio` in this scope"),
            ("E0599", "`tokio::task::JoinSet<Tea>`: its trait bounds were not satisfied"),
            ("", "`tokio::time::brew` has no code"),
        ] {
            assert!(!is_missing(code, message), "{message}");
        }
    }

    #[test]
    fn a_locked_tokio_is_found() {
        let package = |name: &str, version: &str| {
            format!("[[package]]\nname = \"{name}\"\nversion = \"{version}\"\nsource = \"r\"\n\n")
        };
        let lock = [("tokio", "0.2.25"), ("tokio", "1.40.0"), ("tokio-util", "1.0.0")];
        let lock: String = lock.iter().map(|(name, version)| package(name, version)).collect();
        assert_eq!(locked_tokios(&lock), ["tokio@1.40.0"]);
    }
}
