//! How long will it take?
//!
//! As long as the last time: the kept figures say how many seconds a sample of each row took. From
//! how long the rows that are done took in fact, follows how slow the machine is today.

use std::time::{Duration, Instant};

use crate::paper;
use crate::rounds;
use crate::row::Row;

/// What a sample takes of which nothing is known.
const TYPICAL: f64 = 0.6;

/// All rows of one run, with the seconds that each is expected to take.
pub(crate) struct Plan {
    rows: Vec<f64>,
    samples: usize,
    begun: Instant,
}

impl Plan {
    pub(crate) fn of(rows: &[Row], rounds: usize, peers: Option<&[String]>) -> Plan {
        let known = paper::load().map(|paper| paper.rows).unwrap_or_default();
        let seconds = |row: &Row| {
            let kept = known.iter().find(|kept| kept.figures.row.name == row.name);
            kept.map_or(TYPICAL, |kept| kept.figures.seconds)
        };
        let samples = |row| rounds::rounds_of(row, rounds) * rounds::runtimes(row, peers).len();
        #[expect(clippy::cast_precision_loss, reason = "some thousand samples")]
        let expected = |row| seconds(row) * samples(row) as f64;
        let samples = rows.iter().map(samples).sum();
        Plan { rows: rows.iter().map(expected).collect(), samples, begun: Instant::now() }
    }

    pub(crate) fn in_words(&self) -> String {
        let (rows, samples, all) = (self.rows.len(), self.samples, self.rows.iter().sum());
        format!("{rows} rows, {samples} samples, about {}", in_minutes(all))
    }

    /// When so many rows are done: how far it is.
    pub(crate) fn progress(&self, done: usize) -> String {
        let left = self.left(done, self.begun.elapsed());
        format!("[{}/{}, {} left]", done + 1, self.rows.len(), in_minutes(left))
    }

    /// Seconds until the end, when the first rows took so long.
    fn left(&self, done: usize, took: Duration) -> f64 {
        let (behind, before) = self.rows.split_at(done);
        let expected: f64 = behind.iter().sum();
        let pace = if expected > 0.0 { took.as_secs_f64() / expected } else { 1.0 };
        before.iter().sum::<f64>() * pace
    }
}

fn in_minutes(seconds: f64) -> String {
    if seconds < 60.0 { format!("{seconds:.0} s") } else { format!("{:.0} min", seconds / 60.0) }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "what is compared here is exact")]
mod tests {
    use super::*;

    #[test]
    fn the_rest_takes_as_much_longer_as_the_beginning() {
        let plan = Plan { rows: vec![10.0, 20.0, 30.0], samples: 6, begun: Instant::now() };
        assert_eq!(plan.left(0, Duration::ZERO), 60.0);
        assert_eq!(plan.left(1, Duration::from_secs(20)), 100.0);
        assert_eq!(plan.left(3, Duration::from_secs(90)), 0.0);
        assert_eq!(in_minutes(59.0), "59 s");
        assert_eq!(in_minutes(100.0), "2 min");
    }
}
