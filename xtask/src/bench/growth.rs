//! Does an operation cost more when there are more tasks, timers or connections?
//!
//! The rows of one family, `family:size`, do the same work among more and more of them. Biggest to
//! smallest may be twice as dear, because memory is slower than caches, and must not be dearer than
//! it is for tokio.

use super::figures::{BASE, Figures};

/// How much dearer the biggest may be than the smallest.
const MOST: f64 = 2.0;
/// By how much kettle's growth may exceed tokio's: two medians on a noisy machine.
const NOISE: f64 = 1.05;

/// One family of rows.
pub(crate) struct Growth<'a> {
    pub(crate) family: &'a str,
    /// The sizes, as the rows name them.
    pub(crate) sizes: Vec<&'a str>,
    pub(crate) kettle: Vec<f64>,
    pub(crate) tokio: Vec<f64>,
}

/// The families among `rows`, which stand in the order of their sizes.
pub(crate) fn families<'a>(rows: impl Iterator<Item = &'a Figures>) -> Vec<Growth<'a>> {
    let mut families: Vec<Growth> = Vec::new();
    for figures in rows {
        let Some((family, size)) = figures.row.name.split_once(':') else { continue };
        let pair = (figures.median("kettle"), figures.median(BASE));
        let (Some(kettle), Some(tokio)) = pair else { continue };
        if families.last().is_none_or(|last| last.family != family) {
            let (sizes, kettle, tokio) = (Vec::new(), Vec::new(), Vec::new());
            families.push(Growth { family, sizes, kettle, tokio });
        }
        if let Some(last) = families.last_mut() {
            last.sizes.push(size);
            last.kettle.push(kettle);
            last.tokio.push(tokio);
        }
    }
    families
}

impl Growth<'_> {
    /// Biggest divided by smallest: kettle's, tokio's.
    pub(crate) fn grown(&self) -> (f64, f64) {
        let grown = |values: &[f64]| match values {
            [first, .., last] => last / first,
            _ => 1.0,
        };
        (grown(&self.kettle), grown(&self.tokio))
    }

    pub(crate) fn passes(&self) -> bool {
        let (kettle, tokio) = self.grown();
        kettle <= MOST && kettle <= tokio * NOISE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn growth(kettle: &[f64], tokio: &[f64]) -> Growth<'static> {
        Growth { family: "f", sizes: Vec::new(), kettle: kettle.into(), tokio: tokio.into() }
    }

    #[test]
    fn growth_is_bounded_by_two_and_by_tokio() {
        assert!(growth(&[10.0, 30.0, 19.0], &[10.0, 50.0]).passes());
        assert!(!growth(&[10.0, 21.0], &[10.0, 50.0]).passes());
        assert!(!growth(&[10.0, 15.0], &[10.0, 12.0]).passes());
        assert!(growth(&[10.0], &[10.0]).passes());
    }
}
