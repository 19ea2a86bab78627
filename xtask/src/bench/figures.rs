//! What follows from the samples of a row?
//!
//! The ratio to tokio, round by round, then its median and quartiles; the noise, which is how far
//! tokio's ratio to itself is from 1. Only these are kept, and the notes that the page quotes.

use serde::{Deserialize, Serialize};

use crate::bench::row::{Row, Sample};

/// The runtime that all others are compared with.
pub(crate) const BASE: &str = "tokio";
/// The same once more: it differs from itself by noise only.
pub(crate) const AGAIN: &str = "tokio again";
/// The notes of samples that are on the page.
const QUOTED: [&str; 3] = ["system calls", "start-up ns", "answer ns"];

/// One row, and what it came to.
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
    /// The median of the row's figure.
    pub(crate) median: f64,
    /// To tokio's figure of the same round.
    pub(crate) ratio: Option<Ratio>,
    /// What else the samples told, by the medians.
    pub(crate) notes: Vec<(String, f64)>,
}

/// The middle of some ratios, and of their lower and upper half.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Ratio {
    pub(crate) lower: f64,
    pub(crate) median: f64,
    pub(crate) upper: f64,
}

impl Figures {
    /// What the samples of each runtime come to; the first samples of all are one round, and so on.
    pub(crate) fn of(row: &Row, sampled: &[(String, Vec<Sample>)]) -> Figures {
        let base = sampled.iter().find(|(name, _)| name == BASE);
        let runtime = |(name, samples): &(String, Vec<Sample>)| {
            let ratios = base.map(|(_, base)| {
                let rounds = samples.iter().zip(base);
                rounds.map(|(ours, base)| share(ours.value, base.value)).collect::<Vec<_>>()
            });
            let values: Vec<f64> = samples.iter().map(|sample| sample.value).collect();
            let notes = QUOTED.iter().filter_map(|note| {
                let all = samples.iter().flat_map(|sample| &sample.notes);
                let values: Vec<f64> =
                    all.filter(|(name, _)| name == note).map(|it| it.1).collect();
                (!values.is_empty()).then(|| ((*note).to_owned(), rounded(quantile(&values, 0.5))))
            });
            let at = |ratios: &[f64], part| rounded(quantile(ratios, part));
            Runtime {
                name: name.clone(),
                median: rounded(quantile(&values, 0.5)),
                ratio: ratios.map(|ratios| Ratio {
                    lower: at(&ratios, 0.25),
                    median: at(&ratios, 0.5),
                    upper: at(&ratios, 0.75),
                }),
                notes: notes.collect(),
            }
        };
        Figures { row: row.clone(), runtimes: sampled.iter().map(runtime).collect() }
    }

    fn runtime(&self, name: &str) -> Option<&Runtime> {
        self.runtimes.iter().find(|runtime| runtime.name == name)
    }

    /// The runtime's own figure.
    pub(crate) fn median(&self, runtime: &str) -> Option<f64> {
        Some(self.runtime(runtime)?.median)
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
        self.runtime(runtime)?.ratio
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

/// Four digits say more than a sample knows.
fn rounded(value: f64) -> f64 {
    let digits = if value.abs() < 10.0 { 1e4 } else { 1e2 };
    (value * digits).round() / digits
}

/// The value below which `part` of the values lie, between the two nearest.
fn quantile(values: &[f64], part: f64) -> f64 {
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
    let row = Row::read(&format!("{name}\tns\t-\tkettle,tokio\tx")).unwrap();
    let sample = |value: &f64| Sample { value: *value, notes: Vec::new() };
    let sampled = runtimes.iter().map(|(name, samples)| {
        ((*name).to_owned(), samples.iter().map(sample).collect::<Vec<_>>())
    });
    Figures::of(&row, &sampled.collect::<Vec<_>>())
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
        assert_eq!((ratio.lower, ratio.median, ratio.upper), (0.5, 0.5, 0.525));
        assert_eq!(figures.ratio("smol"), None);
        assert_eq!(figures.noise(), 0.0, "nothing is known of it");
    }
}
