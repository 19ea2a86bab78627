//! Do other people's tests, which were written for tokio, pass on kettle?
//!
//! Some published packages contain their own tests. Cargo fetches those of [`PACKAGES`], each is
//! copied, and its tests are run twice: with tokio, and with kettle in its place
//! (`cargo_kettle::patched`). Every test has to pass on both sides, but for those that a record
//! names. What it says of them has to be true: one that passes after all is a failure, too.
//!
//! Not here: doc tests. Each would be built for itself, and twice.

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
/// Has a row for each: its version, and how many of how many tests pass.
const MAP: &str = "docs/tokio-map.md";
/// Has a section for each that has others: these tests, with the reasons.
const OTHERS: &str = "docs/records/published-tests.md";

/// A package as it is in the registry.
struct Package {
    name: &'static str,
    features: &'static str,
    version: String,
    /// How many tests pass, and how many it has with the others.
    passes: usize,
    tests: usize,
    others: Vec<(String, Other)>,
}

/// What becomes of a test that doesn't pass.
#[derive(Clone, Copy)]
enum Other {
    /// It passes on tokio.
    OnKettle,
    /// It fails on tokio, too.
    OnBoth,
    /// It isn't run: how it ends depends on the machine, or it never does on kettle.
    NotRun,
}
use Other::{NotRun, OnBoth, OnKettle};

/// What is changed in tokio's tests, because kettle lacks it or has other auto traits; the last is
/// no public item of tokio's.
const CHANGED: &[(&str, &str, &str)] = &[
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

/// The names of a package's tests, each with the program it is in; does it pass?
type Results = BTreeMap<String, bool>;

pub(crate) fn published(report: &mut Report) {
    let mut sources = Vec::new();
    report.check("other people's packages are here", || {
        sources = fetch(packages()?)?;
        Ok(Tally::success())
    });
    for (package, source) in &sources {
        let name = format!("the tests of {} {}", package.name, package.version);
        report.long_check(&name, "on tokio, and on kettle", || {
            let folder = package.copy(source)?;
            let on_tokio = package.run(&folder, "tokio", |args| command(&folder, args))?;
            let patched = Patched::at(&folder)?;
            let on_kettle = package.run(&folder, "kettle", |args| patched.command(args))?;
            package.judge(&on_tokio, &on_kettle)
        });
    }
}

/// `target/published`.
fn place(within: &str) -> PathBuf {
    tree::root().join("target/published").join(within)
}

/// What the papers say of all packages.
fn packages() -> Result<Vec<Package>, String> {
    let (map, record) = (tree::read(MAP)?, tree::read(OTHERS)?);
    let package = |&(name, features): &(&'static str, &'static str)| {
        let begin = format!("| {name} ");
        let numbers = |row: &str| {
            let mut cells = row.strip_prefix(&begin)?.split('|').map(str::trim);
            let (version, (passes, tests)) = (cells.next()?, cells.next()?.split_once(" of ")?);
            Some((version.to_owned(), passes.parse().ok()?, tests.parse().ok()?))
        };
        let (version, passes, tests) = map
            .lines()
            .find_map(numbers)
            .ok_or_else(|| format!("{MAP} doesn't say how many tests of {name} pass"))?;
        let heading = format!("{name}\n");
        let section = record.split("\n## ").find_map(|section| section.strip_prefix(&heading));
        let others =
            section.unwrap_or_default().lines().filter_map(other).collect::<Result<_, _>>()?;
        Ok(Package { name, features, version, passes, tests, others })
    };
    PACKAGES.iter().map(package).collect()
}

/// Each package with the place where Cargo keeps its source. It fetches them for a package that
/// depends on all.
fn fetch(packages: Vec<Package>) -> Result<Vec<(Package, PathBuf)>, Trouble> {
    let folder = place("all");
    let wanted = packages.iter().map(|it| format!("{} = \"={}\"\n", it.name, it.version));
    let manifest = "[workspace]\n[package]\nname = \"all\"\n[dependencies]\n".to_owned();
    files::put(&folder.join("Cargo.toml"), (manifest + &wanted.collect::<String>()).as_bytes())?;
    files::put(&folder.join("src/lib.rs"), b"")?;
    files::copy(&tree::root().join("Cargo.lock"), &folder.join("Cargo.lock"))?;
    let metadata = MetadataCommand::new().current_dir(&folder).exec();
    let found = metadata.map_err(|error| error.to_string())?.packages;
    let with_source = |package: Package| {
        let is_it =
            |name: &str, version: String| name == package.name && version == package.version;
        let it = found.iter().find(|it| is_it(&it.name, it.version.to_string()));
        let folder = it.and_then(|it| it.manifest_path.parent()).map(PathBuf::from);
        let folder = folder.ok_or_else(|| format!("Cargo has not fetched {}", package.name))?;
        Ok((package, folder))
    };
    packages.into_iter().map(with_source).collect()
}

/// Cargo, as if it were called in a package's folder.
fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = cargo::command(args);
    command.current_dir(folder).env("CARGO_TARGET_DIR", place("target"));
    command
}

impl Package {
    /// A copy of the package, with our lock file: as far as they can be, the versions are ours.
    fn copy(&self, source: &Path) -> Result<PathBuf, Trouble> {
        let folder = place(self.name);
        let _ = fs::remove_dir_all(&folder); // that of a version with other files
        files::copy_all(source, &folder)?;
        let mut manifest = files::read(&source.join("Cargo.toml"))?;
        if self.name == "tokio" {
            manifest = above_tokio(&manifest)?;
            files::put(&folder.join("src/lib.rs"), b"")?;
            for (file, from, to) in CHANGED {
                let path = folder.join("tests").join(file);
                let text = files::read(&path)?;
                if !text.contains(from) {
                    return Err(format!("{file} no longer has `{from}`").into());
                }
                files::put(&path, text.replace(from, to).as_bytes())?;
            }
        }
        // Else Cargo would take it for a member of our workspace.
        manifest += "\n[workspace]\n";
        files::put(&folder.join("Cargo.toml"), manifest.as_bytes())?;
        files::copy(&tree::root().join("Cargo.lock"), &folder.join("Cargo.lock"))?;
        Ok(folder)
    }

    /// Builds its tests and runs each program of them.
    fn run(
        &self,
        folder: &Path,
        side: &str,
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
            tests.arg("--exact"); // of what is skipped
            for (test, other) in &self.others {
                if let (NotRun, Some(test)) = (other, test.strip_prefix(&begin)) {
                    tests.args(["--skip", test]);
                }
            }
            // What fails shows in the results, and what ends its program is missing there.
            let finished = process::run(&mut tests)?;
            let log = place(&format!("{}-{}-{side}.log", self.name, built.target.name));
            files::put(&log, finished.transcript.as_bytes())?;
            let of_program = finished.stdout.lines().filter_map(result);
            results.extend(of_program.map(|(test, passes)| (begin.clone() + test, passes)));
        }
        Ok(results)
    }

    /// Is every result what the table says?
    fn judge(&self, on_tokio: &Results, on_kettle: &Results) -> Outcome {
        let (mut faults, others) = (Vec::new(), &self.others);
        let not_run = others.iter().filter(|(_, other)| matches!(other, NotRun)).count();
        let (ran, listed) = (on_tokio.len(), self.tests - not_run);
        if ran != listed {
            faults.push(format!("{ran} tests ran, and {listed} are in the table"));
        }
        let is_known = |other: &Other, test| matches!(other, NotRun) || on_tokio.contains_key(test);
        for (number, (test, other)) in others.iter().enumerate() {
            let again = others[..number].iter().any(|(earlier, _)| earlier == test);
            if again || !is_known(other, test) {
                faults.push(format!("{test} is in the table, and no test, or twice"));
            }
        }
        for test in on_tokio.keys() {
            let other = others.iter().find(|(name, _)| name == test).map(|(_, other)| other);
            let sides = [
                ("tokio", on_tokio, !matches!(other, Some(OnBoth))),
                ("kettle", on_kettle, other.is_none()),
            ];
            for (side, results, expected) in sides {
                if (results.get(test) == Some(&true)) != expected {
                    let does = if expected { "fails" } else { "passes" };
                    faults.push(format!("on {side}, {test} {does}"));
                }
            }
        }
        none_of(&faults)?;
        Ok(Tally { passed: self.passes, ignored: 0 })
    }
}

/// A package of tokio's tests. Cargo patches no package that it builds itself, so they become one
/// above tokio.
fn above_tokio(manifest: &str) -> Result<String, Trouble> {
    let mut whole: Table =
        manifest.parse().map_err(|error| format!("tokio's manifest: {error}"))?;
    let features = whole["features"].as_table().cloned().unwrap_or_default();
    for (name, parts) in whole["features"].as_table_mut().into_iter().flatten() {
        // Their own parts, because the tests ask for those by name; what is of other packages is
        // tokio's.
        let own = parts.as_array().into_iter().flatten().filter_map(Value::as_str);
        let own = own.filter(|part| features.contains_key(*part)).map(str::to_owned);
        *parts = Value::from(own.chain([format!("tokio/{name}")]).collect::<Vec<_>>());
    }
    let package = &mut whole["package"];
    let version = package["version"].as_str().unwrap_or_default().to_owned();
    package["name"] = Value::from("tokio-tests");
    package["autotests"] = Value::from(true);
    let below = format!(
        "tokio = \"={version}\"\nbytes = \"1\"\nlibc = \"0.2\"\npin-project-lite = \"0.2\""
    );
    let below: Table = below.parse().map_err(|error| format!("tokio's tests: {error}"))?;
    whole.insert("dependencies".to_owned(), Value::from(below));
    for (_, system) in whole["target"].as_table_mut().into_iter().flatten() {
        system.as_table_mut().map(|system| system.remove("dependencies"));
    }
    whole.retain(|part, _| !["lib", "test", "bench", "lints"].contains(&part));
    toml::to_string(&whole).map_err(|error| error.to_string().into())
}

/// A row of the record: a test, and on which side it passes.
fn other(row: &str) -> Option<Result<(String, Other), String>> {
    let mut columns = row.strip_prefix("| `")?.split('|').map(str::trim);
    let test = columns.next()?.trim_end_matches('`').to_owned();
    Some(match columns.next() {
        Some("tokio") => Ok((test, OnKettle)),
        Some("neither") => Ok((test, OnBoth)),
        Some("not run") => Ok((test, NotRun)),
        _ => Err(format!("on which side does {test} pass? {row}")),
    })
}

/// `test a::b ... ok` as `a::b` and whether it passed. One that is ignored has no result.
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
        for Package { name, passes, tests, others, .. } in packages().unwrap() {
            assert_eq!(passes + others.len(), tests, "{name}");
        }
    }

    #[test]
    fn what_the_table_does_not_say_is_a_fault() {
        let others = [("p::kettle", OnKettle), ("p::both", OnBoth), ("p::net", NotRun)];
        let others = others.map(|(test, other)| (test.to_owned(), other)).into();
        let (name, features, version) = ("p", "", "1.0.0".to_owned());
        let package = Package { name, features, version, passes: 1, tests: 4, others };
        let results = |all: &[(&str, bool)]| -> Results {
            all.iter().map(|(name, passes)| (format!("p::{name}"), *passes)).collect()
        };
        let tokio = results(&[("a", true), ("kettle", true), ("both", false)]);
        let judged = |kettle: &[(&str, bool)]| package.judge(&tokio, &results(kettle));
        let good = judged(&[("a", true), ("kettle", false), ("both", false)]);
        assert_eq!(good.unwrap(), Tally::success());
        let words = |kettle: &[(&str, bool)]| judged(kettle).unwrap_err().to_string();
        assert_eq!(words(&[("kettle", false)]), "on kettle, p::a fails");
        assert_eq!(words(&[("a", true), ("kettle", true)]), "on kettle, p::kettle passes");
        let kettle = results(&[("a", true)]);
        let fault = package.judge(&kettle, &kettle).unwrap_err().to_string();
        let counted = "1 tests ran, and 3 are in the table";
        let [one, other] =
            ["kettle", "both"].map(|it| format!("p::{it} is in the table, and no test, or twice"));
        assert_eq!(fault, [counted, &one, &other].join("\n"));
    }
}
