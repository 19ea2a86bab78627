//! Can each package be published, and what then remains to be typed?
//!
//! Cargo packs them, and every package is unpacked beside the others ([`place`]). All further
//! checks see nothing but these files: all build, with kettle's doctests and documentation, a small
//! project that depends on kettle, and one for tokio under `cargo kettle`. (`cargo package` itself
//! would build the dependencies once for each.) Nothing is uploaded: what does it is printed.
//!
//! Interface: [`release`].

use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use cargo_metadata::Package;
use kettle_kit::cargo::{check, command, finish, metadata, succeed, tally};
use kettle_kit::report::{Outcome, Report, Trouble, none_of};
use kettle_kit::tally::Tally;
use kettle_kit::{files, process, tree};
use toml::Value;

use crate::{cargo, proof};

/// What the documentation shows, as in `[package.metadata.docs.rs]`.
const WHOLE: &str = "full,rt-multi-thread,stacks,test-util";
/// A server and its visitors, and what it says at the end.
const SERVER: (&str, &str) = ("examples/book_fifty_tabs.rs", "50 answers, all of them right\n");
/// Somebody's test.
const TEST: &str = "#[tokio::test]\nasync fn tea() { tokio::spawn(async {}).await.unwrap() }\n";

pub(crate) fn release() -> ExitCode {
    let mut report = Report::new(false);
    let mut packages = Vec::new();
    report.check("the packages have one version, and the changelog an entry for it", || {
        packages = metadata()?.packages;
        packages.retain(|it| it.publish.as_ref().is_none_or(|to| !to.is_empty()));
        let version = &packages[0].version;
        let is_in_step = packages.iter().all(|it| it.version == *version);
        if is_in_step && tree::read("CHANGELOG.md")?.contains(&format!("\n## {version}")) {
            return Ok(Tally::success());
        }
        Err(format!("not all are {version}, or CHANGELOG.md has no `## {version}`").into())
    });
    let packed = report.check("each package is packed, with its licences", || {
        let names = packages.iter().flat_map(|it| ["-p", it.name.as_str()]);
        succeed(&["package", "--no-verify"].into_iter().chain(names).collect::<Vec<_>>())?;
        none_of(&packages.iter().map(unpack).collect::<Result<Vec<_>, _>>()?.concat())
    });
    if packed {
        let mut cargo = |name, args: &[&str]| {
            let mut command = inside(name, &packages, args);
            if args[0] == "doc" && proof::has("nightly", &[]) {
                command.env("RUSTUP_TOOLCHAIN", "nightly").env("RUSTDOCFLAGS", "--cfg docsrs");
            }
            check(&mut report, &format!("{name} as packed: cargo {}", args[0]), command);
        };
        cargo("cargo-kettle", &["build"]);
        cargo("kettle", &["test", "--doc", "--features", WHOLE]);
        cargo("kettle", &["doc", "--no-deps", "--all-features"]); // as docs.rs, if nightly is there
        projects(&mut report, &packages);
    }
    report.check("what was in the last version is still there", unbroken);
    let names: Vec<&str> = packages.iter().map(|it| it.name.as_str()).collect();
    let names = names.join(" -p ");
    println!("\nIf nothing has failed, to be typed:\n    cargo publish -p {names}");
    report.close()
}

/// Where the packages lie as they are in the registry, and what is built of them.
fn place() -> PathBuf {
    tree::root().join("target/packed")
}

fn folder(package: &Package) -> PathBuf {
    place().join(format!("{}-{}", package.name, package.version))
}

/// Unpacks it; what is missing in it.
fn unpack(package: &Package) -> Result<Vec<String>, Trouble> {
    let file = format!("target/package/{}-{}.crate", package.name, package.version);
    fs::create_dir_all(place())?;
    let _ = fs::remove_dir_all(folder(package)); // with files that it has no more
    let mut tar = Command::new("tar");
    tar.arg("-xzf").arg(tree::root().join(file)).arg("-C").arg(place());
    process::run(&mut tar)?.expect_success()?;
    let licences = ["LICENSE-MIT", "LICENSE-APACHE"].into_iter();
    let missing = licences.filter(|name| !folder(package).join(name).is_file());
    Ok(missing.map(|name| format!("{} has no {name}", package.name)).collect())
}

/// Settings of Cargo's that put the unpacked packages in the registry's place.
fn patches<'a>(packages: impl Iterator<Item = &'a Package>) -> String {
    let path = |it| Value::from(folder(it).display().to_string());
    let lines = packages.map(|it| format!("{}.path = {}\n", it.name, path(it)));
    format!("[patch.crates-io]\n{}", lines.collect::<String>())
}

/// Cargo in a package as it was packed.
fn inside(name: &str, packages: &[Package], args: &[&str]) -> Command {
    let config = place().join(format!("without-{name}.toml"));
    let _ = files::put(&config, patches(packages.iter().filter(|it| it.name != name)));
    let mut command = command(&["--config"]);
    command.arg(config).args(args).env("CARGO_TARGET_DIR", place().join("target"));
    let it = packages.iter().find(|it| it.name == name).map(folder);
    command.current_dir(it.unwrap_or_default());
    command
}

/// Somebody's projects, in a folder that has nothing to do with this tree.
fn projects(report: &mut Report, packages: &[Package]) {
    let Ok(home) = tempfile::tempdir() else { return };
    let project = |name: &str, needs: &str, file: &str, text: &str| -> Result<PathBuf, String> {
        let (folder, version) = (home.path().join(name), &packages[0].version);
        let manifest = format!("[package]\nname = \"{name}\"\nversion = \"{version}\"\n");
        let needs = format!("edition = \"2024\"\n[dependencies]\n{needs}\n");
        files::put(&folder.join("Cargo.toml"), manifest + &needs)?;
        files::put(&folder.join(".cargo/config.toml"), patches(packages.iter()))?;
        files::put(&folder.join(file), text)?;
        Ok(folder)
    };
    report.check("a server that depends on kettle, and its replay", || {
        let needs = format!("kettle = \"{}\"", packages[0].version);
        let folder = project("server", &needs, "src/main.rs", &tree::read(SERVER.0)?)?;
        let mut run = command(&["run"]);
        let said = finish(run.current_dir(&folder).env("KETTLE_TRACE", "run.html"), "server")?;
        let page = files::read(&folder.join("run.html"))?;
        if said.stdout.ends_with(SERVER.1) && page.starts_with("<!doctype html>") {
            return Ok(Tally::success());
        }
        Err(format!("it said {:?}, and its page has {} bytes", said.stdout, page.len()).into())
    });
    report.check("`cargo kettle test` on a project for tokio, without a checkout", || {
        let needs = "tokio = { version = \"1\", features = [\"full\"] }";
        let folder = project("tea", needs, "src/lib.rs", TEST)?;
        let program = place().join("target/debug/cargo-kettle");
        let mut test = Command::new(program.with_extension(std::env::consts::EXE_EXTENSION));
        test.args(["kettle", "test", "--seeds", "100"]).current_dir(folder);
        finish(&mut test, "kettle-test").map(|_| Tally::success())
    });
}

/// Does the API still have what the last version promised?
fn unbroken() -> Outcome {
    let mut git = Command::new("git");
    git.args(["describe", "--tags", "--abbrev=0", "--match", "v*"]).current_dir(tree::root());
    let tag = process::run(&mut git)?;
    if !tag.success() || !cargo::has("semver-checks") {
        return Err(Trouble::Skipped("no tag `v…` yet, or no cargo-semver-checks".to_owned()));
    }
    let args = ["semver-checks", "-p", "kettle", "--baseline-rev", tag.stdout.trim()];
    tally(&mut command(&args), "semver")
}
