//! How is a row measured, and is it slower than on tokio?
//!
//! [`measure`] runs rounds. A round runs every runtime once, in random order, so that a disturbance
//! hits all runtimes; tokio runs twice. [`Figures::of`] divides each figure by tokio's of the same
//! round, and takes the median and the quartiles of these ratios. The row's *noise* is the distance
//! of tokio's ratio to itself from 1.
//!
//! [`rule`] judges a row. **No row is slower than tokio's runtime of one thread:** the median of
//! the ratios is at most [`EQUAL`] plus the noise. A row about the bytes of a task has a stricter
//! limit. [`line`] shows a row in the terminal.
//!
//! Not here: how figures are saved, and the page (`page.rs`).

use kettle_kit::report::Trouble;
use serde::{Deserialize, Serialize};

use crate::bench::row::{Bench, Numbers, Row, WITHOUT_DOCTOR};

/// The runtime that all others are compared with.
pub(crate) const BASE: &str = "tokio";
/// A second sample of [`BASE`] in each round: the two differ by noise only.
pub(crate) const AGAIN: &str = "tokio again";
/// The notes that the page quotes.
const QUOTED: [&str; 2] = ["start-up ns", "answer ns"];

/// The figures of one row.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Figures {
    #[serde(flatten)]
    pub(crate) row: Row,
    pub(crate) runtimes: Vec<Runtime>,
}

/// The figures of one runtime in a row.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Runtime {
    pub(crate) name: String,
    /// The median of the row's own figure.
    pub(crate) median: f64,
    /// The row's figure divided by tokio's of the same round.
    pub(crate) ratio: Option<Ratio>,
    /// The medians of further figures, by name.
    pub(crate) notes: Vec<(String, f64)>,
}

/// The median and the quartiles of the rounds' ratios.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Ratio {
    pub(crate) lower: f64,
    pub(crate) median: f64,
    pub(crate) upper: f64,
}

/// A further figure of rows for a debug build: the median of [`COUNTS`] counts.
pub(crate) const INSTRUCTIONS: &str = "instructions";
const COUNTS: usize = 5;

/// A row about bytes needs few rounds, because memory hardly differs between runs.
const ROUNDS_OF_BYTES: usize = 3;

/// Measures one row, and prints a line for each round.
pub(crate) fn measure(bench: &Bench, row: &Row, rounds: usize) -> Result<Figures, Trouble> {
    let rounds = if row.unit == "B" { rounds.min(ROUNDS_OF_BYTES) } else { rounds };
    let again = row.runtimes.iter().any(|name| name == BASE).then(|| AGAIN.to_owned());
    let off = row.is_debug().then(|| WITHOUT_DOCTOR.to_owned());
    let names: Vec<String> = row.runtimes.iter().cloned().chain(again).chain(off).collect();
    let mut samples = vec![Vec::new(); names.len()];
    let mut order: Vec<usize> = (0..names.len()).collect();
    for round in 1..=rounds {
        let mut line = vec![format!("{:20} round {round}/{rounds}:", row.name)];
        fastrand::shuffle(&mut order);
        for &index in &order {
            let name = names[index].as_str();
            let program = if name == AGAIN { BASE } else { name };
            let sample = bench.sample(&row.name, program)?;
            line.push(format!("{name} {:.1}", sample["value"]));
            samples[index].push(sample);
        }
        println!("{}", line.join("  "));
    }
    let sampled: Vec<_> = names.into_iter().zip(samples).collect();
    let mut figures = Figures::of(row, &sampled);
    // The shortest runs are enough: an operation takes as many instructions in a long one.
    if row.is_debug() && row.name.ends_with(":5ms") {
        count_instructions(bench, &mut figures)?;
    }
    Ok(figures)
}

/// Adds the instructions of an operation on kettle, with and without its doctor.
fn count_instructions(bench: &Bench, figures: &mut Figures) -> Result<(), Trouble> {
    let is_kettle = |it: &&mut Runtime| ["kettle", WITHOUT_DOCTOR].contains(&&*it.name);
    for runtime in figures.runtimes.iter_mut().filter(is_kettle) {
        // The median of several counts, because the doctor may happen to look during one.
        let count = |_| Ok(bench.counts(&figures.row.name, &runtime.name)?[INSTRUCTIONS]);
        let counts = (0..COUNTS).map(count).collect::<Result<Vec<f64>, Trouble>>()?;
        runtime.notes.push((INSTRUCTIONS.to_owned(), rounded(quantile(&counts, 0.5))));
    }
    Ok(())
}

impl Figures {
    /// Computes the figures. The first samples of all runtimes are one round, and so on.
    pub(crate) fn of(row: &Row, sampled: &[(String, Vec<Numbers>)]) -> Figures {
        let base = sampled.iter().find(|(name, _)| name == BASE);
        let base = base.map(|(_, samples)| all(samples, "value"));
        let runtime = |(name, samples): &(String, Vec<Numbers>)| {
            let values = all(samples, "value");
            let quoted = QUOTED.into_iter().map(|note| (note.to_owned(), all(samples, note)));
            let quoted = quoted.filter(|(_, values)| !values.is_empty());
            Runtime {
                name: name.clone(),
                median: rounded(quantile(&values, 0.5)),
                ratio: base.as_ref().map(|base| Ratio::of(&values, base)),
                notes: quoted.map(|(n, values)| (n, rounded(quantile(&values, 0.5)))).collect(),
            }
        };
        Figures { row: row.clone(), runtimes: sampled.iter().map(runtime).collect() }
    }

    fn runtime(&self, name: &str) -> Option<&Runtime> {
        self.runtimes.iter().find(|runtime| runtime.name == name)
    }

    /// The median of the runtime's figure.
    pub(crate) fn median(&self, runtime: &str) -> Option<f64> {
        Some(self.runtime(runtime)?.median)
    }

    /// A further figure of a runtime.
    pub(crate) fn note(&self, runtime: &str, name: &str) -> Option<f64> {
        let mut notes = self.runtime(runtime)?.notes.iter();
        notes.find_map(|(known, value)| (known == name).then_some(*value))
    }

    /// The runtime's figure divided by tokio's.
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

/// The figures of this name in the samples that have one.
fn all(samples: &[Numbers], name: &str) -> Vec<f64> {
    samples.iter().filter_map(|sample| sample.get(name).copied()).collect()
}

impl Ratio {
    /// Divides the values of each round.
    fn of(values: &[f64], base: &[f64]) -> Ratio {
        let ratios: Vec<f64> = values.iter().zip(base).map(|(ours, base)| ours / base).collect();
        let at = |part| rounded(quantile(&ratios, part));
        Ratio { lower: at(0.25), median: at(0.5), upper: at(0.75) }
    }

    /// `0.35 (0.34–0.36)`: the median, and the quartiles.
    pub(crate) fn to_text(self) -> String {
        let Ratio { lower, median, upper } = self;
        format!("{median:.2} ({lower:.2}–{upper:.2})")
    }
}

/// A median up to this counts as equal, because chance may move it this far.
const EQUAL: f64 = 1.02;

/// The rule as text, and whether the row keeps it. There is no rule for a row of a debug build, or
/// without tokio.
pub(crate) fn rule(figures: &Figures) -> Option<(String, bool)> {
    let ratio = figures.ratio("kettle").filter(|_| !figures.row.is_debug())?;
    let max_ratio = figures.row.max_ratio.unwrap_or(EQUAL);
    Some((format!("≤ {max_ratio:.2}"), ratio.median <= max_ratio + figures.noise()))
}

/// Does it break its rule?
pub(crate) fn is_slower(figures: &Figures) -> bool {
    rule(figures).is_some_and(|(_, is_kept)| !is_kept)
}

/// The line for a row at the end of a run. It has no times, because these belong to one machine on
/// one day.
pub(crate) fn line(figures: &Figures) -> String {
    let ratio = figures.ratio("kettle").map(Ratio::to_text).unwrap_or_default();
    let verdict = rule(figures)
        .map(|(words, is_kept)| format!("{words} {}  ", if is_kept { "kept" } else { "BROKEN" }));
    let share = |name| Some(format!("{name} {:.2}", figures.ratio(name)?.median));
    let others = figures.others().filter_map(share).collect::<Vec<_>>().join(", ");
    let (name, noise, verdict) = (&figures.row.name, figures.noise(), verdict.unwrap_or_default());
    format!("{name:20}  {ratio:16}  noise {noise:.2}  {verdict}{others}").trim_end().to_owned()
}

/// Rounds to more digits than a measurement is exact to, so that the file is short.
fn rounded(value: f64) -> f64 {
    let digits = if value.abs() < 10.0 { 1e4 } else { 1e2 };
    (value * digits).round() / digits
}

/// The value below which `part` of the values lie, interpolated between the two nearest.
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
    let sample = |value: &f64| Numbers::from([("value".to_owned(), *value)]);
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
        assert_eq!(figures.ratio("threads"), None);
        assert_eq!(figures.noise(), 0.0, "nothing is known of it");
    }

    fn keeps_rule(max_ratio: Option<f64>, kettle: f64, again: f64) -> bool {
        let runtimes = [("kettle", &[kettle][..]), (BASE, &[100.0]), (AGAIN, &[again])];
        let mut figures = of("r", &runtimes);
        figures.row.max_ratio = max_ratio;
        !is_slower(&figures)
    }

    #[test]
    fn no_row_is_slower_but_for_noise() {
        assert!(keeps_rule(None, 102.0, 100.0) && !keeps_rule(None, 103.0, 100.0));
        assert!(keeps_rule(None, 105.0, 104.0) && keeps_rule(None, 105.0, 96.0));
        assert!(keeps_rule(Some(0.6), 60.0, 100.0) && !keeps_rule(Some(0.6), 61.0, 100.0));
        assert_eq!(rule(&of("r", &[("kettle", &[1.0])])), None, "nothing to compare with");
    }
}
