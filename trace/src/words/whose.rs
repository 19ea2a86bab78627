//! Is a file kettle's own, and what is it called from kettle's root? Is it a package's?
//!
//! Interface: [`from_root`], [`is_kettles`], [`is_of_a_package`], [`is_stds`]; [`own_root`].

use std::path::Path;

/// A file of kettle's as seen from kettle's root. The compiler names it by its whole path when a
/// program outside of this workspace is built.
pub(crate) fn from_root(file: &str) -> &str {
    let inside = own_root().and_then(|root| Path::new(file).strip_prefix(root).ok());
    inside.and_then(Path::to_str).unwrap_or(file)
}

/// Is it one of kettle's own files, and not the program's?
pub(crate) fn is_kettles(file: &str) -> bool {
    let inside = from_root(file);
    // Of a program outside, a path that is not absolute is its own; kettle's have become so.
    let from_ours = inside.len() < file.len() || Path::new(file!()).is_relative();
    let published = |package: &str| {
        inside.strip_prefix(package).is_some_and(|rest| {
            rest.starts_with(|first: char| first.is_ascii_digit()) && rest.contains("/src/")
        })
    };
    // On Windows the compiler writes backslashes.
    let workspace = ["src", "runtime", "trace"]
        .into_iter()
        .any(|own| inside.strip_prefix(own).is_some_and(|rest| rest.starts_with(['/', '\\'])));
    let packages = ["kettle-", "kettle-events-", "kettle-runtime-", "kettle-trace-"];
    from_ours && (if is_workspace() { workspace } else { packages.into_iter().any(published) })
}

/// Is this file of a package that Cargo has fetched? What a library does it means to do, so far as
/// the reader of our words is concerned: hyper makes a timer for each head of a request, and drops
/// it unless the head is late.
pub(crate) fn is_of_a_package(file: &str) -> bool {
    let file = file.replace('\\', "/");
    ["/registry/src/", "/git/checkouts/"].iter().any(|folder| file.contains(folder))
}

/// Is this file of std? What `collect` spawns and `Arc::default()` makes, std has made.
pub(crate) fn is_stds(file: &str) -> bool {
    // (It is asked of each event, and most files count from the root of a workspace.)
    file.starts_with("/rustc/")
        || Path::new(file).is_absolute()
            && file.replace('\\', "/").contains("/rustlib/src/rust/library/")
}

/// What holds all of kettle's packages: the workspace, or the directory where published ones lie
/// side by side.
pub(super) fn own_root() -> Option<&'static Path> {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent()
}

/// A published package's directory has the version in its name.
fn is_workspace() -> bool {
    Path::new(env!("CARGO_MANIFEST_DIR")).ends_with("trace")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_is_known_by_its_folder() {
        let home = "/home/me/.cargo";
        assert!(is_of_a_package(&format!(
            "{home}/registry/src/index.crates.io-0a/hyper-1.0.0/src/a.rs"
        )));
        assert!(is_of_a_package(r"C:\me\.cargo\git\checkouts\tea-0a\src\lib.rs"));
        assert!(!is_of_a_package("/home/me/registry/src.rs") && !is_of_a_package("src/main.rs"));
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
