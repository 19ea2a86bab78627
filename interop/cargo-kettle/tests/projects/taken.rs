//! Is kettle in tokio's place, whatever a project says of tokio, and is the project left as it was?
//!
//! Cargo is asked for the packages that it would build; nothing is built here (that is `built.rs`).

use crate::fixture::{Fixture, manifest};
use cargo_kettle::options::Options;
use cargo_kettle::patched::Patched;

const MAIN: &str = "#[tokio::main]\nasync fn main() {}\n";
const TOKIO: &str = "tokio = { version = \"1\", features = [\"full\"] }";

/// Whose place kettle takes there, in words; the project is as it was.
fn taken(fixture: &Fixture, folder: &str) -> String {
    let patched =
        Patched::at(&fixture.path().join(folder)).unwrap_or_else(|words| panic!("{words}"));
    fixture.is_as_it_was();
    patched.tokio()
}

/// The tokio that kettle's own tests have beside them, so that it is here.
fn version() -> String {
    let lock = include_str!("../../../../Cargo.lock");
    let entry = lock.split("name = \"tokio\"\nversion = \"").nth(1).unwrap();
    entry.split('"').next().unwrap().to_owned()
}

/// As Cargo has written it for a package that depends on tokio alone.
fn pinned(version: &str) -> String {
    format!(
        "version = 4\n\n[[package]]\nname = \"pin-project-lite\"\nversion = \"0.2.13\"\n\
         source = \"registry+https://github.com/rust-lang/crates.io-index\"\n\n\
         [[package]]\nname = \"pot\"\nversion = \"0.1.0\"\ndependencies = [\n \"tokio\",\n]\n\n\
         [[package]]\nname = \"tokio\"\nversion = \"{version}\"\n\
         source = \"registry+https://github.com/rust-lang/crates.io-index\"\n\
         dependencies = [\n \"pin-project-lite\",\n]\n"
    )
}

#[test]
fn with_a_lock_file_that_pins_tokio() {
    let mut fixture = Fixture::package(TOKIO, MAIN);
    fixture.add("Cargo.lock", &pinned("1.28.0"));
    assert_eq!(taken(&fixture, ""), "tokio 1.28.0");
    // The shadow is there, and so is its lock file.
    assert_eq!(taken(&fixture, ""), "tokio 1.28.0");
}

#[test]
fn with_a_manifest_that_asks_for_one_version() {
    let exact = TOKIO.replace('1', &format!("={}", version()));
    let fixture = Fixture::package(&exact, MAIN);
    assert_eq!(taken(&fixture, ""), format!("tokio {}", version()));
}

#[test]
fn several_tokios_are_refused() {
    let mut fixture = Fixture::package(TOKIO, MAIN);
    let (one, other) = (pinned("1.28.0"), pinned("1.29.0"));
    let other = other.split("[[package]]").last().unwrap();
    fixture.add("Cargo.lock", &format!("{one}\n[[package]]{other}"));
    let words = Patched::at(fixture.path()).err().unwrap();
    let start = "it uses tokio 1.28.0 and 1.29.0, and kettle takes the place of one";
    assert!(words.starts_with(start));
}

/// Cargo would build the real tokio for them, without an error.
#[test]
fn with_pinned_versions_that_are_too_old_for_kettle() {
    let mut fixture = Fixture::package(&format!("{TOKIO}\nslab = \"0.4\""), MAIN);
    let slab = "\n[[package]]\nname = \"slab\"\nversion = \"0.4.8\"\n\
                source = \"registry+https://github.com/rust-lang/crates.io-index\"\n";
    let lock = pinned("1.28.0").replace(" \"tokio\",", " \"slab\",\n \"tokio\",");
    fixture.add("Cargo.lock", &(lock + slab));
    assert_eq!(taken(&fixture, ""), "tokio 1.28.0");
}

#[test]
fn behind_a_feature() {
    let tokio = "tokio = { version = \"1\", features = [\"full\"], optional = true }";
    let fixture = Fixture::package(tokio, "fn main() {}\n");
    let options = Options {
        manifest_path: Some(fixture.path().to_path_buf()),
        features: vec!["tokio".to_owned()],
        ..Options::default()
    };
    assert_eq!(Patched::with(&options).unwrap().tokio(), "tokio 1");
    fixture.is_as_it_was();
}

#[test]
fn with_an_older_tokio_beside_it() {
    let older = "old = { package = \"tokio\", path = \"old\" }";
    let mut fixture = Fixture::package(&format!("{TOKIO}\n{older}"), MAIN);
    fixture.add("old/Cargo.toml", &manifest("tokio", "").replace("0.1.0", "0.2.25"));
    fixture.add("old/src/lib.rs", "");
    assert_eq!(taken(&fixture, ""), "tokio 1");
}

/// A member of a workspace, which depends on a folder beside the workspace, which depends on
/// another.
#[test]
fn in_a_workspace_with_folders_beside_it() {
    let inherits = "[package]\nname = \"sugar\"\nversion.workspace = true\nedition = \"2024\"\n\
                    [dependencies]\ntokio.workspace = true\n";
    let fixture = Fixture::of(&[
        ("shop/Cargo.toml", "[workspace]\nmembers = [\"pot\"]\nresolver = \"3\"\n"),
        ("shop/pot/Cargo.toml", &manifest("pot", "milk = { path = \"../../milk\" }")),
        ("shop/pot/src/main.rs", "fn main() {}\n"),
        ("milk/Cargo.toml", &manifest("milk", "sugar = { path = \"../larder/sugar\" }")),
        ("milk/src/lib.rs", ""),
        (
            "larder/Cargo.toml",
            "[workspace]\nmembers = [\"sugar\"]\n[workspace.package]\nversion = \"0.1.0\"\n\
             [workspace.dependencies]\ntokio = { version = \"1\", features = [\"rt\"] }\n",
        ),
        ("larder/sugar/Cargo.toml", inherits),
        ("larder/sugar/src/lib.rs", ""),
    ]);
    assert_eq!(taken(&fixture, "shop/pot"), "tokio 1");
}

/// A package in a folder of its own below the package that it depends on, as `fuzz/` often is.
#[test]
fn below_the_package_that_it_depends_on() {
    let fuzz = manifest("fuzz", "pot = { path = \"..\" }") + "[workspace]\n";
    let fixture = Fixture::of(&[
        ("Cargo.toml", &manifest("pot", TOKIO)),
        ("src/lib.rs", ""),
        ("fuzz/Cargo.toml", &fuzz),
        ("fuzz/src/main.rs", "fn main() {}\n"),
    ]);
    assert_eq!(taken(&fixture, "fuzz"), "tokio 1");
}

/// As some build systems lay it out.
#[cfg(unix)]
#[test]
fn where_the_manifest_is_a_link() {
    let mut fixture = Fixture::of(&[("kept/pot.toml", &manifest("pot", TOKIO))]);
    let link = fixture.path().join("pot/Cargo.toml");
    std::fs::create_dir(link.parent().unwrap()).unwrap();
    std::os::unix::fs::symlink("../kept/pot.toml", link).unwrap();
    fixture.add("pot/src/main.rs", MAIN);
    assert_eq!(taken(&fixture, "pot"), "tokio 1");
}

/// The project has two lines of its own for kettle.
#[test]
fn where_it_was_patched_by_hand() {
    let home = concat!(env!("CARGO_MANIFEST_DIR"), "/../tokio");
    let patch = format!("{TOKIO}\n[patch.crates-io]\ntokio = {{ path = \"{home}\" }}");
    assert_eq!(taken(&Fixture::package(&patch, MAIN), ""), "tokio 1");
}
