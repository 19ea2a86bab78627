//! What does the command say of a project that it can't run, before it builds anything?

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
    says(&fixture, &["watch"], &format!("neither {}", fixture.path().display()));
    says(&fixture, &["watch", "--manifest-path", "nowhere"], "nowhere is not a package");
}

#[test]
fn a_package_that_is_not_in_the_workspace_is_told_with_those_that_are() {
    let fixture = Fixture::of(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"cup\", \"pot\"]\nresolver = \"3\"\n"),
        ("cup/Cargo.toml", &manifest("cup", "")),
        ("cup/src/main.rs", EMPTY),
        ("pot/Cargo.toml", &manifest("pot", "")),
        ("pot/src/main.rs", EMPTY),
    ]);
    says(
        &fixture,
        &["watch", "-p", "kettle"],
        "no package is called \"kettle\"; there are: cup, pot",
    );
    let told = "which program? Say one of `--package cup --bin cup`, `--package pot --bin pot`";
    says(&fixture, &["watch"], told);
}

#[test]
fn a_program_is_asked_for_with_the_names_there_are() {
    let fixture = Fixture::of(&[
        ("Cargo.toml", &manifest("pot", "")),
        ("src/bin/brew.rs", EMPTY),
        ("src/bin/pour.rs", EMPTY),
        ("examples/tea.rs", EMPTY),
    ]);
    says(&fixture, &["watch"], "which program? Say one of `--bin brew`, `--bin pour`");
    says(&fixture, &["watch", "--bin", "tea"], "there is no `--bin tea`; there are: brew, pour");
    says(&fixture, &["watch", "--lib"], "it has no library");
    let fixture = Fixture::of(&[
        ("Cargo.toml", &manifest("pot", "")),
        ("src/lib.rs", ""),
        ("examples/tea.rs", EMPTY),
    ]);
    let told = "it has no program: there are `--example tea`, `--lib`, its own tests";
    says(&fixture, &["watch"], told);
}

#[test]
fn a_project_without_tokio_is_told() {
    let told = "neither it nor any package below it uses tokio";
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
fn an_older_tokio_alone_is_told() {
    let mut fixture = Fixture::package("tokio = { path = \"tokio\" }", EMPTY);
    fixture.add("tokio/Cargo.toml", &manifest("tokio", "").replace("0.1.0", "0.2.25"));
    fixture.add("tokio/src/lib.rs", "");
    let told = "it runs on tokio 0.2.25, and kettle can take the place of tokio 1 only";
    says(&fixture, &["watch"], told);
}

#[test]
fn kettles_own_tree_has_commands_of_its_own() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let words = ["watch", "--manifest-path", root, "--example", "make_tea"];
    says(&Fixture::of(&[]), &words, "this is kettle's own tree: `cargo xtask replay NAME`");
}
