//! Is every figure of the bench in the papers the one that was measured?
//!
//! `<!-- bench: echo-64 kettle -->0.98<!-- /bench -->`, in the middle of a line: what the words ask
//! for says `kettle_bench_tool::Quotable`. `cargo xtask book --sync` writes the figure.

use pulldown_cmark::Event;

use crate::blocks::Fault;
use crate::markdown;

/// The text with the figures that `figure` gives for the words of each marker, and what is wrong
/// with those that there are. A marker with a fault keeps what is in it.
pub(crate) fn rewrite(
    text: &str,
    figure: impl Fn(&str) -> Result<String, String>,
) -> (String, Vec<Fault>) {
    let (mut open, mut markers, mut faults) = (None, Vec::new(), Vec::new());
    for (event, range) in markdown::events(text) {
        let line = markdown::line(text, range.start);
        let comment = match &event {
            Event::Html(html) if html.starts_with("<!-- bench:") => {
                let words = "a marker of the bench begins its line: then Markdown takes the line for \
                             HTML; begin it with a word";
                faults.push((line, words.to_owned()));
                continue;
            }
            Event::InlineHtml(html) => markdown::comment(html).unwrap_or_default(),
            _ => continue,
        };
        if let Some(words) = comment.strip_prefix("bench:") {
            open = Some((words.trim().to_owned(), range.end, line));
        } else if comment == "/bench" {
            match open.take() {
                Some((words, start, line)) => markers.push((words, start..range.start, line)),
                None => faults.push((line, "`<!-- /bench -->` ends nothing".to_owned())),
            }
        }
    }
    if let Some((words, _, line)) = open {
        faults.push((line, format!("bench `{words}`: no `<!-- /bench -->`")));
    }
    let mut new = Vec::new();
    for (words, range, line) in markers {
        let was = &text[range.clone()];
        match figure(&words) {
            Ok(now) if now != was => {
                faults.push((line, format!("bench `{words}`: {was} is {now}")));
                new.push((range, now));
            }
            Ok(_) => {}
            Err(why) => faults.push((line, format!("bench `{words}`: {why}"))),
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
            "a <!-- bench: echo kettle -->1",
            "a 1<!-- /bench -->",
            "<!-- bench: echo kettle -->0.98<!-- /bench --> a",
        ] {
            let (written, told) = rewrite(wrong, figure);
            assert_eq!((written.as_str(), told.len()), (wrong, 1), "{told:?}");
        }
        let code = "```\na <!-- bench: x -->1<!-- /bench -->\n```\n";
        assert_eq!(rewrite(code, figure), (code.to_owned(), vec![]));
    }
}
