//! What does the command say of a project that it can't run, before it builds anything?

use std::fs;

use crate::fixture::{Fixture, manifest};

const EMPTY: &str = "fn main() {}\n";

fn says(fixture: &Fixture, words: &[&str], told: &str) {
    let said = fixture.refused(words);
    assert!(said.starts_with(&format!("error: {told}")), "{said}");
    assert!(!said.contains("Compiling"), "{said}");
}

#[test]
fn a_folder_without_a_package_is_told() {
    let fixture = Fixture::of(&[]);
    says(&fixture, &["watch"], "could not find `Cargo.toml` in");
    says(&fixture, &["watch", "--manifest-path", "nowhere"], "");
}

#[test]
fn a_project_without_tokio_is_told() {
    let told = "neither the project nor a package below it uses tokio 1";
    says(&Fixture::package("", EMPTY), &["watch"], told);
}

#[test]
fn a_tokio_in_a_folder_is_told() {
    let mut fixture = Fixture::package("tokio = { path = \"tokio\" }", EMPTY);
    let tokio = manifest("tokio", "").replace("0.1.0", "1.50.0");
    fixture.add("tokio/Cargo.toml", &tokio);
    fixture.add("tokio/src/lib.rs", "");
    let said = fixture.refused(&["watch"]);
    assert!(said.starts_with("error: its tokio is the folder "), "{said}");
    assert!(said.contains("Cargo patches no folder"), "{said}");
}

#[test]
fn kettles_own_tree_has_commands_of_its_own() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let words = ["watch", "--manifest-path", root, "--example", "make_tea"];
    says(&Fixture::of(&[]), &words, "this is kettle's own tree: `cargo xtask replay NAME`");
}

#[test]
fn a_copy_in_kettles_target_is_a_project_of_its_own() {
    let target = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target");
    fs::create_dir_all(target).unwrap();
    let folder = tempfile::tempdir_in(target).unwrap();
    let pot = manifest("pot", "") + "[workspace]\n";
    let offline = "[net]\noffline = true\n";
    for (name, text) in
        [("Cargo.toml", &*pot), ("src/main.rs", EMPTY), (".cargo/config.toml", offline)]
    {
        kettle_kit::files::put(&folder.path().join(name), text).unwrap();
    }
    let words = ["watch", "--manifest-path", &folder.path().display().to_string()];
    says(&Fixture::of(&[]), &words, "neither the project nor a package below it uses tokio 1");
}
