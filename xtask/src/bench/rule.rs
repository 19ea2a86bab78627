//! Which rule does a row have to keep, and does it?
//!
//! One for all: **no row is slower than tokio's runtime of one thread.** The median of the ratios is at
//! most [`EQUAL`], but for the row's noise; a row about the bytes of a task says less. And some rows
//! have a limit on a count of system calls or bytes, which repeats but for [`SCATTER`]. Every other
//! figure is reported, and judged by nobody.

use crate::bench::figures::{Figures, Ratio};
use crate::bench::row::Most;

/// What is left to chance in a median.
const EQUAL: f64 = 1.02;
/// The part by which a count of the same thing differs when it is counted again: when a server is
/// traced, more or fewer visitors are ready at each of its waits.
const SCATTER: f64 = 0.02;
/// By how much it may in any case.
const AT_LEAST: f64 = 0.005;

/// One rule, and what became of it.
#[derive(Debug, PartialEq)]
pub(crate) struct Rule {
    /// `≤ 1.02`, `system calls ≤ 4.4`.
    pub(crate) words: String,
    pub(crate) is: String,
    pub(crate) kept: bool,
}

/// Does it break a rule?
pub(crate) fn is_slower(figures: &Figures) -> bool {
    rules(figures).iter().any(|rule| !rule.kept)
}

/// All rules that can be judged: whose part it is has run, and what it counts was counted.
pub(crate) fn rules(figures: &Figures) -> Vec<Rule> {
    share(figures).into_iter().chain(count(figures)).collect()
}

/// What is printed of a row at the end of a run. Ratios, and no times: those belong to one machine on
/// one day.
pub(crate) fn line(figures: &Figures) -> String {
    let ratio = figures.ratio("kettle").map(Ratio::in_words).unwrap_or_default();
    let rules = rules(figures).into_iter().map(|rule| {
        let verdict = if rule.kept { "kept" } else { "BROKEN" };
        if rule.is == ratio {
            format!("{} {verdict}  ", rule.words)
        } else {
            format!("{} {verdict}: {}  ", rule.words, rule.is)
        }
    });
    let (name, noise, others) = (&figures.row.name, figures.noise(), figures.others());
    let rules = rules.collect::<String>();
    format!("{name:20}  {ratio:16}  noise {noise:.2}  {rules}{others}").trim_end().to_owned()
}

fn share(figures: &Figures) -> Option<Rule> {
    let ratio = figures.ratio("kettle")?;
    let most = figures.row.most.unwrap_or(EQUAL);
    Some(Rule {
        words: format!("≤ {most:.2}"),
        is: ratio.in_words(),
        kept: ratio.median <= most + figures.noise(),
    })
}

fn count(figures: &Figures) -> Option<Rule> {
    let (note, most) = figures.row.limit.as_ref()?;
    let is = figures.note("kettle", note)?;
    let (most, named) = match most {
        Most::Number(most) => (*most, most.to_string()),
        Most::As(runtime) => {
            let most = figures.note(runtime, note)?;
            (most, format!("{runtime}'s {most:.2}"))
        }
    };
    let room = (most * SCATTER).max(AT_LEAST);
    let words = format!("{note} ≤ {named}");
    Some(Rule { words, is: format!("{is:.2}"), kept: is <= most + room })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::figures::{AGAIN, BASE, of};

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
        assert!(rules(&of("r", &[("kettle", &[1.0])])).is_empty(), "nothing to compare with");
    }

    #[test]
    fn a_line_has_the_ratio_and_each_rule() {
        let runtimes = [("kettle", &[30.0; 3]), (BASE, &[100.0; 3]), ("raw", &[90.0; 3])];
        let mut figures = of("yield", &runtimes.map(|(name, samples)| (name, &samples[..])));
        figures.row.limit = Some(("calls".to_owned(), Most::Number(0.0)));
        figures.runtimes[0].notes.push(("calls".to_owned(), 1.0));
        let expected = "yield                 0.30 (0.30–0.30)  noise 0.00  ≤ 1.02 kept  calls ≤ 0 BROKEN: 1.00  raw 0.90";
        assert_eq!(line(&figures), expected);
        assert!(line(&of("alone", &[("kettle", &[1.0])])).ends_with("noise 0.00"));
    }

    #[test]
    fn a_count_is_judged_by_itself_or_by_anothers() {
        let judged = |most: Most, kettle: f64| {
            let mut figures = of("r", &[("kettle", &[1.0]), ("raw", &[1.0])]);
            figures.row.limit = Some(("calls".to_owned(), most));
            for (runtime, calls) in figures.runtimes.iter_mut().zip([kettle, 2.0]) {
                runtime.notes.push(("calls".to_owned(), calls));
            }
            rules(&figures).pop()
        };
        let kept = |most: Most, kettle: f64| judged(most, kettle).unwrap().kept;
        let raw = || Most::As("raw".to_owned());
        assert_eq!(judged(raw(), 2.03).unwrap().words, "calls ≤ raw's 2.00");
        assert!(kept(raw(), 2.03) && !kept(raw(), 2.05));
        assert!(kept(Most::Number(0.0), 0.0) && !kept(Most::Number(0.0), 1.0));
        assert_eq!(judged(Most::As("other".to_owned()), 2.0), None);
    }
}
