//! Are the exercises right?
//!
//! `cargo exercise prove` knows how to tell (`exercises/checker/src/prove.rs`), and closes with a
//! line like libtest's.

use kettle_kit::cargo;
use kettle_kit::report::Report;
use kettle_kit::tally::Tally;

pub(crate) fn exercises(report: &mut Report) {
    let command = "cargo exercise prove";
    report.long_check("every exercise and each of its answers", command, || {
        let mut command = cargo::command(&["exercise", "prove"]);
        let finished = cargo::finish(&mut command, "exercises")?;
        let tally = Tally::read(&finished.stdout);
        if tally.passed == 0 {
            return Err("no candidate was examined".into());
        }
        Ok(tally)
    });
}
