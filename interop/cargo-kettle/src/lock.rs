//! What of a project's lock file can hold with kettle in tokio's place?
//!
//! All but tokio 1: a lock file that is obeyed as it is leaves the patch unused, and Cargo takes
//! that for fine. Other packages hold, too, unless they are older than kettle needs. So there is a
//! second lock file to try, which says nothing of the packages below kettle, and a third one that
//! says nothing at all.
//!
//! Interface: [`looser`], [`tokios`]; both are about the text alone.

use std::collections::BTreeSet;

use toml::{Table, Value};

/// The lock files to try with kettle in tokio's place, the strictest first. `ours` is kettle's own.
pub(crate) fn looser(theirs: &str, ours: &str) -> Result<Vec<String>, String> {
    let parsed = |text: &str| text.parse::<Table>().map_err(|error| format!("Cargo.lock: {error}"));
    let (theirs, ours) = (parsed(theirs)?, parsed(ours)?);
    let kettles = below_tokio(&ours);
    let locked = |is_kept: &dyn Fn(&Table) -> bool| {
        let kept = packages(&theirs).filter(|package| is_kept(package)).cloned();
        let kept: Vec<Value> = kept.map(Value::Table).collect();
        let mut lock = theirs.clone();
        lock.retain(|key, _| key == "version");
        lock.insert("package".to_owned(), kept.into());
        toml::to_string(&lock).map_err(|error| error.to_string())
    };
    let not_tokio = locked(&|package| !is_tokio_1(package))?;
    let not_kettles =
        locked(&|package| !is_tokio_1(package) && !kettles.contains(text(package, "name")))?;
    Ok(vec![not_tokio, not_kettles, String::new()])
}

/// The versions of tokio 1 in a lock file.
pub(crate) fn tokios(lock: &str) -> Vec<String> {
    let Ok(lock) = lock.parse::<Table>() else { return Vec::new() };
    let tokios = packages(&lock).filter(|package| is_tokio_1(package));
    tokios.map(|package| text(package, "version").to_owned()).collect()
}

/// The names of the packages that kettle in tokio's place needs, and its own.
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
    fn tokio_goes_first_and_then_what_kettle_needs() {
        assert_eq!(tokios(THEIRS), ["1.28.0"]);
        let looser = looser(THEIRS, OURS).unwrap();
        let kept: Vec<Vec<String>> = looser
            .iter()
            .map(|lock| {
                let lock: Table = lock.parse().unwrap();
                let name = |it: &Table| format!("{} {}", text(it, "name"), text(it, "version"));
                packages(&lock).map(name).collect()
            })
            .collect();
        assert_eq!(kept[0], ["app 0.1.0", "hyper 1.0.0", "libc 0.2.1", "tokio 0.2.25"]);
        assert_eq!(kept[1], ["app 0.1.0", "hyper 1.0.0"]);
        assert!(kept[2].is_empty());
        assert!(looser[0].starts_with("version = 4"));
    }
}
