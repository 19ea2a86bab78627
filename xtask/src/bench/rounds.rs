//! How is a row measured on a machine that never stands still?
//!
//! In rounds, each of which runs every runtime once, in an order drawn by lot: what disturbs a
//! round disturbs all of them. tokio runs twice.

use std::hash::{BuildHasher, RandomState};
use std::io::{self, Write};

use super::figures::{AGAIN, BASE, Figures};
use super::row::{Build, Row, Sample, sample};

/// Measures one row, and shows each sample as it comes.
pub(crate) fn measure(
    build: &Build,
    row: Row,
    rounds: usize,
    peers: Option<&[String]>,
    width: usize,
) -> Result<Figures, String> {
    let runtimes = runtimes(&row, peers);
    let mut samples = vec![Vec::<Sample>::new(); runtimes.len()];
    for round in 1..=rounds {
        print!("{:width$}  round {round}/{rounds}:", row.name);
        for index in shuffled(runtimes.len()) {
            let runtime = runtimes[index].as_str();
            let program = if runtime == AGAIN { BASE } else { runtime };
            // System calls are counts: once is enough.
            let flags: &[&str] = if round == 1 { &["--calls"] } else { &[] };
            let sample = sample(build, &row, program, flags)?;
            print!("  {runtime} {:.1}", sample.value);
            // Progress only: nothing depends on it.
            let _ = io::stdout().flush();
            samples[index].push(sample);
        }
        println!();
    }
    Ok(Figures { row, runtimes: runtimes.into_iter().zip(samples).collect() })
}

/// Who runs in each round: all that the row knows or that were chosen, tokio once more.
fn runtimes(row: &Row, peers: Option<&[String]>) -> Vec<String> {
    let always = ["kettle", BASE];
    let chosen = |runtime: &&String| {
        always.contains(&runtime.as_str()) || peers.is_none_or(|peers| peers.contains(runtime))
    };
    let mut runtimes: Vec<String> = row.runtimes.iter().filter(chosen).cloned().collect();
    if runtimes.iter().any(|runtime| runtime == BASE) {
        runtimes.push(AGAIN.to_owned());
    }
    runtimes
}

/// The numbers below `count`, in random order.
fn shuffled(count: usize) -> Vec<usize> {
    let lot = RandomState::new();
    let mut numbers: Vec<usize> = (0..count).collect();
    numbers.sort_by_key(|number| lot.hash_one(number));
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_has_everybody_once() {
        let mut order = shuffled(5);
        order.sort_unstable();
        assert_eq!(order, [0, 1, 2, 3, 4]);
    }
}
