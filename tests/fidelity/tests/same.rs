//! "Is this tokio, or only you?"
//!
//! Each program is run on both, and what the two did is compared step by step: which task is
//! spawned, polled, woken and over, in which order, at which moment of the virtual clock, and what
//! is printed in between.

use kettle_fidelity::play::{own_logs, play};
use kettle_fidelity::programs::{Program, tutorial};
use kettle_fidelity::random::{self, KINDS};
use kettle_fidelity::step::Recording;

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
        assert!(tokio.moments.len() > 3, "{}: next to nothing was recorded", program.name);
        assert!(tokio == kettle, "{}: {}", program.name, parted(&tokio, &kettle));
    }
}

#[test]
fn random_programs_do_the_same_step_by_step() {
    let cases = cases();
    let mut done = [0; KINDS];
    for number in 0..cases {
        let program = random::program(number, false);
        let [tokio, kettle] = play(&program);
        if tokio.recording != kettle.recording {
            let parted = parted(&tokio.recording, &kettle.recording);
            panic!("program {number}: {program:#?}\n{parted}");
        }
        assert_eq!(tokio.done, kettle.done);
        for (sum, done) in done.iter_mut().zip(tokio.done) {
            *sum += done;
        }
    }
    // Every kind of step came to its end, not once but often.
    assert!(done.iter().all(|&done| done as u64 >= cases / 50), "{done:?}");
}

/// A run that is recorded takes the same path as one that is not.
#[test]
fn random_programs_do_the_same_whether_or_not_they_are_recorded() {
    let mut polls = 0;
    for number in 0..cases() {
        let program = random::program(number, false);
        let [alone, recorded] = own_logs(&program);
        assert_eq!(alone, recorded, "program {number}: {program:#?}");
        polls += alone.iter().filter(|line| line.ends_with(" is polled")).count() as u64;
    }
    assert!(polls > 5 * cases(), "{polls} polls");
}

/// The comparison is not blind: with equal deadlines, which are expected to make a difference, it
/// finds some.
#[test]
fn random_programs_with_equal_deadlines_do_not() {
    let differ = (0..200).filter(|&number| {
        let [tokio, kettle] = play(&random::program(number, true));
        tokio.recording != kettle.recording
    });
    assert!(differ.count() > 0);
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

/// Where the two part, with the steps before.
fn parted(tokio: &Recording, kettle: &Recording) -> String {
    let (tokio, kettle) = (tokio.lines(), kettle.lines());
    let same = tokio.iter().zip(&kettle).take_while(|(tokio, kettle)| tokio == kettle).count();
    let before = tokio[same.saturating_sub(12)..same].join("\n");
    let rest =
        |lines: &[String]| lines[same..].iter().take(8).cloned().collect::<Vec<_>>().join("\n");
    format!("both:\n{before}\ntokio:\n{}\nkettle:\n{}", rest(&tokio), rest(&kettle))
}
