//! What becomes of programs that were written for many threads?
//!
//! `patterns.rs` has twenty-five of them, each as small as it can be, and what a program can ask of its
//! runtime. This is compiled twice: for tokio (`tests/on-tokio`), whose runtime of several threads serves
//! them all, and for kettle in tokio's place (`interop/tokio`). There each is served, or hangs, and then the
//! doctor must say so. What comes of it is the page `docs/records/many-threads.md`.

#[cfg(on_tokio)]
extern crate kettle as tokio;

mod patterns;

use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::{env, fs, thread};

use patterns::{FACTS, PATTERNS, Pattern};

/// Where a process finds which pattern it is to play.
const NAME: &str = "PATTERN";

/// What comes of a pattern that does what its program expects.
const SERVED: &str = "served";

/// Plays one pattern, if it is asked to.
#[test]
fn one() {
    let Ok(name) = env::var(NAME) else { return };
    let pattern = PATTERNS.iter().find(|pattern| pattern.name == name);
    (pattern.expect("the name of a pattern").play)();
}

/// Plays a pattern in a process of its own, until that ends or the doctor says something.
fn answer(pattern: &Pattern) -> String {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", "one", "--nocapture"]).env(NAME, pattern.name);
    for other in ["KETTLE_TRACE", "KETTLE_STACKS", "KETTLE_SEED", "KETTLE_SEEDS"] {
        command.env_remove(other);
    }
    command.env("KETTLE_DOCTOR", "watch").stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let told = BufReader::new(child.stderr.take().unwrap());
    // Of this call it is also said where it is, whether the doctor watches or not.
    let (mut named, mut verdict) = (!pattern.name.starts_with("in_place"), None);
    for line in told.lines().map(Result::unwrap) {
        named |= line.starts_with("kettle: `block_in_place` at ") && line.contains("patterns.rs");
        let found = line.split_once("[kettle::").and_then(|(_, kind)| kind.split_once(']'));
        verdict = verdict.or(found.map(|(kind, _)| kind.to_owned()));
        if named && verdict.is_some() {
            child.kill().unwrap();
            break;
        }
    }
    let status = child.wait().unwrap();
    match verdict {
        Some(kind) => format!("hangs: `{kind}`"),
        None if status.success() => SERVED.to_owned(),
        None => format!("fails: {status}"),
    }
}

#[test]
fn each_has_its_answer() {
    let answers: Vec<String> = thread::scope(|scope| {
        let playing: Vec<_> =
            PATTERNS.iter().map(|pattern| scope.spawn(|| answer(pattern))).collect();
        playing.into_iter().map(|answer| answer.join().unwrap()).collect()
    });
    for (what, fact, [tokio, kettle]) in FACTS {
        assert_eq!(fact(), if cfg!(on_tokio) { *tokio } else { *kettle }, "{what}");
    }
    if cfg!(on_tokio) {
        let other = PATTERNS.iter().zip(answers).find(|(_, answer)| answer != SERVED);
        return assert!(other.is_none(), "{:?}", other.map(|(pattern, told)| (pattern.name, told)));
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../../docs/records/many-threads.md");
    let (page, wanted) = (fs::read_to_string(path).unwrap_or_default(), page(&answers));
    assert!(page == wanted, "{path} should be:\n{wanted}");
}

/// The page of all answers, kettle's.
fn page(answers: &[String]) -> String {
    let served = answers.iter().filter(|answer| *answer == SERVED).count();
    let mut page = format!(
        "# Programs for many threads\n\n\
         Written by the test `tests/many-threads`, from what it has seen. tokio's runtime of several threads serves \
         all of these patterns. Of the {} kettle, in tokio's place, serves {served}: all tasks run on one thread \
         at a time, that which is in `block_on`, or else the runtime's keeper. Where it hangs, the doctor (`KETTLE_DOCTOR=watch`) names the \
         verdict in the table; a process's first `block_in_place` that blocks for two seconds is named in any case. `Handle` is that of a runtime with `new_multi_thread`.\n\n\
         | pattern | kettle | what serves it on both |\n|---|---|---|\n",
        PATTERNS.len(),
    );
    for (pattern, answer) in PATTERNS.iter().zip(answers) {
        let instead = if answer == SERVED { "" } else { pattern.instead };
        writeln!(page, "| {} | {answer} | {instead} |", pattern.about).unwrap();
    }
    page += "\nAnd what a program can ask:\n\n| question | tokio | kettle |\n|---|---|---|\n";
    for (what, _, [tokio, kettle]) in FACTS {
        writeln!(page, "| {what} | {tokio} | {kettle} |").unwrap();
    }
    page
}
