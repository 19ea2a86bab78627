//! Does an operation cost more when there are more tasks, timers or connections?
//!
//! The rows of one family, `family:size`, do the same work among more and more of them. Biggest to
//! smallest may be twice as dear, because memory is slower than caches, and kettle's share of
//! tokio's figure may not be bigger at the end than at the beginning, but for the noise of both.

use crate::figures::{BASE, Figures};

/// How much dearer the biggest may be than the smallest.
const MOST: f64 = 2.0;

/// One family of rows, in the order of their sizes.
pub(crate) struct Growth<'a> {
    pub(crate) family: &'a str,
    rows: Vec<&'a Figures>,
}

/// The families among `rows`, which stand in the order of their sizes.
pub(crate) fn families<'a>(rows: impl Iterator<Item = &'a Figures>) -> Vec<Growth<'a>> {
    let mut families: Vec<Growth> = Vec::new();
    for figures in rows {
        let Some((family, _)) = figures.row.name.split_once(':') else { continue };
        match families.last_mut() {
            Some(last) if last.family == family => last.rows.push(figures),
            _ => families.push(Growth { family, rows: vec![figures] }),
        }
    }
    families
}

impl<'a> Growth<'a> {
    /// The sizes, as the rows name them.
    pub(crate) fn sizes(&self) -> Vec<&'a str> {
        let size = |row: &&'a Figures| row.row.name.split_once(':').map(|(_, size)| size);
        self.rows.iter().filter_map(size).collect()
    }

    /// What an operation costs at each size, the smallest being 1.
    pub(crate) fn steps(&self, runtime: &str) -> Vec<f64> {
        let medians: Vec<f64> = self.rows.iter().filter_map(|row| row.median(runtime)).collect();
        medians.iter().map(|median| median / medians[0]).collect()
    }

    /// kettle's share of tokio's figure, at each size.
    pub(crate) fn shares(&self) -> Vec<f64> {
        self.rows.iter().filter_map(|row| Some(row.ratio("kettle")?.median)).collect()
    }

    /// Biggest divided by smallest.
    pub(crate) fn grown(&self, runtime: &str) -> f64 {
        self.steps(runtime).last().copied().unwrap_or(1.0)
    }

    pub(crate) fn passes(&self) -> bool {
        let (shares, noise) = (self.shares(), self.noise());
        let faster = match shares[..] {
            [first, .., last] => last / first > 1.0 + noise,
            _ => false,
        };
        self.grown("kettle") <= MOST + noise && !faster
    }

    /// How far both ends may be from what they are.
    pub(crate) fn noise(&self) -> f64 {
        let ends = [self.rows.first(), self.rows.last()];
        ends.iter().flatten().map(|row| row.noise()).sum()
    }

    /// One line.
    pub(crate) fn in_words(&self) -> String {
        let verdict = if self.passes() { "met" } else { "MISSED" };
        let (kettle, tokio) = (self.grown("kettle"), self.grown(BASE));
        format!("{} grows {kettle:.2} times, tokio's {tokio:.2}: {verdict}", self.family)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::{AGAIN, of};

    fn rows(kettle: &[f64], tokio: &[f64], again: f64) -> Vec<Figures> {
        let pairs = kettle.iter().zip(tokio).enumerate();
        let row = |(index, (kettle, tokio)): (usize, (&f64, &f64))| {
            let runtimes: [(&str, &[f64]); 3] =
                [("kettle", &[*kettle]), (BASE, &[*tokio]), (AGAIN, &[tokio * again])];
            of(&format!("growth-f:1{}", "0".repeat(index)), "-", &runtimes)
        };
        pairs.map(row).collect()
    }

    fn passes(kettle: &[f64], tokio: &[f64], again: f64) -> bool {
        let rows = rows(kettle, tokio, again);
        let families = families(rows.iter());
        assert_eq!(families.len(), 1);
        families[0].passes()
    }

    #[test]
    fn growth_is_bounded_by_two_and_by_tokio() {
        assert!(passes(&[10.0, 30.0, 19.0], &[10.0, 30.0, 50.0], 1.0));
        assert!(!passes(&[10.0, 21.0], &[10.0, 50.0], 1.0));
        assert!(!passes(&[10.0, 15.0], &[10.0, 12.0], 1.0));
        assert!(passes(&[10.0], &[10.0], 1.0));
        assert!(passes(&[10.0, 10.3], &[10.0, 10.0], 1.02), "within the noise of both ends");
    }

    #[test]
    fn a_family_has_its_sizes_and_steps() {
        let mut rows = rows(&[10.0, 15.0], &[20.0, 60.0], 1.0);
        rows.insert(0, of("yield", "-", &[("kettle", &[1.0])]));
        let families = families(rows.iter());
        let [family] = &families[..] else { panic!("one family") };
        assert_eq!((family.family, family.sizes()), ("growth-f", vec!["1", "10"]));
        assert_eq!((family.steps("kettle"), family.grown(BASE)), (vec![1.0, 1.5], 3.0));
        assert_eq!(family.shares(), [0.5, 0.25]);
    }
}
