//! How is the replay's page put together?
//!
//! From the files under `replay/`, which this library carries in itself: the page, its style and
//! its scripts come first, then an open script tag, and behind it the lines of the trace as they
//! are written, most of them in blocks (`blocks.rs`). A browser closes the tag at the end of the file, wherever that is: so a file that
//! was cut short opens with what it has.
//!
//! Interface: [`head`], which comes before the first line of the trace; [`behind_the_page`], its lines.
//!
//! Invariants: the page loads nothing. No line of the trace holds `</` or `<!`, which would end or
//! confuse the tag (`json.rs` sees to that), and no script of ours does.
//!
//! Not here: what the page does (`replay/`), what the lines say (`docs/trace-format.md`).

/// The page, with a marker where the style goes and one where the scripts go.
const PAGE: &str = include_str!("replay/page.html");

const STYLES: [&str; 3] = [
    include_str!("replay/style.css"),
    include_str!("replay/lanes.css"),
    include_str!("replay/screens.css"),
];

/// In the order in which they run.
const SCRIPTS: [&str; 24] = [
    include_str!("replay/blocks.js"),
    include_str!("replay/model.js"),
    include_str!("replay/fold.js"),
    include_str!("replay/text.js"),
    include_str!("replay/events.js"),
    include_str!("replay/wheel.js"),
    include_str!("replay/boxes.js"),
    include_str!("replay/rows.js"),
    include_str!("replay/joins.js"),
    include_str!("replay/ends.js"),
    include_str!("replay/enders.js"),
    include_str!("replay/causes.js"),
    include_str!("replay/times.js"),
    include_str!("replay/answer.js"),
    include_str!("replay/changed.js"),
    include_str!("replay/filter.js"),
    include_str!("replay/lanes.js"),
    include_str!("replay/bars.js"),
    include_str!("replay/panes.js"),
    include_str!("replay/stacks.js"),
    include_str!("replay/why.js"),
    include_str!("replay/quiz.js"),
    include_str!("replay/search.js"),
    include_str!("replay/controls.js"),
];

/// Behind this tag come the lines, and nothing closes it.
const DATA: &str = "<script type=\"text/plain\" id=\"trace\">\n";

/// Everything that comes before the first line of the trace.
pub(crate) fn head() -> String {
    let scripts: Vec<&str> =
        SCRIPTS.iter().flat_map(|script| ["<script>\n", script, "</script>\n"]).collect();
    let page = PAGE.replacen("{{style}}\n", &STYLES.concat(), 1);
    page.replacen("{{scripts}}\n", &scripts.concat(), 1) + DATA
}

/// What is written behind the page; all of it, if there is none.
pub(crate) fn behind_the_page(file: &str) -> &str {
    file.rsplit_once(DATA).map_or(file, |(_, data)| data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_stands_in_the_page_and_the_tag_is_left_open() {
        let head = head();
        assert!(!head.contains("{{"), "a marker is left");
        assert!(head.contains(&STYLES.concat()));
        let mut rest = head.as_str();
        for (index, script) in SCRIPTS.iter().enumerate() {
            let at =
                rest.find(script).unwrap_or_else(|| panic!("script {index} is not in its place"));
            rest = &rest[at + script.len()..];
        }
        assert!(head.ends_with(DATA));
        // One more is in the page itself.
        assert_eq!(head.matches("<script").count(), SCRIPTS.len() + 2);
        assert_eq!(head.matches("</script").count(), SCRIPTS.len() + 1);
    }

    #[test]
    fn the_page_loads_nothing() {
        let head = head();
        // Links that a reader may follow are not loaded.
        for fetching in ["<script src", "<link", "<img", "<iframe", "@import", "url(h", "fetch("] {
            assert!(!head.contains(fetching), "{fetching}");
        }
    }
}
