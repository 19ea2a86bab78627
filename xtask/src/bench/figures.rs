//! What follows from the samples of a row?
//!
//! The ratio to tokio, round by round, then its median and quartiles; the noise, which is how far
//! tokio's ratio to itself is from 1.

use serde::{Deserialize, Serialize};

use crate::bench::row::Row;

/// The runtime that all others are compared with.
pub(crate) const BASE: &str = "tokio";
/// The same once more: it differs from itself by noise only.
pub(crate) const AGAIN: &str = "tokio again";

/// All samples of one row.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Figures {
    #[serde(flatten)]
    pub(crate) row: Row,
    pub(crate) runtimes: Vec<Runtime>,
}

/// What one runtime did in a row.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Runtime {
    pub(crate) name: String,
    /// The row's figure, from each round one.
    pub(crate) samples: Vec<f64>,
    /// What else the samples told, by the medians.
    pub(crate) notes: Vec<(String, f64)>,
}

/// The middle of some ratios, and of their lower and upper half.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Ratio {
    pub(crate) lower: f64,
    pub(crate) median: f64,
    pub(crate) upper: f64,
}

impl Figures {
    fn runtime(&self, name: &str) -> Option<&Runtime> {
        self.runtimes.iter().find(|runtime| runtime.name == name)
    }

    /// The runtime's own figure: the median of its samples.
    pub(crate) fn median(&self, runtime: &str) -> Option<f64> {
        Some(quantile(&self.runtime(runtime)?.samples, 0.5))
    }

    pub(crate) fn notes(&self, runtime: &str) -> &[(String, f64)] {
        self.runtime(runtime).map_or(&[], |runtime| &runtime.notes)
    }

    /// One of the notes of a runtime.
    pub(crate) fn note(&self, runtime: &str, name: &str) -> Option<f64> {
        self.notes(runtime).iter().find(|note| note.0 == name).map(|note| note.1)
    }

    /// The runtime's share of tokio's figure.
    pub(crate) fn ratio(&self, runtime: &str) -> Option<Ratio> {
        let (ours, base) = (self.runtime(runtime)?, self.runtime(BASE)?);
        let pairs = ours.samples.iter().zip(&base.samples);
        let ratios: Vec<f64> = pairs.map(|(ours, base)| share(*ours, *base)).collect();
        let [lower, median, upper] = [0.25, 0.5, 0.75].map(|part| quantile(&ratios, part));
        Some(Ratio { lower, median, upper })
    }

    /// How far tokio is from itself.
    pub(crate) fn noise(&self) -> f64 {
        self.ratio(AGAIN).map_or(0.0, |ratio| (ratio.median - 1.0).abs())
    }

    /// The other runtimes' shares of tokio's figure.
    pub(crate) fn others(&self) -> String {
        let names = self.runtimes.iter().map(|runtime| runtime.name.as_str());
        let others = names.filter(|name| !["kettle", BASE, AGAIN].contains(name));
        let share = |name| Some(format!("{name} {:.2}", self.ratio(name)?.median));
        others.filter_map(share).collect::<Vec<_>>().join(", ")
    }
}

impl Ratio {
    /// `0.35 (0.34–0.36)`: the median, and the quartiles.
    pub(crate) fn in_words(self) -> String {
        let Ratio { lower, median, upper } = self;
        format!("{median:.2} ({lower:.2}–{upper:.2})")
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
pub(crate) fn of(name: &str, runtimes: &[(&str, &[f64])]) -> Figures {
    let row = Row::read(&format!("{name}\tp\tns\t-\t-\tkettle,tokio\tx")).unwrap();
    let runtime = |(name, samples): &(&str, &[f64])| Runtime {
        name: (*name).to_owned(),
        samples: samples.to_vec(),
        notes: Vec::new(),
    };
    Figures { row, runtimes: runtimes.iter().map(runtime).collect() }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "what is compared here is exact")]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_is_taken_round_by_round() {
        // The second round was disturbed: all of it.
        let tokio = [20.0, 180.0, 20.0];
        let figures = of("r", &[("kettle", &[10.0, 90.0, 11.0]), (BASE, &tokio)]);
        let ratio = figures.ratio("kettle").unwrap();
        assert_eq!((ratio.lower, ratio.median), (0.5, 0.5));
        assert!((ratio.upper - 0.525).abs() < 1e-9);
        assert_eq!(figures.ratio("smol"), None);
        assert_eq!(figures.noise(), 0.0, "nothing is known of it");
    }
}
