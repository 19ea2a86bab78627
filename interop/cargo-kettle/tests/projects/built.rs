//! Does a project run on kettle, and what is said where it doesn't compile there?
//!
//! It is built, with kettle below it: the first of these tests takes minutes.

use std::fs;
use std::process::Command;

use crate::fixture::{Fixture, Ran, manifest};
use cargo_kettle::patched::Patched;

const TOKIO: &str = "tokio = { version = \"1\", features = [\"full\"] }";

/// A package in a workspace, with a lock file that Cargo has written.
fn workspace(main: &str) -> Fixture {
    let mut fixture = Fixture::of(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"pot\"]\nresolver = \"3\"\n"),
        ("pot/Cargo.toml", &manifest("a-pot", TOKIO)),
        ("pot/src/main.rs", main),
    ]);
    let mut lock = Command::new("cargo");
    let lock = lock.arg("generate-lockfile").current_dir(fixture.path()).status().unwrap();
    assert!(lock.success());
    let lock = fs::read_to_string(fixture.path().join("Cargo.lock")).unwrap();
    assert!(lock.contains("name = \"mio\""), "the real tokio is pinned: {lock}");
    fixture.add("Cargo.lock", &lock);
    fixture
}

#[test]
fn a_program_with_a_pinned_tokio_runs_on_kettle() {
    let fixture = workspace(
        "#[tokio::main(flavor = \"current_thread\")]\nasync fn main() {\n    \
         tokio::spawn(tokio::task::yield_now()).await.unwrap();\n    \
         eprintln!(\"in {}\", std::env::current_dir().unwrap().display());\n}\n",
    );
    let ran = fixture.kettle("", &["watch", "--no-open", "-p", "a-pot"]);
    let said = ran.stderr;
    assert!(ran.has_passed, "{said}");
    assert!(said.contains("a-pot is on kettle, which is in the place of tokio 1."), "{said}");
    let here = fs::canonicalize(fixture.path()).unwrap();
    assert!(said.contains(&format!("in {}\n", here.display())), "as `cargo run`: {said}");
    let page = fs::read_to_string(ran.stdout.trim()).unwrap();
    assert!(page.starts_with("<!doctype html>"));
    assert!(page.contains("tokio::spawn(tokio::task::yield_now())"), "the program's source");
}

#[test]
fn what_does_not_build_is_told_in_the_compilers_words() {
    let fixture = workspace("fn main() {\n    tokio::time::brew();\n}\n");
    let said = fixture.kettle("pot", &["watch", "--no-open"]).stderr;
    assert!(said.contains("cannot find function `brew` in module `tokio::time`"), "{said}");
    assert!(said.contains("error: Cargo has built nothing: its words are above"), "{said}");
}

#[test]
fn a_program_is_asked_for_with_the_names_there_are() {
    let mut fixture = workspace("#[tokio::main]\nasync fn main() {}\n");
    fixture.add("pot/src/bin/pour.rs", "#[tokio::main]\nasync fn main() {}\n");
    let said = fixture.kettle("", &["watch", "--no-open"]).stderr;
    let told = "error: which program? Say `--bin NAME`; there are ";
    assert!(said.contains(told) && said.contains("pour"), "{said}");
}

/// One that passes in any order, two that pass in one, one that makes no runtime, one that is
/// ignored.
const TESTS: &str = r#"
use std::sync::{Arc, Mutex};

async fn first_come() {
    let come = Arc::new(Mutex::new(Vec::new()));
    let visitors: Vec<_> = (0..3)
        .map(|visitor| {
            let come = come.clone();
            tokio::spawn(async move { come.lock().unwrap().push(visitor) })
        })
        .collect();
    for visitor in visitors {
        visitor.await.unwrap();
    }
    assert_eq!(*come.lock().unwrap(), [0, 1, 2]);
}

#[tokio::test]
async fn steady() {
    tokio::spawn(tokio::task::yield_now()).await.unwrap();
}

// It also fails as usual, once its search is over.
#[tokio::test]
async fn in_order() {
    first_come().await;
    let searched = std::env::var_os("KETTLE_REPORT").is_some();
    assert!(!searched || std::env::var_os("KETTLE_SCHEDULES_JOB").is_some());
}

#[test]
fn in_a_runtime_of_its_own() {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(first_come());
}

#[test]
fn in_none() {}

#[test]
#[ignore]
fn left_out() {
    panic!();
}
"#;

#[test]
fn tests_are_tried_under_many_schedules() {
    let mut fixture = workspace("fn main() {}\n");
    fixture.add("pot/tests/order.rs", TESTS);
    let Ran { has_passed, stdout: said, .. } = fixture.kettle("pot", &["test"]);
    assert!(has_passed && said.ends_with("\ntests: 4 passed, 0 failed\n"), "{said}");

    let Ran { has_passed, stdout: said, .. } =
        fixture.kettle("pot", &["test", "--test", "order", "--seeds", "30"]);
    assert!(!has_passed && said.ends_with("\ntests: 3 passed, 1 failed\n"), "{said}");
    for line in [
        "ok      steady: ",
        "FAILED  in_order: ",
        "ok      in_a_runtime_of_its_own: passes, not searched: ",
        "ok      in_none: passes, not searched: ",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    let again = said.lines().find_map(|line| line.strip_prefix("again: cargo kettle ")).unwrap();
    let words: Vec<&str> = again.split_whitespace().collect();
    assert!(words.starts_with(&["test", "--test", "order", "--exact", "in_order"]), "{again}");
    assert!(said.contains("again: KETTLE_SCHEDULE='"), "{said}");
    assert!(!said.contains("fails as usual"), "its search tells more: {said}");
    let said = fixture.kettle("pot", &words).stdout;
    assert!(said.ends_with("\ntests: 0 passed, 1 failed\n"), "{words:?}: {said}");
    assert!(said.contains("FAILED  in_order: fails under seed "), "{said}");
    let page = said.lines().find_map(|line| line.strip_prefix("page:  "));
    assert!(fs::exists(page.unwrap()).unwrap(), "{said}");

    let said = fixture.kettle("pot", &["test", "no_such_test"]).stderr;
    assert!(said.contains("error: there is no test with \"no_such_test\" in its name"), "{said}");
}

/// A repository whose package is named tokio, and one whose package depends on tokio.
#[test]
fn kettle_takes_the_place_of_a_tokio_from_git() {
    let git = |fixture: &Fixture| {
        for words in [
            &["init", "--quiet"][..],
            &["add", "."],
            &["-c", "user.name=pot", "-c", "user.email=pot@localhost", "commit", "-qm", "pot"],
        ] {
            let status = Command::new("git").args(words).current_dir(fixture.path()).status();
            assert!(status.unwrap().success());
        }
        format!("file://{}", fixture.path().display())
    };
    let tokio = manifest("tokio", "").replace("0.1.0", "1.50.0") + "[features]\nrt = []\n";
    let tokio = Fixture::of(&[("Cargo.toml", &tokio), ("src/lib.rs", "")]);
    let milk = Fixture::of(&[("Cargo.toml", &manifest("milk", TOKIO)), ("src/lib.rs", "")]);
    let (tokio, milk) = (git(&tokio), git(&milk));
    let of = |dependencies: &str| {
        let mut fixture = Fixture::package(dependencies, "fn main() {}\n");
        fixture.add(".cargo/config.toml", ""); // Cargo fetches nothing from git without the network
        let patched = Patched::at(fixture.path()).unwrap();
        fixture.is_as_it_was();
        patched.tokio()
    };
    let from_git = format!("tokio = {{ git = \"{tokio}\", features = [\"rt\"] }}");
    assert_eq!(of(&from_git), "tokio 1.50.0");
    assert_eq!(of(&format!("milk = {{ git = \"{milk}\" }}")), "tokio 1");
}
