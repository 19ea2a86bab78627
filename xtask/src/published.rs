//! Do other people's tests, which were written for tokio, pass on kettle?
//!
//! Some published packages contain their own tests. Cargo fetches the packages in [`PACKAGES`];
//! each is copied, and its tests are run twice: with tokio, and with kettle in tokio's place
//! (`cargo_kettle::patched`). Every test has to pass on both, unless [`RECORD`] lists it as an
//! [`Exception`]. An exception has to fail where the record says so. Doc tests aren't run.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_kettle::patched::Patched;
use cargo_metadata::MetadataCommand;
use kettle_kit::report::{Outcome, Report, Trouble, none_of};
use kettle_kit::tally::Tally;
use kettle_kit::{cargo, files, process, tree};
use toml::{Table, Value};

/// The packages, and which of their features the tests ask for.
const PACKAGES: &[(&str, &str)] = &[
    ("tokio", "full,test-util"),
    ("tower", "full"),
    ("tokio-util", "full"),
    ("tokio-stream", "full"),
    ("hyper-util", "full"),
    ("mini-redis", ""),
];
/// This paper has a row for each package: its version, and how many of how many tests pass.
const MAP: &str = "docs/tokio-map.md";
/// This paper has a section for each package with exceptions: the tests, with the reasons.
const RECORD: &str = "docs/records/published-tests.md";

/// A package, as the two papers describe it.
struct Package {
    name: &'static str,
    features: &'static str,
    version: String,
    /// How many tests pass on both.
    passes: usize,
    /// How many tests there are, exceptions included.
    tests: usize,
    /// By the tests' names, as in [`Results`].
    exceptions: BTreeMap<String, Exception>,
}

/// Why a test doesn't pass on both.
#[derive(Clone, Copy, PartialEq)]
enum Exception {
    FailsOnKettle,
    FailsOnBoth,
    /// It isn't run, because it never ends on kettle, or how it ends depends on the machine.
    NotRun,
}
use Exception::{FailsOnBoth, FailsOnKettle, NotRun};

/// Replacements in tokio's tests: a file, the old text and the new. kettle lacks these items, or
/// they have other auto traits; the last one isn't a public item of tokio's.
const REPLACEMENTS: &[(&str, &str, &str)] = &[
    (
        "fs_file.rs",
        "unsafe { File::from_raw_fd(raw_fd) }",
        "File::from(unsafe { std::fs::File::from_raw_fd(raw_fd) })",
    ),
    ("async_send_sync.rs", "assert_value!(tokio::sync::OwnedMapped", "// ("),
    ("async_send_sync.rs", "assert_value!(tokio::sync::OwnedRwLockMapped", "// ("),
    ("async_send_sync.rs", "assert_value!(tokio::sync::RwLock<YN>", "// ("),
    ("async_send_sync.rs", "assert_value!(tokio::sync::RwLockMappedWriteGuard<'_, YN>", "// ("),
    ("async_send_sync.rs", "async_assert_fn!(AsyncFd<ImplsFd<YN>>::readable_mut", "// ("),
    ("async_send_sync.rs", "async_assert_fn!(AsyncFd<ImplsFd<YN>>::writable_mut", "// ("),
    ("async_send_sync.rs", "async_assert_fn!(tokio::fs::ReadDir::next_entry", "// ("),
    ("async_send_sync.rs", "tokio::macros::support::poll_fn", "std::future::poll_fn"),
];

/// Whether each test of a package passes, by the names of its program and itself: `program::test`.
type Results = BTreeMap<String, bool>;

pub(crate) fn published(report: &mut Report) {
    let fetched = report.make("other people's packages are here", || fetch(packages()?));
    for (package, source) in fetched.iter().flatten() {
        let name = format!("the tests of {} {}", package.name, package.version);
        report.long_check(&name, "on tokio, and on kettle", || {
            let folder = package.copy(source)?;
            let on_tokio = package.run(&folder, "tokio", |args| cargo_in(&folder, args))?;
            let patched = Patched::at(&folder)?;
            let on_kettle = package.run(&folder, "kettle", |args| patched.command(args))?;
            package.check(&on_tokio, &on_kettle)
        });
    }
}

/// A path below `target/published`.
fn in_target(within: &str) -> PathBuf {
    tree::root().join("target/published").join(within)
}

/// Reads what the papers say of each package.
fn packages() -> Result<Vec<Package>, String> {
    let (map, record) = (tree::read(MAP)?, tree::read(RECORD)?);
    let mut packages = Vec::new();
    for &(name, features) in PACKAGES {
        // A row such as `| tower | 0.5.2 | 120 of 124 |`.
        let begin = format!("| {name} ");
        let numbers = |row: &str| {
            let mut cells = row.strip_prefix(&begin)?.split('|').map(str::trim);
            let (version, (passes, tests)) = (cells.next()?, cells.next()?.split_once(" of ")?);
            Some((version.to_owned(), passes.parse().ok()?, tests.parse().ok()?))
        };
        let numbers = map.lines().find_map(numbers);
        let (version, passes, tests) =
            numbers.ok_or_else(|| format!("{MAP} doesn't say how many tests of {name} pass"))?;
        let heading = format!("{name}\n");
        let section = record.split("\n## ").find_map(|section| section.strip_prefix(&heading));
        let rows = section.unwrap_or_default().lines();
        let exceptions = rows.filter_map(exception).collect::<Result<_, _>>()?;
        packages.push(Package { name, features, version, passes, tests, exceptions });
    }
    Ok(packages)
}

/// Each package with the folder where Cargo keeps its source. Cargo fetches the packages, because a
/// package that we write depends on all of them.
fn fetch(packages: Vec<Package>) -> Result<Vec<(Package, PathBuf)>, Trouble> {
    let folder = in_target("all");
    let wanted = packages.iter().map(|it| format!("{} = \"={}\"\n", it.name, it.version));
    let manifest = "[workspace]\n[package]\nname = \"all\"\n[dependencies]\n".to_owned();
    files::put(&folder.join("Cargo.toml"), (manifest + &wanted.collect::<String>()).as_bytes())?;
    files::put(&folder.join("src/lib.rs"), b"")?;
    files::copy(&tree::root().join("Cargo.lock"), &folder.join("Cargo.lock"))?;
    let metadata = MetadataCommand::new().current_dir(&folder).exec();
    let found = metadata.map_err(|error| error.to_string())?.packages;
    let with_source = |package: Package| {
        let is_package = |it: &&cargo_metadata::Package| {
            it.name == package.name && it.version.to_string() == package.version
        };
        let manifest = found.iter().find(is_package).map(|it| it.manifest_path.with_file_name(""));
        let source = manifest.ok_or_else(|| format!("Cargo has not fetched {}", package.name))?;
        Ok((package, source.into()))
    };
    packages.into_iter().map(with_source).collect()
}

/// Cargo in a package's folder, with tokio.
fn cargo_in(folder: &Path, args: &[&str]) -> Command {
    let mut command = cargo::command(args);
    command.current_dir(folder).env("CARGO_TARGET_DIR", in_target("target"));
    command
}

impl Package {
    /// Copies the package, with our lock file, so that most dependencies have the versions of ours.
    fn copy(&self, source: &Path) -> Result<PathBuf, Trouble> {
        let folder = in_target(self.name);
        let _ = fs::remove_dir_all(&folder); // an earlier version may have other files
        files::copy_all(source, &folder)?;
        let mut manifest = files::read(&source.join("Cargo.toml"))?;
        if self.name == "tokio" {
            manifest = above_tokio(&manifest)?;
            files::put(&folder.join("src/lib.rs"), b"")?;
            for (file, from, to) in REPLACEMENTS {
                let path = folder.join("tests").join(file);
                let text = files::read(&path)?;
                if !text.contains(from) {
                    return Err(format!("{file} no longer has `{from}`").into());
                }
                files::put(&path, text.replace(from, to).as_bytes())?;
            }
        }
        // Otherwise Cargo would take it for a member of our workspace.
        manifest += "\n[workspace]\n";
        files::put(&folder.join("Cargo.toml"), manifest.as_bytes())?;
        files::copy(&tree::root().join("Cargo.lock"), &folder.join("Cargo.lock"))?;
        Ok(folder)
    }

    /// Builds its tests and runs each of their programs. `cargo` makes the command that builds them
    /// for this runtime.
    fn run(
        &self,
        folder: &Path,
        runtime: &str,
        cargo: impl Fn(&[&str]) -> Command,
    ) -> Result<Results, Trouble> {
        let args = ["test", "--no-run", "--tests", "--message-format=json", "--features"];
        let finished =
            cargo::finish(&mut cargo(&[&args, &[self.features][..]].concat()), self.name)?;
        let mut results = Results::new();
        for built in cargo::artifacts(&finished) {
            let Some(program) = built.executable.filter(|_| built.profile.test) else { continue };
            let mut tests = Command::new(program);
            tests.current_dir(folder).env("CARGO_MANIFEST_DIR", folder).env_remove("KETTLE_TRACE");
            let begin = format!("{}::", built.target.name);
            tests.arg("--exact"); // for `--skip`
            for (test, exception) in &self.exceptions {
                if *exception == NotRun
                    && let Some(test) = test.strip_prefix(&begin)
                {
                    tests.args(["--skip", test]);
                }
            }
            // A failure is in the results, and a test that ends the whole program is missing there.
            let finished = process::run(&mut tests)?;
            let log = in_target(&format!("{}-{}-{runtime}.log", self.name, built.target.name));
            files::put(&log, finished.transcript.as_bytes())?;
            let of_program = finished.stdout.lines().filter_map(result);
            results.extend(of_program.map(|(test, passes)| (begin.clone() + test, passes)));
        }
        Ok(results)
    }

    /// Does every test pass or fail as the papers say?
    fn check(&self, on_tokio: &Results, on_kettle: &Results) -> Outcome {
        let mut faults = Vec::new();
        let not_run = self.exceptions.values().filter(|it| **it == NotRun).count();
        let (ran, listed) = (on_tokio.len(), self.tests - not_run);
        if ran != listed {
            faults.push(format!("{ran} tests ran, and {listed} are in the table"));
        }
        for (test, exception) in &self.exceptions {
            if *exception != NotRun && !on_tokio.contains_key(test) {
                faults.push(format!("{test} is in the table, and isn't a test"));
            }
        }
        for test in on_tokio.keys() {
            let exception = self.exceptions.get(test);
            for (runtime, results, should_pass) in [
                ("tokio", on_tokio, exception != Some(&FailsOnBoth)),
                ("kettle", on_kettle, exception.is_none()),
            ] {
                let passes = results.get(test) == Some(&true);
                if passes != should_pass {
                    let does = if passes { "passes" } else { "fails" };
                    faults.push(format!("on {runtime}, {test} {does}"));
                }
            }
        }
        none_of(&faults)?;
        Ok(Tally { passed: self.passes, ignored: 0 })
    }
}

/// The manifest of a package `tokio-tests`, which depends on tokio. Since Cargo can't replace the
/// very package that it tests, tokio's tests are moved to this one.
fn above_tokio(manifest: &str) -> Result<String, Trouble> {
    let mut whole: Table =
        manifest.parse().map_err(|error| format!("tokio's manifest: {error}"))?;
    let features = whole["features"].as_table().cloned().unwrap_or_default();
    for (name, parts) in whole["features"].as_table_mut().into_iter().flatten() {
        // The tests ask for features by name, so these stay, and each also turns on tokio's. Parts
        // that belong to other packages are left to tokio.
        let own = parts.as_array().into_iter().flatten().filter_map(Value::as_str);
        let own = own.filter(|part| features.contains_key(*part)).map(str::to_owned);
        *parts = Value::from(own.chain([format!("tokio/{name}")]).collect::<Vec<_>>());
    }
    let package = &mut whole["package"];
    let version = package["version"].as_str().unwrap_or_default().to_owned();
    package["name"] = Value::from("tokio-tests");
    package["autotests"] = Value::from(true);
    let tested = format!("={version}");
    let dependencies =
        [("tokio", &*tested), ("bytes", "1"), ("libc", "0.2"), ("pin-project-lite", "0.2")];
    let dependencies: Table =
        dependencies.into_iter().map(|(name, version)| (name.into(), version.into())).collect();
    whole.insert("dependencies".to_owned(), Value::from(dependencies));
    for (_, system) in whole["target"].as_table_mut().into_iter().flatten() {
        system.as_table_mut().map(|system| system.remove("dependencies"));
    }
    whole.retain(|part, _| !["lib", "test", "bench", "lints"].contains(&part));
    toml::to_string(&whole).map_err(|error| error.to_string().into())
}

/// Reads a row of the record: a test, and where it passes.
fn exception(row: &str) -> Option<Result<(String, Exception), String>> {
    let mut columns = row.strip_prefix("| `")?.split('|').map(str::trim);
    let test = columns.next()?.trim_end_matches('`').to_owned();
    Some(match columns.next() {
        Some("tokio") => Ok((test, FailsOnKettle)),
        Some("neither") => Ok((test, FailsOnBoth)),
        Some("not run") => Ok((test, NotRun)),
        _ => Err(format!("where does {test} pass? {row}")),
    })
}

/// Reads `test a::b ... ok`: the test, and whether it passed. An ignored test has no result.
fn result(line: &str) -> Option<(&str, bool)> {
    let (test, end) = line.strip_prefix("test ")?.rsplit_once(" ... ")?;
    let test = test.trim_end_matches(" - should panic");
    match end {
        "ok" => Some((test, true)),
        "FAILED" => Some((test, false)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_test_that_does_not_pass_is_in_the_record() {
        for Package { name, passes, tests, exceptions, .. } in packages().unwrap() {
            assert_eq!(passes + exceptions.len(), tests, "{name}");
        }
    }

    #[test]
    fn what_the_table_does_not_say_is_a_fault() {
        let exceptions = [("kettle", FailsOnKettle), ("both", FailsOnBoth), ("net", NotRun)];
        let exceptions = exceptions.map(|(test, it)| (format!("p::{test}"), it)).into();
        let (name, features, version) = ("p", "", "1.0.0".to_owned());
        let package = Package { name, features, version, passes: 1, tests: 4, exceptions };
        let results = |all: &[(&str, bool)]| -> Results {
            all.iter().map(|(name, passes)| (format!("p::{name}"), *passes)).collect()
        };
        let tokio = results(&[("a", true), ("kettle", true), ("both", false)]);
        let checked = |kettle: &[(&str, bool)]| package.check(&tokio, &results(kettle));
        let good = checked(&[("a", true), ("kettle", false), ("both", false)]);
        assert_eq!(good.unwrap(), Tally::success());
        let words = |kettle: &[(&str, bool)]| checked(kettle).unwrap_err().to_string();
        assert_eq!(words(&[("kettle", false)]), "on kettle, p::a fails");
        assert_eq!(words(&[("a", true), ("kettle", true)]), "on kettle, p::kettle passes");
        let only_a = results(&[("a", true)]);
        let faults = package.check(&only_a, &only_a).unwrap_err().to_string();
        let words = "1 tests ran, and 3 are in the table\n\
            p::both is in the table, and isn't a test\n\
            p::kettle is in the table, and isn't a test";
        assert_eq!(faults, words);
    }
}
