//! How is a row measured, and is it slower than on tokio?
//!
//! A *row* is a small program (`row.rs`). A *sample* is one run of it on one runtime, which prints
//! its figure, `value`, and further ones, its *notes*. [`measure`] runs rounds. A round takes a
//! sample of every runtime, in random order, so that a disturbance hits all, and a second one of
//! tokio. [`Figures::of`] divides each value by tokio's of the same round, and takes the median and
//! the quartiles of these ratios. The row's *noise* is how far tokio's ratio to itself is from 1.
//!
//! [`rule`] judges a row. **No row is slower than tokio's runtime of one thread:** the median of
//! the ratios is at most [`EQUAL`] plus the noise. A row may have a lower limit, its `max_ratio`.
//! [`terminal_line`] shows a row in the terminal.
//!
//! Not here: how figures are saved, and the page (`page.rs`).

use kettle_kit::report::Trouble;
use serde::{Deserialize, Serialize};

use crate::bench::row::{Bench, Numbers, Row, WITHOUT_DOCTOR};

/// The runtime that all others are compared with.
pub(crate) const BASE: &str = "tokio";
/// A second sample of [`BASE`] in each round: the two differ by noise only.
pub(crate) const AGAIN: &str = "tokio again";
/// The notes that the page quotes, of rows with many connections: the time until all of them are
/// accepted, and until all are answered.
pub(crate) const QUOTED: [&str; 2] = ["start-up ns", "answer ns"];

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
    /// The medians of the notes, by name.
    pub(crate) notes: Vec<(String, f64)>,
}

/// The median and the quartiles of the rounds' ratios.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Ratio {
    pub(crate) lower: f64,
    pub(crate) median: f64,
    pub(crate) upper: f64,
}

/// A note of rows for a debug build, per operation: the median of [`COUNTS`] counts.
pub(crate) const INSTRUCTIONS: &str = "instructions";
const COUNTS: usize = 5;
/// The end of a name: of the three lengths of a row for a debug build, the shortest. Only this
/// one's instructions are counted, because an operation takes as many in a longer run.
const SHORTEST: &str = ":5ms";

/// The unit of a row about bytes. It needs few rounds, because memory hardly differs between runs.
pub(crate) const BYTES: &str = "B";
const ROUNDS_OF_BYTES: usize = 3;

/// The samples of one runtime, round by round.
struct Sampled {
    /// A runtime's name, or [`AGAIN`], or [`WITHOUT_DOCTOR`], which is kettle with its doctor off.
    name: String,
    samples: Vec<Numbers>,
}

/// Measures one row, and prints a line for each round.
pub(crate) fn measure(bench: &Bench, row: &Row, rounds: usize) -> Result<Figures, Trouble> {
    let rounds = if row.unit == BYTES { rounds.min(ROUNDS_OF_BYTES) } else { rounds };
    let mut sampled = runtimes_of_round(row);
    let mut order: Vec<usize> = (0..sampled.len()).collect();
    for round in 1..=rounds {
        let mut line = vec![format!("{:20} round {round}/{rounds}:", row.name)];
        fastrand::shuffle(&mut order);
        for &index in &order {
            let Sampled { name, samples } = &mut sampled[index];
            let runtime = if name == AGAIN { BASE } else { name.as_str() };
            let sample = bench.sample(&row.name, runtime)?;
            line.push(format!("{name} {:.1}", sample["value"]));
            samples.push(sample);
        }
        println!("{}", line.join("  "));
    }
    let mut figures = Figures::of(row, &sampled);
    if row.is_debug() && row.name.ends_with(SHORTEST) {
        count_instructions(bench, &mut figures)?;
    }
    Ok(figures)
}

/// The runtimes that a round runs, without samples yet: those of the row, tokio a second time, and
/// in a debug build kettle without its doctor.
fn runtimes_of_round(row: &Row) -> Vec<Sampled> {
    let mut names = row.runtimes.clone();
    if names.iter().any(|name| name == BASE) {
        names.push(AGAIN.to_owned());
    }
    if row.is_debug() {
        names.push(WITHOUT_DOCTOR.to_owned());
    }
    names.into_iter().map(|name| Sampled { name, samples: Vec::new() }).collect()
}

/// Adds the instructions of an operation on kettle, with and without its doctor.
fn count_instructions(bench: &Bench, figures: &mut Figures) -> Result<(), Trouble> {
    for runtime in &mut figures.runtimes {
        if !["kettle", WITHOUT_DOCTOR].contains(&runtime.name.as_str()) {
            continue;
        }
        // Several, because the doctor may happen to look at the runtime during one.
        let mut counts = Vec::new();
        for _ in 0..COUNTS {
            counts.push(bench.counts(&figures.row.name, &runtime.name)?[INSTRUCTIONS]);
        }
        runtime.notes.push((INSTRUCTIONS.to_owned(), median(&counts)));
    }
    Ok(())
}

impl Figures {
    /// Computes the figures. The first samples of all runtimes are one round, and so on.
    fn of(row: &Row, sampled: &[Sampled]) -> Figures {
        let base = sampled.iter().find(|it| it.name == BASE);
        let base_values = base.map(|base| numbers_called("value", &base.samples));
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
            let ratio = base_values.as_ref().map(|base_values| Ratio::of(&values, base_values));
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
        self.ratio(AGAIN).map_or(0.0, |ratio| (ratio.median - 1.0).abs())
    }

    /// The runtimes besides kettle and tokio.
    pub(crate) fn others(&self) -> impl Iterator<Item = &str> {
        let names = self.runtimes.iter().map(|runtime| runtime.name.as_str());
        names.filter(|name| !["kettle", BASE, AGAIN, WITHOUT_DOCTOR].contains(name))
    }
}

/// The figure of this name in each sample that has one.
fn numbers_called(name: &str, samples: &[Numbers]) -> Vec<f64> {
    samples.iter().filter_map(|sample| sample.get(name).copied()).collect()
}

impl Ratio {
    /// Divides the value of each round by the base's value of the same round.
    fn of(values: &[f64], base_values: &[f64]) -> Ratio {
        let rounds = values.iter().zip(base_values);
        let ratios: Vec<f64> = rounds.map(|(value, base)| value / base).collect();
        let quartile = |share| rounded(quantile(&ratios, share));
        Ratio { lower: quartile(0.25), median: median(&ratios), upper: quartile(0.75) }
    }

    /// `0.35 (0.34–0.36)`: the median, and the quartiles.
    pub(crate) fn to_text(self) -> String {
        let Ratio { lower, median, upper } = self;
        format!("{median:.2} ({lower:.2}–{upper:.2})")
    }
}

/// A median up to this counts as equal, because chance may move it this far.
const EQUAL: f64 = 1.02;

/// A row's rule, and whether the row keeps it.
pub(crate) struct Rule {
    /// Such as `≤ 1.02`.
    pub(crate) words: String,
    pub(crate) is_kept: bool,
}

/// There is no rule for a row of a debug build, or for one that tokio doesn't run.
pub(crate) fn rule(figures: &Figures) -> Option<Rule> {
    if figures.row.is_debug() {
        return None;
    }
    let ratio = figures.ratio("kettle")?;
    let max_ratio = figures.row.max_ratio.unwrap_or(EQUAL);
    let is_kept = ratio.median <= max_ratio + figures.noise();
    Some(Rule { words: format!("≤ {max_ratio:.2}"), is_kept })
}

/// Does the row break its rule?
pub(crate) fn is_slower(figures: &Figures) -> bool {
    rule(figures).is_some_and(|rule| !rule.is_kept)
}

/// The line for a row at the end of a run. It has no times, because these belong to one machine on
/// one day.
pub(crate) fn terminal_line(figures: &Figures) -> String {
    let ratio = figures.ratio("kettle").map(Ratio::to_text).unwrap_or_default();
    let verdict = match rule(figures) {
        Some(Rule { words, is_kept: true }) => format!("{words} kept  "),
        Some(Rule { words, is_kept: false }) => format!("{words} BROKEN  "),
        None => String::new(),
    };
    let other_ratio = |name| Some(format!("{name} {:.2}", figures.ratio(name)?.median));
    let others = figures.others().filter_map(other_ratio).collect::<Vec<_>>().join(", ");
    let (name, noise) = (&figures.row.name, figures.noise());
    format!("{name:20}  {ratio:16}  noise {noise:.2}  {verdict}{others}").trim_end().to_owned()
}

/// Rounds to more digits than a measurement is exact to, so that the file is short.
fn rounded(value: f64) -> f64 {
    let digits = if value.abs() < 10.0 { 1e4 } else { 1e2 };
    (value * digits).round() / digits
}

fn median(values: &[f64]) -> f64 {
    rounded(quantile(values, 0.5))
}

/// The value below which this share of the values lie, interpolated between the two nearest.
fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    #[expect(clippy::cast_precision_loss, reason = "a handful of rounds")]
    let place = share * last as f64;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the list")]
    let below = place as usize;
    let above = (below + 1).min(last);
    sorted[below] + (sorted[above] - sorted[below]) * place.fract()
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
        let figures = figures_of("r", &[("kettle", &[10.0, 90.0, 11.0]), (BASE, &tokio)]);
        let ratio = figures.ratio("kettle").unwrap();
        assert_eq!((ratio.lower, ratio.median, ratio.upper), (0.5, 0.5, 0.525));
        assert_eq!(figures.ratio("threads"), None);
        assert_eq!(figures.noise(), 0.0, "unknown, because tokio ran only once");
    }

    /// Does a row keep its rule where tokio takes 100 ns?
    fn keeps_rule(max_ratio: Option<f64>, kettle: f64, tokio_again: f64) -> bool {
        let runtimes = [("kettle", &[kettle][..]), (BASE, &[100.0]), (AGAIN, &[tokio_again])];
        let mut figures = figures_of("r", &runtimes);
        figures.row.max_ratio = max_ratio;
        !is_slower(&figures)
    }

    #[test]
    fn no_row_is_slower_but_for_noise() {
        assert!(keeps_rule(None, 102.0, 100.0) && !keeps_rule(None, 103.0, 100.0));
        assert!(keeps_rule(None, 105.0, 104.0) && keeps_rule(None, 105.0, 96.0));
        assert!(keeps_rule(Some(0.6), 60.0, 100.0) && !keeps_rule(Some(0.6), 61.0, 100.0));
        let without_tokio = figures_of("r", &[("kettle", &[1.0])]);
        assert!(rule(&without_tokio).is_none());
    }
}
