//! How is a row measured on a machine that never stands still?
//!
//! In rounds, each of which runs every runtime once, in random order: what disturbs a round disturbs
//! all of them. tokio runs twice.

use kettle_kit::report::Trouble;

use crate::bench::figures::{AGAIN, BASE, Figures};
use crate::bench::row::{Build, Row};

/// Bytes are the same in each run, or nearly.
const ROUNDS_OF_BYTES: usize = 3;

/// How rows are measured.
pub(crate) struct Rounds {
    number: usize,
    /// The runtimes that run beside kettle and tokio; `None`: all.
    peers: Option<Vec<String>>,
}

impl Rounds {
    pub(crate) fn of(number: usize, peers: Option<Vec<String>>) -> Rounds {
        Rounds { number, peers }
    }

    /// Measures one row, and prints a line for each round.
    pub(crate) fn measure(&self, build: &Build, row: &Row) -> Result<Figures, Trouble> {
        let rounds = self.number(row);
        let names = self.runtimes(row);
        let mut samples = vec![Vec::new(); names.len()];
        let mut order: Vec<usize> = (0..names.len()).collect();
        for round in 1..=rounds {
            let mut told = vec![format!("{:20} round {round}/{rounds}:", row.name)];
            fastrand::shuffle(&mut order);
            for &index in &order {
                let name = names[index].as_str();
                let program = if name == AGAIN { BASE } else { name };
                // Counts repeat: once is enough.
                let counts = round == 1 && name != AGAIN;
                let sample =
                    build.sample(row, program, if counts { &["--counts"] } else { &[] })?;
                told.push(format!("{name} {:.1}", sample.value));
                samples[index].push(sample);
            }
            println!("{}", told.join("  "));
        }
        let sampled: Vec<_> = names.into_iter().zip(samples).collect();
        Ok(Figures::of(row, &sampled))
    }

    /// How many rounds a row has.
    fn number(&self, row: &Row) -> usize {
        if row.unit == "B" { self.number.min(ROUNDS_OF_BYTES) } else { self.number }
    }

    /// Which runtimes run in each round: all that the row knows or that were chosen, tokio once more.
    fn runtimes(&self, row: &Row) -> Vec<String> {
        let chosen = |name: &&String| match &self.peers {
            Some(peers) => peers.contains(name) || ["kettle", BASE].contains(&name.as_str()),
            None => true,
        };
        let again = row.peers.iter().any(|name| name == BASE).then(|| AGAIN.to_owned());
        row.peers.iter().filter(chosen).cloned().chain(again).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(unit: &str) -> Row {
        Row::read(&format!("r\t{unit}\t-\t-\tkettle,tokio,smol,raw\tx")).unwrap()
    }

    #[test]
    fn bytes_need_fewer_rounds() {
        let number = |wished, unit| Rounds::of(wished, None).number(&row(unit));
        assert_eq!((number(7, "ns"), number(7, "B"), number(2, "B")), (7, 3, 2));
    }

    #[test]
    fn tokio_runs_twice_and_others_if_chosen() {
        let all = Rounds::of(1, None);
        assert_eq!(all.runtimes(&row("ns")), ["kettle", "tokio", "smol", "raw", AGAIN]);
        let some = Rounds::of(1, Some(vec!["raw".to_owned()]));
        assert_eq!(some.runtimes(&row("ns")), ["kettle", "tokio", "raw", AGAIN]);
    }
}
