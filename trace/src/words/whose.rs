//! Does a source file belong to kettle, to std, to a fetched package, or to the program?
//!
//! Interface: [`is_kettles`], [`is_stds`] and [`is_fetched`] (does it belong to a package that
//! cargo has fetched?); all other files are the program's. [`from_root`] shortens the path of one
//! of kettle's files (`runtime/src/lib.rs`); [`own_root`] is the folder in which that begins.

use std::path::Path;

/// The path of one of kettle's files from kettle's root. (If the program isn't in this workspace,
/// the compiler names kettle's files by absolute paths.) Other paths stay as they are.
pub(crate) fn from_root(file: &str) -> &str {
    let inside = own_root().and_then(|root| Path::new(file).strip_prefix(root).ok());
    inside.and_then(Path::to_str).unwrap_or(file)
}

/// Is it one of kettle's own files, and not the program's?
pub(crate) fn is_kettles(file: &str) -> bool {
    let path = from_root(file);
    // Where the compiler names kettle's files by absolute paths, relative ones are the program's.
    let is_from_root = path.len() < file.len() || Path::new(file!()).is_relative();
    is_from_root && if is_workspace() { is_in_workspace(path) } else { is_in_package(path) }
}

/// Is the path in the source of kettle's crates: `runtime/src/lib.rs`?
fn is_in_workspace(path: &str) -> bool {
    // On Windows the compiler writes backslashes.
    let is_in =
        |folder| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with(['/', '\\']));
    ["src", "runtime", "trace"].into_iter().any(is_in)
}

/// Is the path in the source of a fetched package of kettle's: `kettle-0.1.0/src/lib.rs`?
fn is_in_package(path: &str) -> bool {
    let is_source = |version: &str| {
        version.starts_with(|first: char| first.is_ascii_digit()) && version.contains("/src/")
    };
    let names = ["kettle-", "kettle-events-", "kettle-runtime-", "kettle-trace-"];
    names.iter().any(|name| path.strip_prefix(name).is_some_and(is_source))
}

/// Is this the file of a package that cargo has fetched? Such a package may do on purpose what the
/// doctor would report as a mistake: hyper makes a timer for each request, and drops it unpolled
/// unless the request's head is late.
pub(crate) fn is_fetched(file: &str) -> bool {
    let file = file.replace('\\', "/");
    ["/registry/src/", "/git/checkouts/"].iter().any(|folder| file.contains(folder))
}

/// Is this one of std's files? (If `collect` calls `spawn`, the place of the call is in std.)
pub(crate) fn is_stds(file: &str) -> bool {
    // Cheap tests come first: this is called for each event, and most files have relative paths.
    file.starts_with("/rustc/")
        || Path::new(file).is_absolute()
            && file.replace('\\', "/").contains("/rustlib/src/rust/library/")
}

/// The folder of kettle's packages: the workspace, or the registry's if they were fetched.
pub(super) fn own_root() -> Option<&'static Path> {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent()
}

/// Is this package in kettle's workspace? (A published package's folder has the version in its
/// name.)
fn is_workspace() -> bool {
    Path::new(env!("CARGO_MANIFEST_DIR")).ends_with("trace")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_is_known_by_its_folder() {
        let home = "/home/me/.cargo";
        assert!(is_fetched(&format!(
            "{home}/registry/src/index.crates.io-0a/hyper-1.0.0/src/a.rs"
        )));
        assert!(is_fetched(r"C:\me\.cargo\git\checkouts\tea-0a\src\lib.rs"));
        assert!(!is_fetched("/home/me/registry/src.rs") && !is_fetched("src/main.rs"));
    }

    #[test]
    fn kettles_own_files_are_named_from_its_root() {
        let here = env!("CARGO_MANIFEST_DIR");
        let root = here.strip_suffix("trace").expect("this package's place");
        for file in ["runtime/src/executor/executor.rs", "src/sync/mutex.rs"] {
            assert_eq!(from_root(&format!("{root}{file}")), file);
            assert_eq!(from_root(file), file);
            assert!(is_kettles(file) && is_kettles(&format!("{root}{file}")));
        }
        let other = "/elsewhere/runtime/src/executor/executor.rs";
        assert_eq!(from_root(other), other);
        assert!(is_kettles(r"src\sync\mutex.rs"), "on Windows");
        for file in [other, "examples/channel.rs", "tests/trace.rs"] {
            assert!(!is_kettles(file), "{file}");
        }
    }
}
