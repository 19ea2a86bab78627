//! Does each step of the ladder (`examples/steps/`) run the programs that it can, to the letter?
//!
//! A step is played whole, with seconds of 200 ms; what it prints for each program is the same on
//! all steps. A program that is beyond it is refused, with the name of the step that it needs.

use std::fs;
use std::process::Command;
use std::time::Duration;

use kettle_kit::process;
use kettle_kit::report::{Outcome, Report, none_of};
use kettle_kit::tally::Tally;
use kettle_kit::tree;

/// Far more than a step takes: only a hang comes here.
const LIMIT: Duration = Duration::from_mins(1);

/// What each program prints, in the order of the steps.
const EXPECTED: &str = "examples/steps/expected.txt";

/// Each step, and how many of the programs it runs.
const STEPS: &[(&str, usize)] = &[
    ("step1_busy", 2),
    ("step2_park", 2),
    ("step3_queue", 4),
    ("step4_wakers", 4),
    ("step5_timers", 4),
    ("step6_reactor", 5),
    ("step7_join", 7),
];

pub(crate) fn play(report: &mut Report) {
    report.check("every step of the ladder has a row", all_known);
    for &(step, programs) in STEPS {
        report.check(&format!("example {step}"), || play_all(step, programs));
    }
    report.check("a step refuses what is beyond it", refuses);
}

fn play_all(step: &str, programs: usize) -> Outcome {
    let all = tree::read(EXPECTED)?;
    let ends = all.match_indices("\n---- ").map(|(at, _)| at + 1).chain([all.len()]);
    let expected = &all[..ends.take(programs).last().unwrap_or(0)];
    let mut command = Command::new(tree::example(step)?);
    command.env("SECOND", "200");
    let finished = process::run(&mut command, LIMIT)?.expect_success()?;
    if finished.stdout == expected {
        return Ok(Tally::success());
    }
    Err(format!("it printed:\n{}\nand not:\n{expected}", finished.transcript).into())
}

fn refuses() -> Outcome {
    let mut command = Command::new(tree::example("step5_timers")?);
    let finished = process::run(command.arg("server"), LIMIT)?;
    let refused = finished.status.and_then(|status| status.code()) == Some(2);
    if refused && finished.transcript.contains("step6_reactor") {
        return Ok(Tally::success());
    }
    let (ending, told) = (finished.ending(), finished.transcript);
    Err(format!("`step5_timers server` should name step6_reactor: {ending}\n{told}").into())
}

/// A step without a row would not be played.
fn all_known() -> Outcome {
    let mut faults = Vec::new();
    for entry in fs::read_dir(tree::root().join("examples/steps"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let step = name.strip_suffix(".rs").filter(|stem| stem.starts_with("step"));
        if step.is_some_and(|stem| !STEPS.iter().any(|(known, _)| *known == stem)) {
            faults.push(format!("examples/steps/{name}: no row in xtask's table"));
        }
    }
    none_of(&faults)
}
