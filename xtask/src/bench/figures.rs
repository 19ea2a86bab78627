//! What follows from the samples of a row?
//!
//! The ratio to tokio, round by round, then its median and quartiles; the noise, which is how far
//! tokio's ratio to itself is from 1; and the verdict.

use super::row::{Row, Sample};

/// Whom all others are compared with.
pub(crate) const BASE: &str = "tokio";
/// The same once more: nobody differs from itself but by noise.
pub(crate) const AGAIN: &str = "tokio again";

/// All samples of one row: for each runtime one from each round.
#[derive(Clone, Debug)]
pub(crate) struct Figures {
    pub(crate) row: Row,
    pub(crate) runtimes: Vec<(String, Vec<Sample>)>,
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

    /// The runtime's share of tokio's figure.
    pub(crate) fn ratio(&self, runtime: &str) -> Option<Ratio> {
        self.ratio_to(BASE, runtime)
    }

    fn ratio_to(&self, base: &str, runtime: &str) -> Option<Ratio> {
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

    /// Is the row's target met? `None`: it has none, or whose part it is did not run.
    pub(crate) fn passes(&self) -> Option<bool> {
        let (target, ratio) = (self.row.target?, self.ratio_to(&self.row.beside, "kettle")?);
        Some(ratio.upper <= target + self.noise())
    }

    /// Is kettle's share above 1, by more than noise?
    pub(crate) fn is_slower(&self) -> bool {
        self.ratio("kettle").is_some_and(|ratio| ratio.lower > 1.0 + self.noise())
    }

    pub(crate) fn fails(&self) -> bool {
        self.passes() == Some(false)
    }

    /// A gated row that misses its target.
    pub(crate) fn fails_the_project(&self) -> bool {
        self.row.gated && self.fails()
    }

    /// One line, after the row's rounds.
    pub(crate) fn in_words(&self, width: usize) -> String {
        let mut words = vec![format!("{:width$}  =", self.row.name)];
        words.extend(self.runtimes.iter().map(|(runtime, _)| self.runtime_in_words(runtime)));
        if let Some(target) = self.row.target {
            let verdict = match self.passes() {
                Some(true) => "met",
                Some(false) => "MISSED",
                None => "not judged",
            };
            words.push(format!("target {target:.2} of {}: {verdict}", self.row.beside));
        }
        words.join("  ")
    }

    fn runtime_in_words(&self, runtime: &str) -> String {
        let median = self.median(runtime).unwrap_or(f64::NAN);
        let figure = format!("{runtime} {median:.1} {}", self.row.unit);
        match self.ratio(runtime).filter(|_| runtime != BASE) {
            Some(Ratio { lower, median, upper }) => {
                format!("{figure} ({median:.2}; {lower:.2}-{upper:.2})")
            }
            None => figure,
        }
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

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "what is compared here is exact")]
mod tests {
    use super::*;

    fn figures(target: f64, kettle: &[f64], tokio: &[f64], again: &[f64]) -> Figures {
        let row = Row::read(&format!("r\tp\tns\t{target}\tgated\tkettle,tokio\tx")).unwrap();
        let samples = |values: &[f64]| {
            values.iter().map(|&value| Sample { value, notes: Vec::new() }).collect()
        };
        let runtimes = [("kettle", kettle), (BASE, tokio), (AGAIN, again)];
        let runtimes = runtimes.map(|(name, values)| (name.to_owned(), samples(values)));
        Figures { row, runtimes: runtimes.into() }
    }

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
        let figures = figures(0.5, &[10.0, 90.0, 11.0], &[20.0, 180.0, 20.0], &[20.0, 180.0, 20.0]);
        let ratio = figures.ratio("kettle").unwrap();
        assert_eq!((ratio.lower, ratio.median), (0.5, 0.5));
        assert!((ratio.upper - 0.525).abs() < 1e-9);
        assert_eq!(figures.noise(), 0.0);
        assert_eq!(figures.passes(), Some(false), "the upper quartile counts");
    }

    #[test]
    fn a_target_may_be_a_part_of_another_figure() {
        let mut figures = figures(1.03, &[10.0; 3], &[20.0; 3], &[20.0; 3]);
        let raw = |value| vec![Sample { value, notes: Vec::new() }; 3];
        figures.row.beside = "raw".to_owned();
        assert_eq!(figures.passes(), None, "raw did not run");
        figures.runtimes.push(("raw".to_owned(), raw(9.0)));
        assert!(figures.fails());
        figures.runtimes[3].1 = raw(10.0);
        assert_eq!(figures.passes(), Some(true));
    }

    #[test]
    fn noise_widens_the_target() {
        let quiet = figures(0.5, &[52.0; 3], &[100.0; 3], &[100.0; 3]);
        let noisy = figures(0.5, &[52.0; 3], &[100.0; 3], &[97.0; 3]);
        assert!(quiet.fails() && quiet.fails_the_project());
        assert!(!noisy.fails());
    }
}
