//! Which part of a project's lock file stays valid with kettle in tokio's place?
//!
//! Everything but two kinds of entries. tokio 1 itself has to go: with it in the lock file, Cargo
//! would build the real tokio and leave the patch unused, without an error. The packages that
//! kettle depends on have to go, because their versions may be older than kettle needs.
//! [`without_tokio`] leaves both out.

use std::collections::BTreeSet;

use toml::{Table, Value};

/// The project's lock file (`theirs`) without tokio 1 and what kettle needs. `ours` is a lock file
/// that has kettle in tokio's place.
pub(crate) fn without_tokio(theirs: &str, ours: &str) -> Result<String, String> {
    let parsed = |text: &str| text.parse::<Table>().map_err(|error| format!("Cargo.lock: {error}"));
    let (mut lock, ours) = (parsed(theirs)?, parsed(ours)?);
    let needed_by_kettle = below_tokio(&ours);
    let is_kept = |package: &&Table| {
        !is_tokio_1(package) && !needed_by_kettle.contains(text(package, "name"))
    };
    let kept: Vec<Value> = packages(&lock).filter(is_kept).cloned().map(Value::Table).collect();
    lock.retain(|key, _| key == "version");
    lock.insert("package".to_owned(), kept.into());
    toml::to_string(&lock).map_err(|error| error.to_string())
}

/// The versions of tokio 1 in a lock file.
pub(crate) fn tokio_versions(lock: &str) -> Vec<String> {
    let Ok(lock) = lock.parse::<Table>() else { return Vec::new() };
    let found = packages(&lock).filter(|package| is_tokio_1(package));
    found.map(|package| text(package, "version").to_owned()).collect()
}

/// The names of all packages that tokio depends on, directly or not.
fn below_tokio(lock: &Table) -> BTreeSet<&str> {
    let (mut found, mut unvisited) = (BTreeSet::new(), vec!["tokio"]);
    while let Some(name) = unvisited.pop() {
        if found.insert(name) {
            let named = packages(lock).filter(|package| text(package, "name") == name);
            let needed = named.filter_map(|it| it.get("dependencies")?.as_array()).flatten();
            // Each is `name`, `name version` or `name version (source)`.
            unvisited.extend(needed.filter_map(|it| it.as_str()?.split(' ').next()));
        }
    }
    found.remove("tokio");
    found
}

fn packages(lock: &Table) -> impl Iterator<Item = &Table> {
    lock.get("package").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_table)
}

/// tokio 0.2 has the same name, but kettle doesn't replace it.
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
    fn tokio_is_left_out_with_what_kettle_needs() {
        assert_eq!(tokio_versions(THEIRS), ["1.28.0"]);
        let lock = without_tokio(THEIRS, OURS).unwrap();
        assert!(lock.starts_with("version = 4"));
        let lock: Table = lock.parse().unwrap();
        let kept = packages(&lock).map(|it| text(it, "name")).collect::<Vec<_>>();
        assert_eq!(kept, ["app", "hyper", "tokio"], "0.2 is another package");
    }
}
