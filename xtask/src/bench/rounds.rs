//! How is a row measured on a machine that never stands still?
//!
//! In rounds, each of which runs every runtime once, in random order: what disturbs a round
//! disturbs all of them. tokio runs twice.

use kettle_kit::report::Trouble;

use crate::bench::figures::{AGAIN, BASE, Figures};
use crate::bench::row::{Build, Row};

/// Bytes are the same in each run, or nearly.
const ROUNDS_OF_BYTES: usize = 3;

/// Measures one row, and prints a line for each round.
pub(crate) fn measure(build: &Build, row: &Row, rounds: usize) -> Result<Figures, Trouble> {
    let rounds = if row.unit == "B" { rounds.min(ROUNDS_OF_BYTES) } else { rounds };
    let again = row.peers.iter().any(|name| name == BASE).then(|| AGAIN.to_owned());
    let names: Vec<String> = row.peers.iter().cloned().chain(again).collect();
    let mut samples = vec![Vec::new(); names.len()];
    let mut order: Vec<usize> = (0..names.len()).collect();
    for round in 1..=rounds {
        let mut told = vec![format!("{:20} round {round}/{rounds}:", row.name)];
        fastrand::shuffle(&mut order);
        for &index in &order {
            let name = names[index].as_str();
            let program = if name == AGAIN { BASE } else { name };
            // Counts repeat: once is enough.
            let flags: &[&str] = if round == 1 && name != AGAIN { &["--counts"] } else { &[] };
            let sample = build.sample(row, program, flags)?;
            told.push(format!("{name} {:.1}", sample.value));
            samples[index].push(sample);
        }
        println!("{}", told.join("  "));
    }
    let sampled: Vec<_> = names.into_iter().zip(samples).collect();
    Ok(Figures::of(row, &sampled))
}
