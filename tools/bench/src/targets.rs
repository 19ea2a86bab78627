//! Which targets does a row have, and are they met?
//!
//! A share of tokio's figure (or of another runtime's): met if the upper quartile of the ratios is
//! no more than target + noise. And, for some rows, the most that a count may be, of system calls or
//! bytes: these are the same in each run but for [`SCATTER`]. Each target counts as one; those of
//! the rows that the project stands for are *gated*.

use crate::figures::{BASE, Figures, Ratio};
use crate::row::{Limit, Most};

/// The part by which a count of the same thing differs when it is counted again: when a server is
/// traced, more or fewer visitors are ready at each of its waits.
const SCATTER: f64 = 0.02;
/// By how much it may in any case.
const AT_LEAST: f64 = 0.005;

/// One target, and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Target {
    pub(crate) row: String,
    /// `≤ 0.42`, `≤ 1.03 × raw`, `system calls ≤ 4.4`.
    pub(crate) words: String,
    /// What it is.
    pub(crate) is: String,
    pub(crate) gated: bool,
    /// `None`: whose part it is did not run, or the count was not made.
    pub(crate) met: Option<bool>,
}

impl Target {
    pub(crate) fn is_missed(&self) -> bool {
        self.met == Some(false)
    }
}

impl Figures {
    /// All targets of this row.
    pub(crate) fn targets(&self) -> Vec<Target> {
        let share = self.row.target.map(|target| self.share(target));
        let count = self.row.limit.as_ref().map(|limit| self.count(limit));
        share.into_iter().chain(count).collect()
    }

    fn share(&self, target: f64) -> Target {
        let beside = self.row.beside.as_str();
        let ratio = self.ratio_to(beside, "kettle");
        let words = if beside == BASE {
            format!("≤ {target:.2}")
        } else {
            format!("≤ {target:.2} × {beside}")
        };
        Target {
            row: self.row.name.clone(),
            words,
            is: ratio.map_or_else(|| "not measured".to_owned(), Ratio::in_words),
            gated: self.row.gated,
            met: ratio.map(|ratio| ratio.upper <= target + self.noise()),
        }
    }

    fn count(&self, limit: &Limit) -> Target {
        let Limit { note, most } = limit;
        let is = self.note("kettle", note);
        let (most, named) = match most {
            Most::Number(most) => (Some(*most), most.to_string()),
            Most::As(runtime) => match self.note(runtime, note) {
                Some(most) => (Some(most), format!("{runtime}'s {most:.2}")),
                None => (None, format!("{runtime}'s")),
            },
        };
        let room = |most: f64| (most * SCATTER).max(AT_LEAST);
        Target {
            row: self.row.name.clone(),
            words: format!("{note} ≤ {named}"),
            is: is.map_or_else(|| "not counted".to_owned(), |is| format!("{is:.2}")),
            gated: true,
            met: is.zip(most).map(|(is, most)| is <= most + room(most)),
        }
    }
}

impl Ratio {
    /// `0.35 (0.34–0.36)`: the median, and the quartiles.
    pub(crate) fn in_words(self) -> String {
        let Ratio { lower, median, upper } = self;
        format!("{median:.2} ({lower:.2}–{upper:.2})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::{AGAIN, of};

    fn passes(figures: &Figures) -> Option<bool> {
        figures.targets()[0].met
    }

    #[test]
    fn the_upper_quartile_counts() {
        let figures = of("r", "0.5", &[("kettle", &[50.0, 50.0, 51.0]), (BASE, &[100.0; 3])]);
        assert_eq!(passes(&figures), Some(false));
        let [target] = &figures.targets()[..] else { panic!("one target") };
        assert_eq!((target.words.as_str(), target.is.as_str()), ("≤ 0.50", "0.50 (0.50–0.51)"));
        assert!(target.gated && target.is_missed());
        assert_eq!(of("r", "-", &[("kettle", &[5.0]), (BASE, &[9.0])]).targets(), []);
    }

    #[test]
    fn noise_widens_the_target() {
        let met = |again: &[f64]| {
            let (kettle, tokio) = ([52.0; 3], [100.0; 3]);
            let runtimes = [("kettle", &kettle[..]), (BASE, &tokio), (AGAIN, again)];
            passes(&of("r", "0.5", &runtimes))
        };
        assert_eq!(met(&[100.0; 3]), Some(false));
        assert_eq!(met(&[97.0; 3]), Some(true));
        assert_eq!(met(&[103.0; 3]), Some(true));
    }

    #[test]
    fn a_target_may_be_a_part_of_another_figure() {
        let beside_raw = |raw: &[f64]| {
            let runtimes = [("kettle", &[10.0; 3][..]), (BASE, &[20.0; 3]), ("raw", raw)];
            passes(&of("r", "1.03 of raw", &runtimes))
        };
        assert_eq!(beside_raw(&[9.0; 3]), Some(false));
        assert_eq!(beside_raw(&[10.0; 3]), Some(true));
        let alone = of("r", "1.03 of raw", &[("kettle", &[10.0]), (BASE, &[20.0])]);
        assert_eq!(passes(&alone), None, "raw did not run");
    }

    #[test]
    fn a_count_is_judged_by_itself_or_by_anothers() {
        let target = |most: Most, kettle: f64| {
            let mut figures = of("r", "-", &[("kettle", &[1.0]), ("raw", &[1.0])]);
            figures.row.limit = Some(Limit { note: "calls".to_owned(), most });
            for (index, calls) in [(0, kettle), (1, 2.0)] {
                figures.runtimes[index].1[0].notes.push(("calls".to_owned(), calls));
            }
            figures.targets().remove(0)
        };
        let raw = || Most::As("raw".to_owned());
        assert_eq!(target(raw(), 2.03).words, "calls ≤ raw's 2.00");
        assert!(!target(raw(), 2.03).is_missed() && target(raw(), 2.05).is_missed());
        assert!(!target(Most::Number(0.0), 0.0).is_missed());
        assert!(target(Most::Number(0.0), 1.0).is_missed());
        assert_eq!(target(Most::Number(4.4), 4.4).words, "calls ≤ 4.4");
        assert_eq!(target(Most::As("other".to_owned()), 2.0).met, None);
        let mut figures = of("r", "-", &[("kettle", &[1.0])]);
        figures.row.limit = Some(Limit { note: "calls".to_owned(), most: Most::Number(1.0) });
        assert_eq!(figures.targets()[0].met, None, "nobody has counted");
    }
}
