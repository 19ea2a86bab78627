//! Which rule does a row have to keep, and does it?
//!
//! **No row is slower than tokio's runtime of one thread.** The median of the ratios is at most
//! [`EQUAL`], but for the row's noise; a row about the bytes of a task says less.

use crate::bench::figures::{Figures, Ratio};

/// What is left to chance in a median.
const EQUAL: f64 = 1.02;

/// The rule in words, and whether it is kept; none for a row that was not compared with tokio.
pub(crate) fn rule(figures: &Figures) -> Option<(String, bool)> {
    let ratio = figures.ratio("kettle")?;
    let most = figures.row.most.unwrap_or(EQUAL);
    Some((format!("≤ {most:.2}"), ratio.median <= most + figures.noise()))
}

/// Does it break its rule?
pub(crate) fn is_slower(figures: &Figures) -> bool {
    rule(figures).is_some_and(|(_, kept)| !kept)
}

/// What is printed of a row at the end of a run. Ratios, and no times: those belong to one machine
/// on one day.
pub(crate) fn line(figures: &Figures) -> String {
    let ratio = figures.ratio("kettle").map(Ratio::in_words).unwrap_or_default();
    let verdict = rule(figures)
        .map(|(words, kept)| format!("{words} {}  ", if kept { "kept" } else { "BROKEN" }));
    let (name, noise, others) = (&figures.row.name, figures.noise(), figures.others());
    let verdict = verdict.unwrap_or_default();
    format!("{name:20}  {ratio:16}  noise {noise:.2}  {verdict}{others}").trim_end().to_owned()
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
        assert_eq!(rule(&of("r", &[("kettle", &[1.0])])), None, "nothing to compare with");
    }
}
