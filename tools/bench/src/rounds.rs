//! How is a row measured on a machine that never stands still?
//!
//! In rounds, each of which runs every runtime once, in an order drawn by lot: what disturbs a
//! round disturbs all of them. tokio runs twice. The lot's seed is told, and kept with the figures:
//! with it, the same orders come again.

use fastrand::Rng;
use indicatif::{ProgressBar, ProgressStyle};

use crate::figures::{AGAIN, BASE, Figures, Runtime, quantile};
use crate::row::{Build, Row, Sample, sample};

/// Bytes are the same in each run, or nearly.
const ROUNDS_OF_BYTES: usize = 3;

/// How often, with which peers, and how far it is.
pub(crate) struct Rounds<'a> {
    number: usize,
    peers: Option<&'a [String]>,
    seed: u64,
    progress: ProgressBar,
}

impl<'a> Rounds<'a> {
    pub(crate) fn of(
        rows: &[&Row],
        number: usize,
        peers: Option<&'a [String]>,
        seed: u64,
    ) -> Rounds<'a> {
        let samples: usize =
            rows.iter().map(|row| rounds_of(row, number) * runtimes(row, peers).len()).sum();
        let progress = ProgressBar::new(samples as u64);
        let style = "{bar:20} {pos}/{len} samples, about {eta} left: {msg}";
        progress.set_style(ProgressStyle::with_template(style).expect("a well-formed template"));
        Rounds { number, peers, seed, progress }
    }

    /// Measures one row, and prints a line for each round.
    pub(crate) fn measure(&mut self, build: &Build, row: &Row) -> Result<Figures, String> {
        let rounds = rounds_of(row, self.number);
        let names = runtimes(row, self.peers);
        let mut lot = lot(self.seed, &row.name);
        let mut samples = vec![Vec::<Sample>::new(); names.len()];
        for round in 1..=rounds {
            let mut told = vec![format!("{:20} round {round}/{rounds}:", row.name)];
            let mut order: Vec<usize> = (0..names.len()).collect();
            lot.shuffle(&mut order);
            for index in order {
                let name = names[index].as_str();
                self.progress.set_message(format!("{} on {name}", row.name));
                let program = if name == AGAIN { BASE } else { name };
                // Counts repeat: once is enough.
                let counts = round == 1 && name != AGAIN;
                let flags: &[&str] = if counts { &["--counts"] } else { &[] };
                let sample = sample(build, row, program, flags)?;
                told.push(format!("{name} {:.1}", sample.value));
                samples[index].push(sample);
                self.progress.inc(1);
            }
            self.progress.suspend(|| println!("{}", told.join("  ")));
        }
        let runtimes = names.into_iter().zip(&samples).map(|(name, samples)| of(name, samples));
        Ok(Figures { row: row.clone(), runtimes: runtimes.collect(), seed: self.seed })
    }
}

/// How often a row is measured, if `rounds` are wished.
fn rounds_of(row: &Row, rounds: usize) -> usize {
    if row.unit == "B" { rounds.min(ROUNDS_OF_BYTES) } else { rounds }
}

/// Which runtimes run in each round: all that the row knows or that were chosen, tokio once more.
fn runtimes(row: &Row, peers: Option<&[String]>) -> Vec<String> {
    let always = ["kettle", BASE];
    let chosen = |runtime: &&String| {
        always.contains(&runtime.as_str()) || peers.is_none_or(|peers| peers.contains(runtime))
    };
    let mut runtimes: Vec<String> = row.peers.iter().filter(chosen).cloned().collect();
    if runtimes.iter().any(|runtime| runtime == BASE) {
        runtimes.push(AGAIN.to_owned());
    }
    runtimes
}

/// Each row has its own lot, so that it is measured alone as among all.
fn lot(seed: u64, row: &str) -> Rng {
    Rng::with_seed(
        row.bytes().fold(seed, |seed, byte| Rng::with_seed(seed ^ u64::from(byte)).u64(..)),
    )
}

/// What one runtime's samples come to.
fn of(name: String, samples: &[Sample]) -> Runtime {
    let names = samples.first().into_iter().flat_map(|sample| &sample.notes);
    let median = |name: &str| {
        let notes = samples.iter().flat_map(|sample| &sample.notes);
        let values: Vec<f64> = notes.filter(|note| note.0 == name).map(|note| note.1).collect();
        rounded(quantile(&values, 0.5))
    };
    let notes = names.map(|(name, _)| (name.clone(), median(name))).collect();
    Runtime { name, samples: samples.iter().map(|sample| rounded(sample.value)).collect(), notes }
}

/// Four digits say more than a sample knows.
fn rounded(value: f64) -> f64 {
    let digits = if value.abs() < 10.0 { 1e4 } else { 1e2 };
    (value * digits).round() / digits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(unit: &str) -> Row {
        Row::read(&format!("r\tp\t{unit}\t-\t-\tkettle,tokio,smol,raw\tx")).unwrap()
    }

    #[test]
    fn orders_come_again_with_their_seed() {
        let draw = |seed, row| lot(seed, row).u64(..);
        assert_eq!(draw(7, "yield"), draw(7, "yield"));
        assert_ne!(draw(7, "yield"), draw(7, "mpsc"));
        assert_ne!(draw(7, "yield"), draw(8, "yield"));
    }

    #[test]
    fn bytes_need_fewer_rounds() {
        assert_eq!((rounds_of(&row("ns"), 7), rounds_of(&row("B"), 7)), (7, 3));
        assert_eq!(rounds_of(&row("B"), 2), 2);
    }

    #[test]
    fn tokio_runs_twice_and_others_if_chosen() {
        assert_eq!(runtimes(&row("ns"), None), ["kettle", "tokio", "smol", "raw", AGAIN]);
        let peers = ["raw".to_owned()];
        assert_eq!(runtimes(&row("ns"), Some(&peers)), ["kettle", "tokio", "raw", AGAIN]);
    }

    #[test]
    fn a_runtime_has_its_samples_and_the_medians_of_its_notes() {
        let sample = |value, note| Sample { value, notes: vec![("calls".to_owned(), note)] };
        let runtime = of("kettle".to_owned(), &[sample(1.00001, 2.0), sample(3.0, 4.0)]);
        assert_eq!(runtime.samples, [1.0, 3.0]);
        assert_eq!(runtime.notes, [("calls".to_owned(), 3.0)]);
    }
}
