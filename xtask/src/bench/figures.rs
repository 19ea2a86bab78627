//! How is a row measured, what follows from its samples, and does it keep its rule?
//!
//! In rounds, each of which runs every runtime once, in random order: what disturbs a round
//! disturbs all of them. tokio runs twice.
//!
//! The ratio to tokio, round by round, then its median and quartiles; the noise, which is how far
//! tokio's ratio to itself is from 1. Only these are kept, and the notes that the page quotes.
//!
//! **No row is slower than tokio's runtime of one thread.** The median of the ratios is at most
//! [`EQUAL`], but for the row's noise; a row about the bytes of a task says less.

use kettle_kit::report::Trouble;
use serde::{Deserialize, Serialize};

use crate::bench::row::{Build, Numbers, OFF, Row};

/// The runtime that all others are compared with.
pub(crate) const BASE: &str = "tokio";
/// The same once more: it differs from itself by noise only.
pub(crate) const AGAIN: &str = "tokio again";
/// The notes of samples that are on the page.
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

/// What is noted of a row of a debug build, as the median of so many counts.
pub(crate) const INSTRUCTIONS: &str = "instructions";
const LOOKS: usize = 5;

/// Bytes are the same in each run, or nearly.
const ROUNDS_OF_BYTES: usize = 3;

/// Measures one row, and prints a line for each round.
pub(crate) fn measure(build: &Build, row: &Row, rounds: usize) -> Result<Figures, Trouble> {
    let rounds = if row.unit == "B" { rounds.min(ROUNDS_OF_BYTES) } else { rounds };
    let again = row.peers.iter().any(|name| name == BASE).then(|| AGAIN.to_owned());
    let off = row.is_of_debug().then(|| OFF.to_owned());
    let names: Vec<String> = row.peers.iter().cloned().chain(again).chain(off).collect();
    let mut samples = vec![Vec::new(); names.len()];
    let mut order: Vec<usize> = (0..names.len()).collect();
    for round in 1..=rounds {
        let mut line = vec![format!("{:20} round {round}/{rounds}:", row.name)];
        fastrand::shuffle(&mut order);
        for &index in &order {
            let name = names[index].as_str();
            let program = if name == AGAIN { BASE } else { name };
            let sample = build.sample(&row.name, program)?;
            line.push(format!("{name} {:.1}", sample["value"]));
            samples[index].push(sample);
        }
        println!("{}", line.join("  "));
    }
    let sampled: Vec<_> = names.into_iter().zip(samples).collect();
    let mut figures = Figures::of(row, &sampled);
    // (An operation takes as many in a long run.)
    let is_counted = row.is_of_debug() && row.name.ends_with(":5ms");
    let counted = |name: &str| is_counted && ["kettle", OFF].contains(&name);
    for it in figures.runtimes.iter_mut().filter(|it| counted(&it.name)) {
        // Of several, since a look of the doctor's may fall into one.
        let counts = (0..LOOKS).map(|_| Ok(build.counts(&row.name, &it.name)?[INSTRUCTIONS]));
        let counts = counts.collect::<Result<Vec<f64>, Trouble>>()?;
        it.notes.push((INSTRUCTIONS.to_owned(), rounded(quantile(&counts, 0.5))));
    }
    Ok(figures)
}

impl Figures {
    /// What the samples of each runtime come to; the first samples of all are one round, and so on.
    pub(crate) fn of(row: &Row, sampled: &[(String, Vec<Numbers>)]) -> Figures {
        let base = sampled.iter().find(|(name, _)| name == BASE);
        let runtime = |(name, samples): &(String, Vec<Numbers>)| {
            let ratios = base.map(|(_, base)| {
                let rounds = samples.iter().zip(base);
                rounds.map(|(ours, base)| ours["value"] / base["value"]).collect::<Vec<_>>()
            });
            let values: Vec<f64> = samples.iter().map(|sample| sample["value"]).collect();
            let notes = QUOTED.iter().filter_map(|note| {
                let values: Vec<f64> =
                    samples.iter().filter_map(|sample| sample.get(*note).copied()).collect();
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

    /// One of the notes of a runtime.
    pub(crate) fn note(&self, runtime: &str, name: &str) -> Option<f64> {
        self.runtime(runtime)?.notes.iter().find(|note| note.0 == name).map(|note| note.1)
    }

    /// The runtime's share of tokio's figure.
    pub(crate) fn ratio(&self, runtime: &str) -> Option<Ratio> {
        self.runtime(runtime)?.ratio
    }

    /// How far tokio is from itself.
    pub(crate) fn noise(&self) -> f64 {
        self.ratio(AGAIN).map_or(0.0, |ratio| (ratio.median - 1.0).abs())
    }

    /// The runtimes besides kettle and tokio.
    pub(crate) fn others(&self) -> impl Iterator<Item = &str> {
        let names = self.runtimes.iter().map(|runtime| runtime.name.as_str());
        names.filter(|name| !["kettle", BASE, AGAIN, OFF].contains(name))
    }
}

impl Ratio {
    /// `0.35 (0.34–0.36)`: the median, and the quartiles.
    pub(crate) fn in_words(self) -> String {
        let Ratio { lower, median, upper } = self;
        format!("{median:.2} ({lower:.2}–{upper:.2})")
    }
}

/// How far chance may move a median.
const EQUAL: f64 = 1.02;

/// The rule in words, and whether it is kept; none for a row that was not compared with tokio.
pub(crate) fn rule(figures: &Figures) -> Option<(String, bool)> {
    let ratio = figures.ratio("kettle").filter(|_| !figures.row.is_of_debug())?;
    let most = figures.row.most.unwrap_or(EQUAL);
    Some((format!("≤ {most:.2}"), ratio.median <= most + figures.noise()))
}

/// Does it break its rule?
pub(crate) fn is_slower(figures: &Figures) -> bool {
    rule(figures).is_some_and(|(_, kept)| !kept)
}

/// The line for a row at the end of a run. It has ratios and no times, which belong to one machine
/// on one day.
pub(crate) fn line(figures: &Figures) -> String {
    let ratio = figures.ratio("kettle").map(Ratio::in_words).unwrap_or_default();
    let verdict = rule(figures)
        .map(|(words, kept)| format!("{words} {}  ", if kept { "kept" } else { "BROKEN" }));
    let share = |name| Some(format!("{name} {:.2}", figures.ratio(name)?.median));
    let others = figures.others().filter_map(share).collect::<Vec<_>>().join(", ");
    let (name, noise, verdict) = (&figures.row.name, figures.noise(), verdict.unwrap_or_default());
    format!("{name:20}  {ratio:16}  noise {noise:.2}  {verdict}{others}").trim_end().to_owned()
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

    fn kept(most: Option<f64>, kettle: f64, again: f64) -> bool {
        let runtimes = [("kettle", &[kettle][..]), (BASE, &[100.0]), (AGAIN, &[again])];
        let mut figures = of("r", &runtimes);
        figures.row.most = most;
        !is_slower(&figures)
    }

    #[test]
    fn no_row_is_slower_but_for_noise() {
        assert!(kept(None, 102.0, 100.0) && !kept(None, 103.0, 100.0));
        assert!(kept(None, 105.0, 104.0) && kept(None, 105.0, 96.0));
        assert!(kept(Some(0.6), 60.0, 100.0) && !kept(Some(0.6), 61.0, 100.0));
        assert_eq!(rule(&of("r", &[("kettle", &[1.0])])), None, "nothing to compare with");
    }
}
