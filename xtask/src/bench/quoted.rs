//! Which figure does a paper quote?
//!
//! By words between the markers of a paper (`book`):
//!
//! | words | figure |
//! |---|---|
//! | `echo-64 kettle` | the ratio to tokio, the median, or its range over the processors: `0.98` |
//! | `waiting-1000 kettle bytes` | bytes as they are, of a row `waiting-N` for all N: `1.9 MiB` |

use kettle_kit::report::Trouble;

use crate::bench::page::{WAITING, bytes, medians, range, ratio};
use crate::bench::record::{Kept, load};

/// The figures that are kept.
pub(crate) struct Quotable(Vec<Kept>);

impl Quotable {
    pub(crate) fn load() -> Result<Quotable, Trouble> {
        Ok(Quotable(load()?))
    }

    /// The figure that `words` ask for, as it is printed.
    pub(crate) fn figure(&self, words: &str) -> Result<String, String> {
        let (row, runtime, in_bytes) = match words.split(' ').collect::<Vec<_>>()[..] {
            [row, runtime] => (row, runtime, false),
            [row, runtime, "bytes"] => (row, runtime, true),
            _ => return Err("names no row and runtime: `echo-64 kettle`".to_owned()),
        };
        let kept: Vec<Kept> = self.0.iter().filter(|kept| kept.name() == row).cloned().collect();
        let visitors = row.strip_prefix(WAITING).and_then(|count| count.parse().ok());
        let found = match kept.first() {
            Some(first) if in_bytes && first.figures.row.unit == "B" => {
                range(medians(&kept, runtime).map(|it| it * visitors.unwrap_or(1.0)), bytes)
            }
            _ if in_bytes => String::new(),
            _ => ratio(&kept, runtime),
        };
        if found.is_empty() { Err(format!("the bench has no figure `{words}`")) } else { Ok(found) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::record::kept;

    #[test]
    fn a_figure_is_found_by_its_words() {
        let figures: &[(&str, &[f64])] = &[("kettle", &[2048.0]), ("tokio", &[4096.0])];
        let mut waiting = kept("waiting-1000", "one", figures);
        waiting.figures.row.unit = "B".to_owned();
        let quotable = Quotable(vec![waiting, kept("echo", "one", &[("kettle", &[1.0])])]);
        let figure = |words| quotable.figure(words);
        assert_eq!(figure("waiting-1000 kettle").unwrap(), "0.50");
        assert_eq!(figure("waiting-1000 kettle bytes").unwrap(), "2.0 MiB");
        let wrong = ["echo", "echoes kettle", "echo kettle", "echo kettle bytes"];
        for words in wrong {
            assert!(figure(words).is_err(), "{words}");
        }
    }
}
