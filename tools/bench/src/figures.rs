//! What follows from the samples of a row?
//!
//! The ratio to tokio, round by round, then its median and quartiles; the noise, which is how far
//! tokio's ratio to itself is from 1. The verdicts are in `targets.rs`.

use crate::row::{Row, Sample};

pub(crate) use crate::row::BASE;

/// The same once more: nobody differs from itself but by noise.
pub(crate) const AGAIN: &str = "tokio again";

/// All samples of one row: for each runtime one from each round.
#[derive(Clone, Debug)]
pub(crate) struct Figures {
    pub(crate) row: Row,
    pub(crate) runtimes: Vec<(String, Vec<Sample>)>,
    /// With what the order of the rounds was drawn.
    pub(crate) seed: u64,
    /// How long a sample took, all in all: for whoever waits for the next run.
    pub(crate) seconds: f64,
}

/// The middle of some ratios, and of their lower and upper half.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Ratio {
    pub(crate) lower: f64,
    pub(crate) median: f64,
    pub(crate) upper: f64,
}

impl Figures {
    /// The runtime's own figure: the median of its samples.
    pub(crate) fn median(&self, runtime: &str) -> Option<f64> {
        Some(quantile(&self.values(runtime)?, 0.5))
    }

    /// What else the runtime's samples told, by the medians.
    pub(crate) fn notes(&self, runtime: &str) -> Vec<(String, f64)> {
        let Some((_, samples)) = self.runtimes.iter().find(|(name, _)| name == runtime) else {
            return Vec::new();
        };
        let names = samples.first().into_iter().flat_map(|sample| &sample.notes);
        let value = |name: &str| {
            let notes = samples.iter().flat_map(|sample| &sample.notes);
            let values: Vec<f64> = notes.filter(|note| note.0 == name).map(|note| note.1).collect();
            quantile(&values, 0.5)
        };
        names.map(|(name, _)| (name.clone(), value(name))).collect()
    }

    /// One of the notes of a runtime.
    pub(crate) fn note(&self, runtime: &str, name: &str) -> Option<f64> {
        self.notes(runtime).into_iter().find(|note| note.0 == name).map(|note| note.1)
    }

    /// The runtime's share of tokio's figure.
    pub(crate) fn ratio(&self, runtime: &str) -> Option<Ratio> {
        self.ratio_to(BASE, runtime)
    }

    /// The runtime's share of another one's.
    pub(crate) fn ratio_to(&self, base: &str, runtime: &str) -> Option<Ratio> {
        let (ours, base) = (self.values(runtime)?, self.values(base)?);
        let ratios: Vec<f64> =
            ours.iter().zip(base).map(|(ours, base)| share(*ours, base)).collect();
        let [lower, median, upper] = [0.25, 0.5, 0.75].map(|part| quantile(&ratios, part));
        Some(Ratio { lower, median, upper })
    }

    /// How far tokio is from itself.
    pub(crate) fn noise(&self) -> f64 {
        self.ratio(AGAIN).map_or(0.0, |ratio| (ratio.median - 1.0).abs())
    }

    /// Is kettle's share of tokio's figure above 1, by more than noise? Its lower quartile counts: so
    /// it is surely slower.
    pub(crate) fn is_slower(&self) -> bool {
        self.ratio("kettle").is_some_and(|ratio| ratio.lower > 1.0 + self.noise())
    }

    /// May it be above 1, by more than noise? Its upper quartile counts, as with a target.
    pub(crate) fn may_be_slower(&self) -> bool {
        self.ratio("kettle").is_some_and(|ratio| ratio.upper > 1.0 + self.noise())
    }

    fn values(&self, runtime: &str) -> Option<Vec<f64>> {
        let (_, samples) = self.runtimes.iter().find(|(name, _)| name == runtime)?;
        Some(samples.iter().map(|sample| sample.value).collect())
    }
}

/// A part of `base`; where there is nothing to share, nothing is the whole.
fn share(ours: f64, base: f64) -> f64 {
    if ours <= 0.0 && base <= 0.0 { 1.0 } else { ours / base }
}

/// The value below which `part` of the values lie, between the two nearest.
pub(crate) fn quantile(values: &[f64], part: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    #[expect(clippy::cast_precision_loss, reason = "a handful of rounds")]
    let place = part * last as f64;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the list")]
    let below = place as usize;
    let above = (below + 1).min(last);
    sorted[below] + (sorted[above] - sorted[below]) * place.fract()
}

/// Figures for tests.
#[cfg(test)]
pub(crate) fn of(name: &str, target: &str, runtimes: &[(&str, &[f64])]) -> Figures {
    let row = Row::read(&format!("{name}\tp\tns\t{target}\tgated\t-\tkettle,tokio\tx")).unwrap();
    let sample = |&value: &f64| Sample { value, notes: Vec::new() };
    let samples = |values: &[f64]| values.iter().map(sample).collect();
    let runtimes =
        runtimes.iter().map(|(name, values)| ((*name).to_owned(), samples(values))).collect();
    Figures { row, runtimes, seed: 7, seconds: 0.5 }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "what is compared here is exact")]
mod tests {
    use super::*;

    #[test]
    fn quantiles_lie_between_the_values() {
        let values = [4.0, 1.0, 3.0, 2.0];
        assert_eq!([0.0, 0.5, 1.0].map(|part| quantile(&values, part)), [1.0, 2.5, 4.0]);
        assert_eq!(quantile(&[7.0], 0.75), 7.0);
        assert!(quantile(&[], 0.5).is_nan());
    }

    #[test]
    fn a_ratio_is_taken_round_by_round() {
        // The second round was disturbed: all of it.
        let tokio = [20.0, 180.0, 20.0];
        let figures = of("r", "0.5", &[("kettle", &[10.0, 90.0, 11.0]), (BASE, &tokio)]);
        let ratio = figures.ratio("kettle").unwrap();
        assert_eq!((ratio.lower, ratio.median), (0.5, 0.5));
        assert!((ratio.upper - 0.525).abs() < 1e-9);
        assert_eq!(figures.ratio("smol"), None);
        assert_eq!(figures.noise(), 0.0, "nothing is known of it");
    }

    #[test]
    fn noise_is_the_distance_of_tokio_from_itself() {
        let again = |values: &[f64]| of("r", "-", &[(BASE, &[100.0; 3]), (AGAIN, values)]).noise();
        assert_eq!(again(&[100.0; 3]), 0.0);
        assert!((again(&[97.0, 96.0, 98.0]) - 0.03).abs() < 1e-9);
        assert!((again(&[103.0; 3]) - 0.03).abs() < 1e-9);
    }

    #[test]
    fn slower_is_surely_or_maybe() {
        let slow = |kettle: &[f64]| {
            let tokio = [100.0; 3];
            let figures = of("r", "-", &[("kettle", kettle), (BASE, &tokio), (AGAIN, &[102.0; 3])]);
            (figures.is_slower(), figures.may_be_slower())
        };
        assert_eq!(slow(&[100.0, 101.0, 101.0]), (false, false));
        assert_eq!(slow(&[100.0, 101.0, 110.0]), (false, true));
        assert_eq!(slow(&[103.0, 104.0, 110.0]), (true, true));
    }
}
