//! How fast is kettle in a row of the bench, and is it slower than tokio?
//!
//! `measure.rs` runs the row on every runtime, round by round. [`Figures::of`] divides each value
//! by tokio's of the same round, and takes the median and the quartiles of these ratios. Each round
//! runs tokio twice; the row's *noise* is how far tokio's ratio to itself is from 1.
//!
//! [`Rule::of`] judges a row. **No row is slower than tokio's runtime of one thread:** the median
//! of kettle's ratios is at most [`EQUAL`] plus the noise. A row may have a lower limit, its
//! `max_ratio`. [`terminal_line`] shows a row in the terminal.

use serde::{Deserialize, Serialize};

use crate::bench::row::{KETTLE, Numbers, Row, TOKIO, WITHOUT_DOCTOR};

/// Stands for a runtime: tokio's second sample in each round.
pub(crate) const TOKIO_AGAIN: &str = "tokio again";
/// The notes that the page quotes, of rows with many connections: the time until all of them are
/// accepted, and until all are answered.
pub(crate) const QUOTED: [&str; 2] = ["start-up ns", "answer ns"];
/// A note of rows for a debug build: the instructions of one operation.
pub(crate) const INSTRUCTIONS: &str = "instructions";
/// A median up to this counts as equal, because chance may move it this far.
const EQUAL: f64 = 1.02;

/// The samples of one runtime, round by round.
pub(crate) struct Sampled {
    /// A runtime's name, or [`TOKIO_AGAIN`], or [`WITHOUT_DOCTOR`], which is kettle without doctor.
    pub(crate) name: String,
    pub(crate) samples: Vec<Numbers>,
}

/// The figures of one row.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Figures {
    #[serde(flatten)]
    pub(crate) row: Row,
    pub(crate) runtimes: Vec<RuntimeFigures>,
}

/// The figures of one runtime in a row.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct RuntimeFigures {
    pub(crate) name: String,
    /// The median of the values.
    pub(crate) median: f64,
    /// The values divided by tokio's of the same rounds.
    pub(crate) ratio: Option<Ratio>,
    /// The name of each note, and the median of its values.
    pub(crate) notes: Vec<(String, f64)>,
}

/// The median and the quartiles of the rounds' ratios.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Ratio {
    pub(crate) lower: f64,
    pub(crate) median: f64,
    pub(crate) upper: f64,
}

impl Figures {
    /// Computes the figures. The first samples of all runtimes are from the first round, and so on.
    pub(crate) fn of(row: &Row, sampled: &[Sampled]) -> Figures {
        let tokio = sampled.iter().find(|runtime| runtime.name == TOKIO);
        let tokio_values = tokio.map(|tokio| numbers_called("value", &tokio.samples));
        let mut runtimes = Vec::new();
        for Sampled { name, samples } in sampled {
            let values = numbers_called("value", samples);
            let mut notes = Vec::new();
            for note in QUOTED {
                let values = numbers_called(note, samples);
                if !values.is_empty() {
                    notes.push((note.to_owned(), median(&values)));
                }
            }
            let ratio = tokio_values.as_ref().map(|of_tokio| Ratio::of(&values, of_tokio));
            let (name, median) = (name.clone(), median(&values));
            runtimes.push(RuntimeFigures { name, median, ratio, notes });
        }
        Figures { row: row.clone(), runtimes }
    }

    fn runtime(&self, name: &str) -> Option<&RuntimeFigures> {
        self.runtimes.iter().find(|runtime| runtime.name == name)
    }

    /// The median of the runtime's values.
    pub(crate) fn median(&self, runtime: &str) -> Option<f64> {
        Some(self.runtime(runtime)?.median)
    }

    /// A runtime's note of this name.
    pub(crate) fn note(&self, runtime: &str, name: &str) -> Option<f64> {
        let mut notes = self.runtime(runtime)?.notes.iter();
        notes.find_map(|(known, value)| (known == name).then_some(*value))
    }

    /// The runtime's values divided by tokio's.
    pub(crate) fn ratio(&self, runtime: &str) -> Option<Ratio> {
        self.runtime(runtime)?.ratio
    }

    /// How far the ratio of tokio to itself is from 1.
    pub(crate) fn noise(&self) -> f64 {
        self.ratio(TOKIO_AGAIN).map_or(0.0, |ratio| (ratio.median - 1.0).abs())
    }

    /// The runtimes besides kettle and tokio.
    pub(crate) fn others(&self) -> impl Iterator<Item = &str> {
        let names = self.runtimes.iter().map(|runtime| runtime.name.as_str());
        names.filter(|name| ![KETTLE, TOKIO, TOKIO_AGAIN, WITHOUT_DOCTOR].contains(name))
    }
}

/// The figure of this name in each sample that has one.
fn numbers_called(name: &str, samples: &[Numbers]) -> Vec<f64> {
    samples.iter().filter_map(|sample| sample.get(name).copied()).collect()
}

impl Ratio {
    /// Divides the value of each round by tokio's of the same round.
    fn of(values: &[f64], of_tokio: &[f64]) -> Ratio {
        let rounds = values.iter().zip(of_tokio);
        let ratios: Vec<f64> = rounds.map(|(value, of_tokio)| value / of_tokio).collect();
        let [lower, median, upper] = [1, 2, 3].map(|number| quartile(&ratios, number));
        Ratio { lower, median, upper }
    }

    /// `0.35 (0.34–0.36)`: the median, and the quartiles.
    pub(crate) fn to_text(self) -> String {
        let Ratio { lower, median, upper } = self;
        format!("{median:.2} ({lower:.2}–{upper:.2})")
    }
}

/// A row's rule, and whether the row keeps it.
pub(crate) struct Rule {
    /// Such as `≤ 1.02`.
    pub(crate) words: String,
    pub(crate) is_kept: bool,
}

impl Rule {
    /// There is no rule for a row of a debug build, or for one that tokio doesn't run.
    pub(crate) fn of(figures: &Figures) -> Option<Rule> {
        if figures.row.is_debug() {
            return None;
        }
        let ratio = figures.ratio(KETTLE)?;
        let max_ratio = figures.row.max_ratio.unwrap_or(EQUAL);
        let is_kept = ratio.median <= max_ratio + figures.noise();
        Some(Rule { words: format!("≤ {max_ratio:.2}"), is_kept })
    }
}

pub(crate) fn breaks_its_rule(figures: &Figures) -> bool {
    Rule::of(figures).is_some_and(|rule| !rule.is_kept)
}

/// The line for a row at the end of a run. It has no times, because these belong to one machine on
/// one day.
pub(crate) fn terminal_line(figures: &Figures) -> String {
    let ratio = figures.ratio(KETTLE).map(Ratio::to_text).unwrap_or_default();
    let verdict = match Rule::of(figures) {
        Some(Rule { words, is_kept: true }) => format!("{words} kept  "),
        Some(Rule { words, is_kept: false }) => format!("{words} BROKEN  "),
        None => String::new(),
    };
    let other_ratio = |name| Some(format!("{name} {:.2}", figures.ratio(name)?.median));
    let others = figures.others().filter_map(other_ratio).collect::<Vec<_>>().join(", ");
    let (name, noise) = (&figures.row.name, figures.noise());
    format!("{name:20}  {ratio:16}  noise {noise:.2}  {verdict}{others}").trim_end().to_owned()
}

pub(crate) fn median(values: &[f64]) -> f64 {
    quartile(values, 2)
}

/// The value below which this number of quarters of the values lie, interpolated between the two
/// nearest. It has more digits than a measurement is exact to, but few, so that the file is short.
fn quartile(values: &[f64], number: usize) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let (below, quarters) = (number * last / 4, number * last % 4);
    let above = (below + 1).min(last);
    let fraction = [0.0, 0.25, 0.5, 0.75][quarters];
    let value = sorted[below] + (sorted[above] - sorted[below]) * fraction;
    let digits = if value.abs() < 10.0 { 1e4 } else { 1e2 };
    (value * digits).round() / digits
}

/// Figures for tests: of a row, from the values of each runtime, round by round.
#[cfg(test)]
pub(crate) fn figures_of(row: &str, runtimes: &[(&str, &[f64])]) -> Figures {
    let row = Row::read(&format!("{row}\tns\t-\tkettle,tokio\tx")).unwrap();
    let sample = |value: &f64| Numbers::from([("value".to_owned(), *value)]);
    let sampled = runtimes.iter().map(|(name, values)| Sampled {
        name: (*name).to_owned(),
        samples: values.iter().map(sample).collect(),
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
        let figures = figures_of("r", &[("kettle", &[10.0, 90.0, 11.0]), (TOKIO, &tokio)]);
        let ratio = figures.ratio("kettle").unwrap();
        assert_eq!((ratio.lower, ratio.median, ratio.upper), (0.5, 0.5, 0.525));
        assert_eq!(figures.ratio("threads"), None);
        assert_eq!(figures.noise(), 0.0, "unknown, because tokio ran only once");
    }

    /// Does a row keep its rule where tokio takes 100 ns?
    fn keeps_rule(max_ratio: Option<f64>, kettle: f64, tokio_again: f64) -> bool {
        let runtimes =
            [("kettle", &[kettle][..]), (TOKIO, &[100.0]), (TOKIO_AGAIN, &[tokio_again])];
        let mut figures = figures_of("r", &runtimes);
        figures.row.max_ratio = max_ratio;
        !breaks_its_rule(&figures)
    }

    #[test]
    fn no_row_is_slower_but_for_noise() {
        assert!(keeps_rule(None, 102.0, 100.0) && !keeps_rule(None, 103.0, 100.0));
        assert!(keeps_rule(None, 105.0, 104.0) && keeps_rule(None, 105.0, 96.0));
        assert!(keeps_rule(Some(0.6), 60.0, 100.0) && !keeps_rule(Some(0.6), 61.0, 100.0));
        let without_tokio = figures_of("r", &[("kettle", &[1.0])]);
        assert!(Rule::of(&without_tokio).is_none());
    }
}
