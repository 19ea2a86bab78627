//! What of a project's lock file holds where kettle is in tokio's place?
//!
//! All but tokio 1, and the versions of what kettle needs: where one of these is too old for kettle, it has
//! to move. No package is bound to them. The version that kettle is tested with is named beside the
//! project's, and Cargo takes the newer of the two. The project's alone is named if kettle asks for the
//! package itself and is content with it: `futures-util` 0.3.28 does not compile with a newer `futures-task`,
//! although it says so nowhere.
//!
//! A lock file that is obeyed as it is would leave the patch unused, and Cargo takes that for fine.
//!
//! Interface: [`softened`], [`tokios`]; both are about the text alone.

use std::collections::BTreeSet;

use cargo_metadata::semver::{Version, VersionReq};
use toml::{Table, Value};

/// The lock file with which the project is built on kettle. `ours` is kettle's, and `asked` which versions
/// kettle itself asks for.
pub(crate) fn softened(theirs: &str, ours: &str, asked: &Table) -> Result<String, String> {
    let parsed = |text: &str| text.parse::<Table>().map_err(|error| format!("Cargo.lock: {error}"));
    let (mut lock, ours) = (parsed(theirs)?, parsed(ours)?);
    let kettles = below_tokio(&ours);
    let mut all = Vec::new();
    for package in packages(&lock).filter(|package| !is_tokio_1(package)) {
        let mut package = package.clone();
        if kettles.contains(text(&package, "name")) {
            package.remove("dependencies");
        } else if let Some(Value::Array(needed)) = package.get_mut("dependencies") {
            needed.retain(|it| !kettles.contains(name_of(it)));
        }
        all.push(package);
    }
    let others = packages(&ours).filter(|package| {
        kettles.contains(text(package, "name"))
            && package.contains_key("source")
            && !all.iter().any(|it| {
                let same = it.get("version") == package.get("version");
                are_alike(it, package) && (same || is_enough(it, asked))
            })
    });
    let mut others: Vec<Table> = others.cloned().collect();
    for package in &mut others {
        package.remove("dependencies");
    }
    all.append(&mut others);
    lock.retain(|key, _| key == "version");
    lock.entry("version").or_insert_with(|| ours.get("version").cloned().unwrap_or(3.into()));
    lock.insert("package".into(), all.into_iter().map(Value::Table).collect::<Vec<_>>().into());
    toml::to_string(&lock).map_err(|error| error.to_string())
}

/// The versions of tokio 1 in a lock file.
pub(crate) fn tokios(lock: &str) -> Vec<String> {
    let Ok(lock) = lock.parse::<Table>() else { return Vec::new() };
    let tokios = packages(&lock).filter(|package| is_tokio_1(package));
    tokios.map(|package| text(package, "version").to_owned()).collect()
}

/// The names of all packages that kettle in tokio's place needs, and its own.
fn below_tokio(lock: &Table) -> BTreeSet<String> {
    let (mut found, mut next) = (BTreeSet::new(), vec!["tokio".to_owned()]);
    while let Some(name) = next.pop() {
        for package in packages(lock).filter(|package| text(package, "name") == name) {
            let needed = package.get("dependencies").and_then(Value::as_array);
            next.extend(
                needed
                    .into_iter()
                    .flatten()
                    .map(|it| name_of(it).to_owned())
                    .filter(|it| !found.contains(it)),
            );
        }
        found.insert(name);
    }
    found
}

fn packages(lock: &Table) -> impl Iterator<Item = &Table> {
    lock.get("package").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_table)
}

/// tokio 0.2 is another package in all but its name: it stays what it is.
fn is_tokio_1(package: &Table) -> bool {
    text(package, "name") == "tokio" && text(package, "version").starts_with("1.")
}

/// Two versions of one package of which the newer can take the older one's place.
fn are_alike(one: &Table, other: &Table) -> bool {
    let series = |package| {
        let mut parts = text(package, "version").split('.');
        let (major, minor) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        if major == "0" { (major, minor) } else { (major, "") }
    };
    text(one, "name") == text(other, "name") && series(one) == series(other)
}

/// Is it what kettle asks for? Of the packages below those that it asks for, this is not known.
fn is_enough(package: &Table, asked: &Table) -> bool {
    let asked = asked.get(text(package, "name"));
    let asked = asked.and_then(|it| it.as_str().or_else(|| it.get("version")?.as_str()));
    let asked = asked.and_then(|it| VersionReq::parse(it).ok());
    let version = Version::parse(text(package, "version")).ok();
    version.is_some_and(|version| asked.is_some_and(|it| it.matches(&version)))
}

fn text<'a>(package: &'a Table, key: &str) -> &'a str {
    package.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// Of `name`, `name version` or `name version (source)`.
fn name_of(dependency: &Value) -> &str {
    dependency.as_str().and_then(|words| words.split(' ').next()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    /// A lock file of packages: each its name, its version, and what it depends on; from a registry, but for those
    /// that are `here`.
    fn lock(version: u8, here: &[&str], packages: &[(&str, &str, &[&str])]) -> String {
        let mut file = format!("version = {version}\n");
        for (name, version, dependencies) in packages {
            writeln!(file, "[[package]]\nname = {name:?}\nversion = {version:?}").unwrap();
            if !here.contains(name) {
                file += "source = \"registry\"\nchecksum = \"ab\"\n";
            }
            if !dependencies.is_empty() {
                writeln!(file, "dependencies = {dependencies:?}").unwrap();
            }
        }
        file
    }

    fn ours() -> String {
        let packages: &[(_, _, &[_])] = &[
            ("tokio", "1.99.0", &["kettle"]),
            ("kettle", "0.1.0", &["mio 1.2.4", "slab", "task", "errno"]),
            ("mio", "1.2.4", &["libc"]),
            ("libc", "0.2.9", &[]),
            ("slab", "0.4.12", &[]),
            ("errno", "0.3.1", &[]),
            ("task", "0.3.34", &[]),
            ("hyper", "1.0.0", &[]),
        ];
        lock(4, &["tokio", "kettle"], packages)
    }

    fn asked() -> Table {
        "mio = { version = \"1.0.3\" }\nslab = \"0.4.9\"\ntask = \"0.3\"".parse().unwrap()
    }

    #[test]
    fn only_tokio_and_what_kettle_needs_may_move() {
        let project: &[(_, _, &[_])] = &[
            ("app", "0.1.0", &["anyhow", "tokio 1.28.0", "tokio 0.2.25"]),
            ("anyhow", "1.0.70", &["libc", "backtrace"]),
            ("libc", "0.2.1", &[]),
            ("mio", "0.8.6", &["libc"]),
            ("slab", "0.4.8", &[]),
            ("errno", "0.3.1", &[]),
            ("task", "0.3.28", &[]),
            ("tokio", "1.28.0", &["mio"]),
            ("tokio", "0.2.25", &[]),
        ];
        let unused = "[[patch.unused]]\nname = \"tokio\"\nversion = \"1.99.0\"\n";
        let theirs = &(lock(3, &["app"], project) + unused);
        assert_eq!(tokios(theirs), ["1.28.0"]);
        let soft: Table = softened(theirs, &ours(), &asked()).unwrap().parse().unwrap();
        let told: Vec<String> = packages(&soft)
            .map(|it| {
                let needed = it.get("dependencies").map_or(String::new(), Value::to_string);
                format!("{} {} {needed}", text(it, "name"), text(it, "version"))
            })
            .collect();
        let expected = [
            "app 0.1.0 [\"anyhow\"]",
            "anyhow 1.0.70 [\"backtrace\"]",
            "libc 0.2.1 ",
            "mio 0.8.6 ",
            "slab 0.4.8 ",
            "errno 0.3.1 ",
            "task 0.3.28 ",
            "tokio 0.2.25 ",
            "mio 1.2.4 ",
            "libc 0.2.9 ",
            "slab 0.4.12 ",
        ];
        assert_eq!(told, expected);
        assert_eq!(soft["version"].as_integer(), Some(3));
        assert!(!soft.contains_key("patch"));
    }

    #[test]
    fn without_a_lock_file_there_is_what_kettle_is_tested_with() {
        let soft: Table = softened("", &ours(), &asked()).unwrap().parse().unwrap();
        let names: Vec<&str> = packages(&soft).map(|package| text(package, "name")).collect();
        assert_eq!(names, ["mio", "libc", "slab", "errno", "task"]);
        assert_eq!(soft["version"].as_integer(), Some(4));
    }
}
