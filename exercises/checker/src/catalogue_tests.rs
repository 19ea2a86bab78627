//! Is the file that an exercise names the one that comes of its patches?

use super::*;
use crate::step;

/// What an exercise's sheet must have.
const SHEET: &str = r#"
    title = "Turns"
    question = "Which is next?"
    minutes = 1
    difficulty = 1
    kettle = []
    tokio = []
    instead = "Nothing."
    starter = ["in_turn"]
    seam = "tasks/run_queue.rs"
"#;
const ENGINE: &str = "fn one() {}\n\nfn two() {}\n\nfn three() {}\n";

/// A catalogue of one exercise, and an engine of one file.
struct Temporary(tempfile::TempDir);

impl Temporary {
    fn new(files: &[(&str, &str)]) -> Temporary {
        let made = Temporary(tempfile::tempdir().expect("a folder"));
        made.write("engine/tasks/run_queue.rs", ENGINE);
        let hints = "## 1\na\n\n## 2\nb\n\n## 3\nc\n";
        for (name, text) in [("README.md", ""), ("check.rs", ""), ("hints.md", hints)] {
            made.write(&format!("turns/{name}"), text);
        }
        for (name, text) in files {
            made.write(&format!("turns/{name}"), text);
        }
        made
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    fn read(&self) -> Result<Exercise, String> {
        let folder = self.0.path();
        Exercise::read(&folder.join("turns"), &folder.join("engine"), "3.1")
    }
}

/// A patch that puts `new` in the place of `old`, the line `number` of `from`.
fn patch(number: usize, old: &str, new: &str) -> String {
    format!("# Believes it.\n--- a\n+++ b\n@@ -{number} +{number} @@\n-{old}\n+{new}\n")
}

#[test]
fn without_a_solution_of_its_own_the_engines_file_is_the_solution() {
    let sheet = format!("{SHEET}[wrong]\nlast = \"in_turn\"\n");
    let made = Temporary::new(&[
        ("exercise.toml", &sheet),
        ("starter.patch", &patch(3, "fn two() {}", "fn two() { todo!() }")),
        ("wrong/last.patch", &patch(1, "fn one() {}", "fn last() {}")),
    ]);
    let exercise = made.read().expect("an exercise");
    assert_eq!(exercise.kind(), Kind::Spine);
    assert_eq!(exercise.solution().as_deref(), Ok(ENGINE));
    assert!(exercise.solution_path().ends_with("engine/tasks/run_queue.rs"));
    assert_eq!(exercise.replaces().as_deref(), Some("runtime/src/tasks/run_queue.rs"));
    let starter = ENGINE.replace("two() {}", "two() { todo!() }");
    assert_eq!(exercise.beginning(), Ok(starter));
    let last = exercise.version("wrong/last").expect("a wrong answer");
    assert_eq!(last.text, ENGINE.replace("one", "last"));

    // One of its own comes first.
    made.write("turns/solution.rs", "fn two() {}\n");
    assert_eq!(exercise.solution().as_deref(), Ok("fn two() {}\n"));
    let error = exercise.version("wrong/last").unwrap_err();
    assert!(error.contains("last.patch does not apply to"), "{error}");
    assert!(error.contains("turns/solution.rs: error applying hunk #1"), "{error}");
}

#[test]
fn a_fix_that_misses_is_a_patch_against_the_file_with_the_fault() {
    let sheet = format!("{SHEET}broke = \"a promise\"\n[miss]\nhalf = \"in_turn\"\n");
    let made = Temporary::new(&[
        ("exercise.toml", &sheet),
        ("program.rs", ""),
        ("fault.patch", &patch(3, "fn two() {}", "fn fault() {}")),
        ("miss/half.patch", &patch(3, "fn fault() {}", "fn half() {}")),
    ]);
    let exercise = made.read().expect("a hunt");
    assert_eq!(exercise.versions(), ["solution", "fault", "miss/half"]);
    let text = |what| exercise.version(what).expect("a version").text;
    assert_eq!(text("solution"), ENGINE);
    assert_eq!(text("fault"), ENGINE.replace("two", "fault"));
    assert_eq!(text("miss/half"), ENGINE.replace("two", "half"));
    let error = exercise.version("miss/all").unwrap_err();
    assert!(error.ends_with("`miss/all`; there is: solution, fault, miss/half"), "{error}");
}

#[test]
fn what_is_missing_is_said() {
    let starter = ("starter.rs", "fn two() { todo!() }\n");
    let gone = SHEET.replace("run_queue", "queue");
    for (files, expected) in [
        (vec![("exercise.toml", SHEET)], "turns has no starter.rs, and no starter.patch"),
        (vec![("exercise.toml", gone.as_str()), starter], "`tasks/queue.rs` is no file under"),
    ] {
        let error = Temporary::new(&files).read().unwrap_err();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn an_exercise_is_found_by_its_number_and_by_its_name() {
    let exercises = all().expect("the exercises");
    let first = &exercises[0];
    assert_eq!((first.number.as_str(), first.name.as_str()), ("2.1", "state-machine"));
    for called in ["2.1", "state-machine", "state-machine/", "State-Machine"] {
        assert_eq!(find(&exercises, called).map(|one| &*one.name), Ok("state-machine"), "{called}");
    }
    assert_eq!(find(&exercises, "step3").map(Exercise::called), Ok("step 3".to_owned()));
    let error = find(&exercises, "5").unwrap_err();
    assert!(
        error.contains("`5` (step 5 is `cargo exercise step 5`); `cargo exercise` lists"),
        "{error}"
    );
    assert!(find(&exercises, "").is_err() && find(&exercises, "1.99").is_err());
}

/// A verdict quotes a claim without the line above it.
#[test]
fn each_claim_is_a_sentence_of_its_own() {
    let exercises = all().expect("the exercises");
    let checks = exercises.iter().filter(|one| one.kind() != Kind::Step).map(Exercise::check);
    for file in checks.chain(kettle_kit::tree::files(&step::folder().join("properties"), "rs")) {
        let text = fs::read_to_string(file).expect("checks");
        for (name, claim) in text.lines().filter_map(|line| line.trim().split_once(" \"")) {
            let is_claim = name.starts_with("check!(") || !name.contains([' ', '.', '(', '"']);
            let begin = claim.split([' ', '`']).next().unwrap_or_default();
            let goes_on = ["nor", "so", "and", "also", "then", "this"].contains(&begin);
            assert!(!is_claim || !goes_on, "{claim}");
        }
    }
}

#[test]
fn what_a_hunt_quotes_of_the_contract_is_there() {
    let contract = include_str!("../../../docs/contract.md").replace('"', "'");
    for exercise in all().expect("the exercises") {
        let broke = exercise.sheet.broke.unwrap_or_default();
        for after in broke.split("docs/contract.md").skip(1) {
            let quoted = after.split('"').nth(1).expect("a quotation");
            assert!(contract.contains(quoted), "{}: {quoted}", exercise.name);
        }
    }
}
