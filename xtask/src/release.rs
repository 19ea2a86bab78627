//! Is every package ready to be published, and which command publishes them?
//!
//! [`release`] packs each package as `cargo publish` would upload it, and unpacks it into
//! [`packed_folder`]. The next checks see only these files: `cargo-kettle` is built, kettle's
//! doctests run, and its documentation is made. Then come two projects such as a user might have:
//! one depends on kettle, and one is written for tokio and runs under `cargo kettle`.
//!
//! Invariant: nothing is uploaded. At the end comes the command that does it, to be typed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use cargo_metadata::Package;
use kettle_kit::cargo::{command, finish, metadata, succeed, tally};
use kettle_kit::report::{Outcome, Report, Trouble, none_of, passes_if};
use kettle_kit::tally::Tally;
use kettle_kit::{files, process, tree};
use toml::Value;

use crate::{cargo, proof};

/// The features that the documentation shows, as in `[package.metadata.docs.rs]`.
const DOCUMENTED_FEATURES: &str = "full,rt-multi-thread,stacks,test-util";
/// A server and its visitors in one program, and the last line that it prints.
const SERVER: &str = "examples/book_fifty_tabs.rs";
const SERVER_PRINTS: &str = "50 answers, all of them right\n";
/// A test in a project that knows only tokio.
const TOKIO_TEST: &str =
    "#[tokio::test]\nasync fn tea() { tokio::spawn(async {}).await.unwrap() }\n";

pub(crate) fn release() -> ExitCode {
    let mut report = Report::new(false);
    let mut packages = Vec::new();
    report.check("the packages have one version, and the changelog an entry for it", || {
        packages = metadata()?.packages;
        packages.retain(|it| it.publish.as_ref().is_none_or(|registries| !registries.is_empty()));
        check_version(&packages)
    });
    if report.check("each package is packed, with its licences", || pack(&packages)) {
        check_packed(&mut report, &packages);
        report.check("a server that depends on kettle, and its replay", || {
            check_server_project(&packages)
        });
        report.check("`cargo kettle test` on a project for tokio, without a checkout", || {
            check_tokio_project(&packages)
        });
    }
    report.check("nothing is missing that the last version had", check_last_api);
    let names = packages.iter().flat_map(|it| [" -p ", it.name.as_str()]).collect::<String>();
    println!("\nIf nothing has failed, to be typed:\n    cargo publish{names}");
    report.close()
}

fn check_version(packages: &[Package]) -> Outcome {
    let version = &packages[0].version;
    let has_entry = tree::read("CHANGELOG.md")?.contains(&format!("\n## {version}"));
    let is_good = has_entry && packages.iter().all(|package| package.version == *version);
    passes_if(is_good, format!("not all are {version}, or CHANGELOG.md has no `## {version}`"))
}

/// Packs all packages, unpacks them, and checks that each has its licences.
fn pack(packages: &[Package]) -> Outcome {
    let names = packages.iter().flat_map(|package| ["-p", package.name.as_str()]);
    succeed(&["package", "--no-verify"].into_iter().chain(names).collect::<Vec<_>>())?;
    let mut faults = Vec::new();
    for package in packages {
        unpack(package)?;
        for licence in ["LICENSE-MIT", "LICENSE-APACHE"] {
            if !unpacked(package).join(licence).is_file() {
                faults.push(format!("{} has no {licence}", package.name));
            }
        }
    }
    none_of(&faults)
}

fn unpack(package: &Package) -> Result<(), Trouble> {
    let file = format!("target/package/{}-{}.crate", package.name, package.version);
    fs::create_dir_all(packed_folder())?;
    // An earlier unpacking may have left files that the package no longer has.
    let _ = fs::remove_dir_all(unpacked(package));
    let mut tar = Command::new("tar");
    tar.arg("-xzf").arg(tree::root().join(file)).arg("-C").arg(packed_folder());
    process::run(&mut tar)?.expect_success()?;
    Ok(())
}

/// The folder of the unpacked packages, and of what is built from them.
fn packed_folder() -> PathBuf {
    tree::root().join("target/packed")
}

/// Where a package is unpacked.
fn unpacked(package: &Package) -> PathBuf {
    packed_folder().join(format!("{}-{}", package.name, package.version))
}

/// Builds, tests and documents packages from their unpacked files.
fn check_packed(report: &mut Report, packages: &[Package]) {
    for (name, args) in [
        ("cargo-kettle", &["build"][..]),
        ("kettle", &["test", "--doc", "--features", DOCUMENTED_FEATURES]),
        ("kettle", &["doc", "--no-deps", "--all-features"]),
    ] {
        let shown = format!("cargo {}", args.join(" "));
        report.long_check(&format!("{name} as packed: {}", args[0]), &shown, || {
            tally(&mut cargo_in_unpacked(name, packages, args)?, name)
        });
    }
}

/// Cargo in the folder of an unpacked package. Documentation is made as docs.rs makes it, if the
/// nightly toolchain is installed.
fn cargo_in_unpacked(name: &str, packages: &[Package], args: &[&str]) -> Result<Command, String> {
    let package = packages.iter().find(|package| *package.name == *name);
    let package = package.ok_or_else(|| format!("{name} isn't published"))?;
    // No package can be patched by itself.
    let others = packages.iter().filter(|other| *other.name != *name);
    let config = packed_folder().join(format!("without-{name}.toml"));
    files::put(&config, patch_section(others))?;
    let mut command = command(&["--config"]);
    command.arg(config).args(args).env("CARGO_TARGET_DIR", packed_folder().join("target"));
    command.current_dir(unpacked(package));
    if args[0] == "doc" && proof::has("nightly", &[]) {
        command.env("RUSTUP_TOOLCHAIN", "nightly").env("RUSTDOCFLAGS", "--cfg docsrs");
    }
    Ok(command)
}

/// Settings of Cargo's that put the unpacked packages in the registry's place.
fn patch_section<'a>(packages: impl Iterator<Item = &'a Package>) -> String {
    let path = |package| Value::from(unpacked(package).display().to_string());
    let lines = packages.map(|package| format!("{}.path = {}\n", package.name, path(package)));
    format!("[patch.crates-io]\n{}", lines.collect::<String>())
}

/// Checks that a server that depends on kettle runs and writes its replay.
fn check_server_project(packages: &[Package]) -> Outcome {
    let folder = tempfile::tempdir()?;
    let dependency = format!("kettle = \"{}\"", packages[0].version);
    write_project(folder.path(), packages, &dependency)?;
    files::copy(&tree::root().join(SERVER), &folder.path().join("src/main.rs"))?;
    let mut run = command(&["run"]);
    let server = finish(run.current_dir(&folder).env("KETTLE_TRACE", "run.html"), "server")?;
    let page = files::read(&folder.path().join("run.html"))?;
    let (printed, size) = (server.stdout, page.len());
    let is_good = printed.ends_with(SERVER_PRINTS) && page.starts_with("<!doctype html>");
    passes_if(is_good, format!("it printed {printed:?}, and its page has {size} bytes"))
}

/// Checks that the unpacked `cargo kettle` runs the test of a project for tokio.
fn check_tokio_project(packages: &[Package]) -> Outcome {
    let folder = tempfile::tempdir()?;
    let dependency = "tokio = { version = \"1\", features = [\"full\"] }";
    write_project(folder.path(), packages, dependency)?;
    files::put(&folder.path().join("src/lib.rs"), TOKIO_TEST)?;
    let program = packed_folder().join("target/debug/cargo-kettle");
    let mut test = Command::new(program.with_extension(std::env::consts::EXE_EXTENSION));
    test.args(["kettle", "test", "--seeds", "100"]).current_dir(&folder);
    finish(&mut test, "kettle-test").map(|_| Tally::success())
}

/// Compares the API with that of the last version's tag. There is none before the first release.
fn check_last_api() -> Outcome {
    let mut git = Command::new("git");
    git.args(["describe", "--tags", "--abbrev=0", "--match", "v*"]).current_dir(tree::root());
    let tag = process::run(&mut git)?;
    if !tag.success() {
        return Ok(Tally::success());
    }
    let mut checks = Command::new(cargo::installed("cargo-semver-checks")?);
    checks.args(["semver-checks", "-p", "kettle", "--baseline-rev", tag.stdout.trim()]);
    tally(checks.current_dir(tree::root()), "semver")
}

/// A project with one dependency, in a folder outside this repository. Its source is still missing.
fn write_project(folder: &Path, packages: &[Package], dependency: &str) -> Result<(), String> {
    let package = "[package]\nname = \"user\"\nversion = \"0.1.0\"\nedition = \"2024\"";
    let manifest = format!("{package}\n[dependencies]\n{dependency}\n");
    files::put(&folder.join("Cargo.toml"), manifest)?;
    files::put(&folder.join(".cargo/config.toml"), patch_section(packages.iter()))
}
