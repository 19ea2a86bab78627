//! Does each example tell what happens inside, and is what it names still there?
//!
//! Every program of the tutorial opens with at most ten steps, each naming a file and a function of
//! this repository and the file of tokio that does that job. A function that was renamed must be
//! renamed there too: this test looks for each of them.

use std::fs;
use std::path::Path;

/// These have no steps: the tour plays other examples, and one does without kettle. (Nor have the
/// programs of the book and the mistakes.)
const WITHOUT: [&str; 2] = ["tour.rs", "server_threads.rs"];

#[test]
fn every_step_names_a_function_that_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut seen = 0;
    for entry in fs::read_dir(root.join("examples")).expect("the examples") {
        let path = entry.expect("an example").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.extension().is_none_or(|extension| extension != "rs")
            || name.starts_with("book_")
            || name.starts_with("oops_")
            || WITHOUT.contains(&name.as_str())
        {
            continue;
        }
        let source = fs::read_to_string(&path).expect("an example's source");
        let faults = faults(root, &source);
        assert!(faults.is_empty(), "examples/{name}:\n  {}", faults.join("\n  "));
        seen += 1;
    }
    assert!(seen >= 9, "only {seen} examples were looked at");
}

/// What is wrong with an example's opening comment.
fn faults(root: &Path, source: &str) -> Vec<String> {
    let opening: Vec<_> = source.lines().map_while(|line| line.strip_prefix("//")).collect();
    let mut faults = Vec::new();
    if !opening.contains(&" # What happens inside") {
        faults.push("it doesn't tell what happens inside".to_owned());
    }
    let steps = opening.iter().filter(|line| is_first_line_of_a_step(line)).count();
    let ours = named(&opening, "here `");
    let theirs = named(&opening, "tokio `tokio");
    if !(3..=10).contains(&steps) || ours.len() != steps || theirs.len() != steps {
        let (ours, theirs) = (ours.len(), theirs.len());
        faults.push(format!("{steps} steps, {ours} places here, {theirs} places in tokio"));
    }
    faults.extend(ours.iter().filter_map(|place| missing(root, place)));
    faults
}

fn is_first_line_of_a_step(line: &str) -> bool {
    let number = line.trim_start().split_once(". ").map(|(number, _)| number.parse::<u32>());
    matches!(number, Some(Ok(_)))
}

/// What stands between these words and the next backquote.
fn named<'a>(lines: &[&'a str], before: &str) -> Vec<&'a str> {
    let rest = lines.iter().filter_map(|line| line.split_once(before));
    rest.filter_map(|(_, rest)| rest.split_once('`')).map(|(place, _)| place).collect()
}

/// Says so if there is no such file or no such function in it.
fn missing(root: &Path, place: &str) -> Option<String> {
    let Some((file, function)) = place.split_once(": ") else {
        return Some(format!("`{place}` is not `file: function`"));
    };
    let Ok(source) = fs::read_to_string(root.join(file)) else {
        return Some(format!("there is no file {file}"));
    };
    let is_it = |line: &str| {
        let after = |word| {
            line.split_once(word).is_some_and(|(_, rest): (&str, &str)| {
                rest.strip_prefix(function).is_some_and(|rest| {
                    !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_')
                })
            })
        };
        after("fn ") || after("macro_rules! ")
    };
    (!source.lines().any(is_it)).then(|| format!("there is no function {function} in {file}"))
}

#[test]
fn a_missing_function_would_be_seen() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let this = "tests/example_steps.rs";
    assert_eq!(missing(root, &format!("{this}: missing")), None);
    assert!(missing(root, &format!("{this}: missin")).is_some());
    assert!(missing(root, "tests/nowhere.rs: missing").is_some());
    let two = "// # What happens inside\n//\n//  1. One.\n//     here `src/lib.rs: no_such`";
    assert_eq!(faults(root, two).len(), 2);
}
