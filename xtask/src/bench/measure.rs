//! How is a row of the bench measured?
//!
//! A *row* is a small program, and a *sample* is one run of it on one runtime (`row.rs`). A sample
//! prints the row's figure, called `value`, and perhaps further ones, its *notes*. [`measure`] runs
//! rounds. A round takes a sample on every runtime, in random order, so that a disturbance hits
//! all, and a second one on tokio, which shows how much chance alone changes a figure.

use kettle_kit::report::Trouble;

use crate::bench::figures::{Figures, INSTRUCTIONS, Sampled, TOKIO_AGAIN, median};
use crate::bench::row::{BYTES, Bench, KETTLE, Row, TOKIO, WITHOUT_DOCTOR};

/// Rows about memory need few rounds, because memory hardly differs between runs.
const ROUNDS_OF_BYTES: usize = 3;
/// How often instructions are counted: the doctor may happen to look at the runtime during one run.
const COUNTS: usize = 5;
/// A row for a debug build runs for 5 ms, 50 ms or 3 s, and its name ends with the time. Only the
/// shortest run's instructions are counted, because an operation takes as many in a longer one.
const SHORTEST: &str = ":5ms";

/// Measures one row, and prints a line for each round.
pub(crate) fn measure(bench: &Bench, row: &Row, rounds: usize) -> Result<Figures, Trouble> {
    let rounds = if row.unit == BYTES { rounds.min(ROUNDS_OF_BYTES) } else { rounds };
    let mut runtimes = runtimes_of_round(row);
    let mut order: Vec<usize> = (0..runtimes.len()).collect();
    for round in 1..=rounds {
        let mut line = vec![format!("{:20} round {round}/{rounds}:", row.name)];
        fastrand::shuffle(&mut order);
        for &index in &order {
            let Sampled { name, samples } = &mut runtimes[index];
            let runtime = if name == TOKIO_AGAIN { TOKIO } else { name.as_str() };
            let sample = bench.sample(&row.name, runtime)?;
            line.push(format!("{name} {:.1}", sample["value"]));
            samples.push(sample);
        }
        println!("{}", line.join("  "));
    }
    let mut figures = Figures::of(row, &runtimes);
    if row.is_debug() && row.name.ends_with(SHORTEST) {
        count_instructions(bench, &mut figures)?;
    }
    Ok(figures)
}

/// The runtimes that a round runs, without samples yet: those of the row, tokio a second time, and
/// in a debug build kettle without its doctor.
fn runtimes_of_round(row: &Row) -> Vec<Sampled> {
    let mut names = row.runtimes.clone();
    if names.iter().any(|name| name == TOKIO) {
        names.push(TOKIO_AGAIN.to_owned());
    }
    if row.is_debug() {
        names.push(WITHOUT_DOCTOR.to_owned());
    }
    names.into_iter().map(|name| Sampled { name, samples: Vec::new() }).collect()
}

/// Adds the instructions of an operation on kettle, with and without its doctor.
fn count_instructions(bench: &Bench, figures: &mut Figures) -> Result<(), Trouble> {
    for runtime in &mut figures.runtimes {
        if ![KETTLE, WITHOUT_DOCTOR].contains(&runtime.name.as_str()) {
            continue;
        }
        let mut counts = Vec::new();
        for _ in 0..COUNTS {
            counts.push(bench.counts(&figures.row.name, &runtime.name)?[INSTRUCTIONS]);
        }
        runtime.notes.push((INSTRUCTIONS.to_owned(), median(&counts)));
    }
    Ok(())
}
