//! "Is this tokio, or only you?"
//!
//! Each program is run on both, and what the two did is compared step by step: which task is
//! spawned, polled, woken and over, in which order, at which moment of the virtual clock, and what
//! is printed in between.

use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

use kettle_fidelity::diff::told;
use kettle_fidelity::expected::{REASONS, Reason, expected};
use kettle_fidelity::program::Program;
use kettle_fidelity::programs::tutorial;
use kettle_fidelity::random::{self, KINDS, Op};
use kettle_fidelity::step::{Recording, Step};
use kettle_fidelity::{page, variations};

/// So many random programs are played, unless `FIDELITY_CASES` says otherwise.
const CASES: u64 = 2_000;

#[test]
fn the_six_programs_do_the_same_step_by_step() {
    let programs = tutorial();
    assert_eq!(
        programs.iter().map(|program| program.name).collect::<Vec<_>>(),
        ["make_tea", "server", "channel", "select", "errors", "mutex"]
    );
    for program in &programs {
        let (tokio, kettle) = record(program);
        assert!(tokio == kettle, "{}:\n{}", program.name, told(&tokio, &kettle));
    }
}

#[test]
fn the_six_programs_do_the_same_task_by_task() {
    for program in &tutorial() {
        let (tokio, kettle) = record(program);
        assert_eq!(tokio.tasks(), kettle.tasks(), "{}", program.name);
        for task in 0..tokio.tasks() {
            assert_eq!(tokio.of(task), kettle.of(task), "{}, task {task}", program.name);
        }
    }
}

/// What is compared is not nothing: these numbers follow from the programs' text.
#[test]
fn a_recording_has_every_step_of_a_program() {
    // Tasks with `main`, spawns, polls, wakes, lines. A sleep, a wait for a message, for a handle:
    // a poll more, and a wake.
    let counts = [
        ("make_tea", [1, 0, 2, 1, 2]),
        // Each message wakes main, so does the end; each of five sleeps wakes the sender.
        ("channel", [2, 1, 13, 11, 6]),
        ("select", [1, 0, 2, 1, 1]),
        ("errors", [3, 2, 5, 2, 4]),
        ("mutex", [11, 10, 12, 1, 1]),
    ];
    let programs = tutorial();
    for (name, expected) in counts {
        let program = programs.iter().find(|program| program.name == name).expect("one of the six");
        let (tokio, kettle) = record(program);
        assert_eq!(count(&tokio), expected, "{name} with tokio");
        assert_eq!(count(&kettle), expected, "{name} with kettle");
    }
}

#[test]
fn every_difference_is_expected_and_every_expected_one_is_there() {
    let expected = expected();
    let programs = variations::all();
    for expected in &expected {
        let known = programs.iter().any(|program| program.name == expected.program);
        assert!(known, "expected/{}.txt is about no program", expected.program);
    }
    let mut faults = Vec::new();
    for program in &programs {
        let (tokio, kettle) = record(program);
        let told = told(&tokio, &kettle);
        match expected.iter().find(|expected| expected.program == program.name) {
            None if tokio == kettle => {}
            None => faults.push(format!("{} differs, and nobody says why:\n{told}", program.name)),
            Some(_) if tokio == kettle => {
                faults.push(format!("{} is equal, expected/ says otherwise", program.name));
            }
            Some(expected) if expected.difference == told => {}
            Some(_) => faults.push(format!("{} differs otherwise:\n{told}", program.name)),
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// A reason is a cause: the same program without it is equal.
#[test]
fn without_its_cause_a_difference_is_gone() {
    let mut programs = variations::all();
    programs.extend(tutorial());
    let find = |name| programs.iter().find(|program| program.name == name).expect("a program");
    for reason in REASONS {
        let (tokio, kettle) = record(find(reason.shown_by));
        assert!(tokio != kettle, "{} does not show {}", reason.shown_by, reason.name);
        let (tokio, kettle) = record(find(reason.without));
        assert!(tokio == kettle, "{}:\n{}", reason.without, told(&tokio, &kettle));
    }
}

#[test]
fn every_reason_is_needed_and_every_one_is_known() {
    let expected = expected();
    let used: BTreeSet<_> = expected.iter().flat_map(|expected| expected.reasons.clone()).collect();
    let known: BTreeSet<_> = REASONS.iter().map(|reason| reason.name).collect();
    assert_eq!(used, known);
    for reason in REASONS {
        let shows = expected.iter().find(|expected| expected.program == reason.shown_by);
        assert!(shows.is_some_and(|shows| shows.reasons == [reason.name]), "{}", reason.name);
    }
}

#[test]
fn random_programs_do_the_same_step_by_step() {
    let cases = cases();
    let mut done = [0; KINDS];
    for number in 0..cases {
        let program = random::program(number, false);
        let [tokio, kettle] = variations::play(&program, false);
        if tokio.recording != kettle.recording {
            let told = told(&tokio.recording, &kettle.recording);
            panic!("program {number}: {program:#?}\n{told}");
        }
        assert_eq!(tokio.done, kettle.done);
        for (sum, done) in done.iter_mut().zip(tokio.done) {
            *sum += done;
        }
    }
    // Every kind of step came to its end, not once but often.
    assert!(done.iter().all(|&done| done as u64 >= cases / 50), "{done:?}");
}

/// In a local set, too. Only the wakes are left out: an abort calls a local task's waker in kettle.
#[test]
fn random_programs_in_a_local_set_poll_the_same() {
    for number in 0..cases() / 2 {
        let program = random::program(number, false);
        let [tokio, kettle] =
            variations::play(&program, true).map(|played| polls(&played.recording));
        assert!(tokio == kettle, "program {number}: {program:#?}\n{}", told(&tokio, &kettle));
    }
}

/// What happens in a local set, until it is dropped with those who wait for ever.
fn polls(recording: &Recording) -> Recording {
    let end = Duration::from_millis(2 * random::FOREVER);
    let moments = recording
        .moments
        .iter()
        .filter(|moment| moment.time < end && !matches!(moment.step, Step::Wake { .. }));
    Recording { moments: moments.cloned().collect() }
}

/// A run that is recorded takes the same path as one that is not.
#[test]
fn random_programs_do_the_same_whether_or_not_they_are_recorded() {
    let mut polls = 0;
    for number in 0..cases() {
        let program = random::program(number, false);
        // Every other one in a local set.
        let [alone, recorded, watched] = variations::own_logs(&program, number % 2 == 1);
        assert_eq!(alone, recorded, "program {number} with a recorder: {program:#?}");
        assert_eq!(alone, watched, "program {number} with a live sink: {program:#?}");
        polls += alone.iter().filter(|line| line.ends_with(" is polled")).count() as u64;
    }
    assert!(polls > 5 * cases(), "{polls} polls");
}

/// The lots that `select!` draws are others; that it draws is the same.
#[test]
fn every_branch_of_a_select_wins_its_share() {
    for won in variations::lots() {
        assert_eq!(won.iter().sum::<usize>(), 3000);
        // The dice are known, so this holds always or never. A fair one strays by 26 or so.
        assert!(won.iter().all(|&times| times > 850), "{won:?}");
    }
}

/// The comparison is not blind: with equal deadlines, which are expected to make a difference, it
/// finds some.
#[test]
fn random_programs_with_equal_deadlines_do_not() {
    let differ = (0..200).filter(|&number| {
        let [tokio, kettle] = variations::play(&random::program(number, true), false);
        tokio.recording != kettle.recording
    });
    assert!(differ.count() > 0);
}

#[test]
fn the_pages_show_what_is_recorded() {
    let read = |path| fs::read_to_string(path).expect("both pages are there");
    let [told, recorded] = page::paths().map(read);
    for page in [&told, &recorded] {
        let renewed = page::renewed(page).unwrap();
        let line = page.lines().zip(renewed.lines()).position(|(is, must)| is != must);
        let place = line.map_or_else(String::new, |line| {
            format!("line {}: {:?}", line + 1, renewed.lines().nth(line))
        });
        assert!(
            *page == renewed,
            "call `cargo run` in tests/fidelity to renew its tables. {place}"
        );
    }
    for Reason { name, without, .. } in REASONS {
        let row = format!("\n| [{name}](../tests/fidelity/RECORDED.md#{name}) |");
        assert!(told.contains(&row), "docs/same-as-tokio.md has no {row:?}");
        for needed in [
            format!("\n### {name}\n"),
            format!("<!-- recorded: reason {name} -->"),
            format!("`{without}`"),
        ] {
            assert!(recorded.contains(&needed), "RECORDED.md has no {needed:?}");
        }
    }
}

/// The tests of the API are compiled for a version of tokio, too (`tests/on-tokio`).
#[test]
fn it_is_the_tokio_of_the_other_tests() {
    let lock = include_str!("../../../Cargo.lock");
    assert_eq!(
        page::version(),
        page::version_in(lock),
        "`cargo update -p tokio` in one of the two"
    );
}

fn cases() -> u64 {
    std::env::var("FIDELITY_CASES").map_or(CASES, |cases| cases.parse().unwrap())
}

/// Runs a program on both, twice: chance must not decide what is recorded.
fn record(program: &Program) -> (Recording, Recording) {
    let (tokio, kettle) = (program.with_tokio(), program.with_kettle());
    assert_eq!(program.with_tokio().lines(), tokio.lines(), "{} with tokio", program.name);
    assert_eq!(program.with_kettle().lines(), kettle.lines(), "{} with kettle", program.name);
    (tokio, kettle)
}

/// Tasks, spawns, polls, wakes, printed lines.
fn count(recording: &Recording) -> [usize; 5] {
    let mut counts = [recording.tasks(), 0, 0, 0, 0];
    for moment in &recording.moments {
        match moment.step {
            Step::Spawn { .. } => counts[1] += 1,
            Step::Poll(_) => counts[2] += 1,
            Step::Wake { .. } => counts[3] += 1,
            Step::Prints(_) => counts[4] += 1,
            Step::Waits(_) | Step::Ends(_) => {}
        }
    }
    counts
}

/// No two sleeps of a random program may come out at the same moment.
#[test]
fn no_two_sleeps_of_a_random_program_are_equally_long() {
    fn sleeps(ops: &[Op], found: &mut Vec<u64>) {
        for op in ops {
            match op {
                Op::Sleep(millis) => found.push(*millis),
                Op::Timeout(millis, inner) => {
                    found.push(*millis);
                    sleeps(inner, found);
                }
                Op::Race(one, two) => {
                    sleeps(one, found);
                    sleeps(two, found);
                }
                Op::Spawn(inner) | Op::Ask(inner) | Op::Lock(_, inner) => sleeps(inner, found),
                _ => {}
            }
        }
    }
    for number in 0..500 {
        let mut found = Vec::new();
        sleeps(&random::program(number, false), &mut found);
        let different: BTreeSet<_> = found.iter().collect();
        assert_eq!(different.len(), found.len(), "program {number}");
        assert!(found.iter().all(|millis| millis.is_power_of_two() && *millis < random::FOREVER));
    }
}
