//! What of a project's lock file can hold with kettle in tokio's place?
//!
//! Not tokio 1: a lock file that is obeyed as it is leaves the patch unused, and Cargo takes that
//! for fine. Nor what is said of packages below kettle, which may be older than kettle needs. All
//! else holds.
//!
//! Interface: [`without_tokio`], [`tokios`]; both are about the text alone.

use std::collections::BTreeSet;

use toml::{Table, Value};

/// The lock file with kettle in tokio's place. `ours` is kettle's own.
pub(crate) fn without_tokio(theirs: &str, ours: &str) -> Result<String, String> {
    let parsed = |text: &str| text.parse::<Table>().map_err(|error| format!("Cargo.lock: {error}"));
    let (mut lock, ours) = (parsed(theirs)?, parsed(ours)?);
    let kettles = below_tokio(&ours);
    let is_kept =
        |package: &&Table| !is_tokio_1(package) && !kettles.contains(text(package, "name"));
    let kept = packages(&lock).filter(is_kept).cloned();
    let kept: Vec<Value> = kept.map(Value::Table).collect();
    lock.retain(|key, _| key == "version");
    lock.insert("package".to_owned(), kept.into());
    toml::to_string(&lock).map_err(|error| error.to_string())
}

/// The versions of tokio 1 in a lock file.
pub(crate) fn tokios(lock: &str) -> Vec<String> {
    let Ok(lock) = lock.parse::<Table>() else { return Vec::new() };
    let tokios = packages(&lock).filter(|package| is_tokio_1(package));
    tokios.map(|package| text(package, "version").to_owned()).collect()
}

/// The names of the packages that kettle in tokio's place needs.
fn below_tokio(lock: &Table) -> BTreeSet<&str> {
    let (mut found, mut next) = (BTreeSet::new(), vec!["tokio"]);
    while let Some(name) = next.pop() {
        if found.insert(name) {
            let named = packages(lock).filter(|package| text(package, "name") == name);
            let needed = named.filter_map(|it| it.get("dependencies")?.as_array()).flatten();
            // Each is `name`, `name version` or `name version (source)`.
            next.extend(needed.filter_map(|it| it.as_str()?.split(' ').next()));
        }
    }
    found.remove("tokio");
    found
}

fn packages(lock: &Table) -> impl Iterator<Item = &Table> {
    lock.get("package").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_table)
}

/// tokio 0.2 is another package in all but its name: it stays what it is.
fn is_tokio_1(package: &Table) -> bool {
    text(package, "name") == "tokio" && text(package, "version").starts_with("1.")
}

fn text<'a>(package: &'a Table, key: &str) -> &'a str {
    package.get(key).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: &str = r#"
        package = [
            { name = "tokio", version = "1.99.0", dependencies = ["kettle"] },
            { name = "kettle", version = "0.1.0", dependencies = ["mio 1.2.4"] },
            { name = "mio", version = "1.2.4", dependencies = ["libc"] },
            { name = "libc", version = "0.2.9" },
            { name = "hyper", version = "1.0.0" },
        ]"#;
    const THEIRS: &str = r#"
        version = 4
        package = [
            { name = "app", version = "0.1.0", dependencies = ["hyper", "tokio 1.28.0"] },
            { name = "hyper", version = "1.0.0" },
            { name = "libc", version = "0.2.1" },
            { name = "tokio", version = "1.28.0", dependencies = ["libc"] },
            { name = "tokio", version = "0.2.25" },
        ]"#;

    #[test]
    fn tokio_goes_and_what_kettle_needs() {
        assert_eq!(tokios(THEIRS), ["1.28.0"]);
        let lock = without_tokio(THEIRS, OURS).unwrap();
        assert!(lock.starts_with("version = 4"));
        let lock: Table = lock.parse().unwrap();
        let kept = packages(&lock).map(|it| text(it, "name")).collect::<Vec<_>>();
        assert_eq!(kept, ["app", "hyper", "tokio"], "0.2 is another package");
    }
}
