//! Is every figure of the bench in the papers the one that was measured?
//!
//! `<!-- bench: echo-64 kettle -->0.98<!-- /bench -->`, in the middle of a line: what the words ask
//! for says `crate::bench::Quotable`. `cargo xtask book --sync` writes the figure.

use pulldown_cmark::Event;

use crate::book::blocks::Fault;
use crate::book::markdown;

/// The text with the figures that `figure` gives for the words of each marker, and what is wrong
/// with those that there are. A marker with a fault keeps what is in it.
pub(crate) fn rewrite(
    text: &str,
    figure: impl Fn(&str) -> Result<String, String>,
) -> (String, Vec<Fault>) {
    let (mut new, mut faults) = (Vec::new(), Vec::new());
    for (event, range) in markdown::events(text) {
        let (Event::Html(html) | Event::InlineHtml(html)) = &event else { continue };
        let marker = html.strip_prefix("<!-- bench:").and_then(|rest| rest.split_once("-->"));
        let Some((words, _)) = marker else { continue };
        let line = markdown::line(text, range.start);
        let mut fault = |why: &str| faults.push((line, format!("bench `{}`: {why}", words.trim())));
        let was = text[range.end..].split("<!-- /bench -->").next().unwrap_or_default();
        if matches!(event, Event::Html(_)) {
            fault("begins its line, which Markdown takes for HTML then; begin it with a word");
        } else if was.contains(['<', '\n']) {
            fault("no `<!-- /bench -->`");
        } else {
            match figure(words.trim()) {
                Ok(now) if now == was => {}
                Ok(now) => {
                    fault(&format!("{was} is {now}"));
                    new.push((range.end..range.end + was.len(), now));
                }
                Err(why) => fault(&why),
            }
        }
    }
    (markdown::replaced(text, new), faults)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(words: &str) -> Result<String, String> {
        if words == "echo kettle" { Ok("0.98".to_owned()) } else { Err("no".to_owned()) }
    }

    #[test]
    fn a_stale_figure_is_told_and_written() {
        let fine = "It is <!-- bench: echo kettle -->0.98<!-- /bench --> of it.\n";
        assert_eq!(rewrite(fine, figure), (fine.to_owned(), vec![]));
        let stale = format!("a\n\n{}", fine.replace("0.98", "1.2"));
        let (written, told) = rewrite(&stale, figure);
        assert_eq!(told, [(3, "bench `echo kettle`: 1.2 is 0.98".to_owned())]);
        assert_eq!(written, format!("a\n\n{fine}"));
        let table = "| a |\n|---|\n| <!-- bench: echo kettle --><!-- /bench --> |\n";
        assert_eq!(rewrite(table, figure).0.matches("0.98").count(), 1);
    }

    #[test]
    fn a_wrong_marker_is_told_and_keeps_what_is_in_it() {
        for wrong in [
            "a <!-- bench: echoes kettle -->1<!-- /bench -->",
            "a <!-- bench: echo kettle -->1\n",
            "<!-- bench: echo kettle -->0.98<!-- /bench --> a",
        ] {
            let (written, told) = rewrite(wrong, figure);
            assert_eq!((written.as_str(), told.len()), (wrong, 1), "{told:?}");
        }
        let code = "`a <!-- bench: x -->1<!-- /bench -->`\n";
        assert_eq!(rewrite(code, figure), (code.to_owned(), vec![]));
    }
}
