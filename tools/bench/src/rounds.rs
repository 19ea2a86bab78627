//! How is a row measured on a machine that never stands still?
//!
//! In rounds, each of which runs every runtime once, in an order drawn by lot: what disturbs a
//! round disturbs all of them. tokio runs twice. The lot's seed is told, and kept with the figures:
//! with it, the same orders come again.

use std::io::{self, Write};
use std::time::Instant;

use crate::figures::{AGAIN, BASE, Figures};
use crate::row::{Build, Row, Sample, sample};

/// Bytes are the same in each run, or nearly.
const ROUNDS_OF_BYTES: usize = 3;

/// How often a row is measured, if `rounds` are wished.
pub(crate) fn rounds_of(row: &Row, rounds: usize) -> usize {
    if row.unit == "B" { rounds.min(ROUNDS_OF_BYTES) } else { rounds }
}

/// Measures one row, and shows each sample as it comes, behind `head`.
pub(crate) fn measure(
    build: &Build,
    row: Row,
    rounds: usize,
    peers: Option<&[String]>,
    seed: u64,
    head: &str,
) -> Result<Figures, String> {
    let rounds = rounds_of(&row, rounds);
    let runtimes = runtimes(&row, peers);
    let mut lot = Lot::of(seed, &row.name);
    let mut samples = vec![Vec::<Sample>::new(); runtimes.len()];
    let begun = Instant::now();
    for round in 1..=rounds {
        print!("{head}  round {round}/{rounds}:");
        for index in lot.order(runtimes.len()) {
            let runtime = runtimes[index].as_str();
            let program = if runtime == AGAIN { BASE } else { runtime };
            // Counts repeat: once is enough.
            let counts = round == 1 && runtime != AGAIN;
            let flags: &[&str] = if counts { &["--counts"] } else { &[] };
            let sample = sample(build, &row, program, flags).inspect_err(|_| println!())?;
            print!("  {runtime} {:.1}", sample.value);
            // Progress only: nothing depends on it.
            let _ = io::stdout().flush();
            samples[index].push(sample);
        }
        println!();
    }
    let taken = u32::try_from(rounds * runtimes.len()).unwrap_or(u32::MAX);
    let seconds = (begun.elapsed() / taken.max(1)).as_secs_f64();
    let runtimes = runtimes.into_iter().zip(samples).collect();
    Ok(Figures { row, runtimes, seed, seconds })
}

/// Who runs in each round: all that the row knows or that were chosen, tokio once more.
pub(crate) fn runtimes(row: &Row, peers: Option<&[String]>) -> Vec<String> {
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

/// Random numbers that come again with the same seed (`SplitMix64`).
struct Lot(u64);

impl Lot {
    /// Each row has its own, so that it is measured alone as among all.
    fn of(seed: u64, row: &str) -> Lot {
        Lot(row.bytes().fold(seed, |seed, byte| Lot(seed ^ u64::from(byte)).draw()))
    }

    fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// The numbers below `count`, in random order.
    fn order(&mut self, count: usize) -> Vec<usize> {
        let mut numbers: Vec<(u64, usize)> = (0..count).map(|n| (self.draw(), n)).collect();
        numbers.sort_unstable();
        numbers.into_iter().map(|(_, number)| number).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_has_everybody_once_and_comes_again() {
        let (mut lot, mut again) = (Lot::of(7, "yield"), Lot::of(7, "yield"));
        let orders: Vec<Vec<usize>> = (0..20).map(|_| lot.order(5)).collect();
        assert!(orders.iter().all(|order| *order == again.order(5)));
        assert!(orders.iter().any(|order| *order != orders[0]), "{orders:?}");
        for mut order in orders {
            order.sort_unstable();
            assert_eq!(order, [0, 1, 2, 3, 4]);
        }
        assert_ne!(Lot::of(7, "mpsc").draw(), Lot::of(7, "yield").draw());
    }

    #[test]
    fn bytes_need_fewer_rounds() {
        let row = |unit| Row::read(&format!("r\tp\t{unit}\t-\tgated\t-\tkettle,tokio\tx")).unwrap();
        assert_eq!((rounds_of(&row("ns"), 7), rounds_of(&row("B"), 7)), (7, 3));
        assert_eq!(rounds_of(&row("B"), 2), 2);
    }

    #[test]
    fn tokio_runs_twice_and_others_if_chosen() {
        let row = Row::read("r\tp\tns\t-\tgated\t-\tkettle,tokio,smol,raw\tx").unwrap();
        assert_eq!(runtimes(&row, None), ["kettle", "tokio", "smol", "raw", AGAIN]);
        let peers = ["raw".to_owned()];
        assert_eq!(runtimes(&row, Some(&peers)), ["kettle", "tokio", "raw", AGAIN]);
    }
}
