//! Which figure does a paper quote?
//!
//! By words between the markers of a paper (`book`):
//!
//! | words | figure |
//! |---|---|
//! | `echo-64 kettle` | the ratio to tokio, the median: `0.98` |
//! | `waiting-1000 kettle bytes` | bytes as they are, of a row `waiting-N` for all N: `1.9 MiB` |

use kettle_kit::report::Trouble;

use crate::bench::figures::Figures;
use crate::bench::page::{WAITING, bytes};
use crate::bench::record::load;

/// The figures that are kept.
pub(crate) struct Quotable(Vec<Figures>);

impl Quotable {
    pub(crate) fn load() -> Result<Quotable, Trouble> {
        Ok(Quotable(load()?.into_iter().map(|kept| kept.figures).collect()))
    }

    /// The figure that `words` ask for, as it is printed.
    pub(crate) fn figure(&self, words: &str) -> Result<String, String> {
        let (row, runtime, in_bytes) = match words.split(' ').collect::<Vec<_>>()[..] {
            [row, runtime] => (row, runtime, false),
            [row, runtime, "bytes"] => (row, runtime, true),
            _ => return Err("names no row and runtime: `echo-64 kettle`".to_owned()),
        };
        let Some(figures) = self.0.iter().find(|figures| figures.row.name == row) else {
            return Err(format!("the bench has no row `{row}`"));
        };
        let ratio = || figures.ratio(runtime).map(|ratio| format!("{:.2}", ratio.median));
        let found = if in_bytes { absolute(figures, runtime) } else { ratio() };
        found.ok_or_else(|| format!("row `{row}` has no such figure"))
    }
}

fn absolute(figures: &Figures, runtime: &str) -> Option<String> {
    let visitors = figures.row.name.strip_prefix(WAITING).and_then(|count| count.parse().ok());
    let is_bytes = figures.row.unit == "B";
    is_bytes.then_some(bytes(figures.median(runtime)? * visitors.unwrap_or(1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::figures::of;

    #[test]
    fn a_figure_is_found_by_its_words() {
        let mut waiting = of("waiting-1000", &[("kettle", &[2048.0]), ("tokio", &[4096.0])]);
        waiting.row.unit = "B".to_owned();
        let quotable = Quotable(vec![waiting, of("echo", &[("kettle", &[1.0])])]);
        let figure = |words| quotable.figure(words);
        assert_eq!(figure("waiting-1000 kettle").unwrap(), "0.50");
        assert_eq!(figure("waiting-1000 kettle bytes").unwrap(), "2.0 MiB");
        let wrong = ["echo", "echoes kettle", "echo kettle", "echo kettle bytes"];
        for words in wrong {
            assert!(figure(words).is_err(), "{words}");
        }
    }
}
