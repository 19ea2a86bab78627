//! How is the replay's page put together?
//!
//! From the files beside this one, which this library carries in itself: the page, its style and
//! its scripts come first, then an open script tag, and behind it the lines of the trace as they
//! are written. A browser closes the tag at the end of the file, wherever that is: so a file that
//! was cut short opens with what it has.
//!
//! Interface: [`head`] comes before the first line of the trace, and [`lines`] reads the lines.
//!
//! Invariants: the page loads nothing, and runs nothing but the scripts of this folder: a
//! Content-Security-Policy lets the browser run only scripts that carry this page's nonce, and no
//! `eval`. Neither a line of the trace nor a script contains `</` or `<!`, which would end or
//! confuse the script tag (`words/text.rs` escapes them in the trace).
//!
//! Not here: what the page does (the scripts), what the lines say (`docs/watch.md`).

use std::hash::{BuildHasher, Hasher, RandomState};

/// Files of this folder, as text.
macro_rules! texts {
    ($($name:literal)*) => { [$(include_str!($name)),*] };
}

/// What each page begins with. A file that begins so is one of kettle's, and may be overwritten.
pub(crate) const MARK: &str = "<!doctype html>\n<!-- kettle's replay of one run";

/// The page, with the placeholders `{{style}}`, `{{scripts}}` and `{{nonce}}`.
const PAGE: &str = include_str!("view/page.html");

const STYLES: [&str; 5] = texts!(
    "view/style.css" "view/boxes.css" "view/lanes.css" "view/panels.css" "view/screens.css"
);

/// In the order in which they run: they parse the trace (`record`), rebuild the state after each
/// event (`tables`), find causes (`why`), and put all of it into words (`words`) and pictures
/// (`view`).
const SCRIPTS: &[&str] = &texts!(
    "record/model.js"
    "tables/fold.js" "tables/waits.js" "tables/rows.js" "tables/scopes.js"
    "why/why.js" "why/bounds.js"
    "words/tools.js" "words/names.js" "words/things.js" "words/primitives.js"
    "words/events.js" "words/whereabouts.js"
    "view/wheel.js" "view/places.js" "view/wakers.js" "view/boxes.js" "view/changed.js"
    "view/opening.js" "view/times.js" "view/answer.js" "view/view.js" "view/draw.js"
    "view/ruler.js" "view/arrows.js" "view/lanes.js" "view/panes.js" "view/tree.js"
    "view/find.js" "view/banner.js" "view/controls.js"
);

/// Each script is a module: it has its own names, and runs when all of the page is there. They
/// share one object, `K`, which the page makes.
const MODULE: &str = "<script type=\"module\" nonce=\"{{nonce}}\">\n";

/// Behind this tag come the lines, and nothing closes it.
const DATA: &str = "<script type=\"text/plain\" id=\"trace\">\n";

/// Everything that comes before the first line of the trace.
pub(crate) fn head() -> String {
    let scripts: Vec<&str> =
        SCRIPTS.iter().flat_map(|script| [MODULE, script, "</script>\n"]).collect();
    let page = PAGE.replacen("{{style}}\n", &STYLES.concat(), 1);
    let page = page.replacen("{{scripts}}\n", &scripts.concat(), 1);
    // A random number: text in a trace can't contain the nonce of its page, except by chance.
    let nonce = RandomState::new().build_hasher().finish();
    page.replace("{{nonce}}", &format!("{nonce:016x}")) + DATA
}

/// The lines of a trace in order, without their newlines. `trace` is the text of a replay's page,
/// or of a file that has only lines. If the file was cut short, so is its last line.
///
/// ```
/// let ((), records) = kettle::trace::record(|| {
///     let runtime = kettle::runtime::Builder::new_current_thread().build().unwrap();
///     runtime.block_on(async {});
/// });
/// let path = std::env::temp_dir().join("kettle-doc-lines.html");
/// kettle::trace::save(&path, &records)?;
/// let lines = kettle::trace::lines(&std::fs::read_to_string(&path)?);
/// assert!(lines[0].starts_with("{\"v\":9,"));
/// assert!(lines.iter().any(|line| line.contains("main is polled")));
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn lines(trace: &str) -> Vec<String> {
    let lines = trace.rsplit_once(DATA).map_or(trace, |(_, data)| data).lines();
    lines.filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_stands_in_the_page_and_the_tag_is_left_open() {
        let head = head();
        assert!(!head.contains("{{"), "a placeholder is left");
        assert!(head.contains(&STYLES.concat()));
        let mut rest = head.as_str();
        for (index, script) in SCRIPTS.iter().enumerate() {
            let place = rest.split_once(script);
            rest = place.unwrap_or_else(|| panic!("script {index} is not in its place")).1;
        }
        assert!(head.ends_with(DATA));
        // One script is in the page itself; the open data tag is the other one.
        assert_eq!(head.matches("<script").count(), SCRIPTS.len() + 2);
        assert_eq!(head.matches("</script").count(), SCRIPTS.len() + 1);
    }

    /// A script that measures forces a layout at each step. A script may still scroll to a line
    /// (`offsetTop`), and one `ResizeObserver` gets the width of the lanes.
    #[test]
    fn no_script_measures_the_page() {
        let measuring = "getBoundingClientRect getClientRects getComputedStyle measureText \
            offsetWidth offsetHeight clientWidth clientHeight scrollWidth scrollHeight innerWidth";
        for word in measuring.split_whitespace() {
            assert!(!SCRIPTS.iter().any(|script| script.contains(word)), "{word}");
        }
        assert_eq!(SCRIPTS.concat().matches("new ResizeObserver").count(), 1);
    }

    #[test]
    fn no_text_is_run_as_code_and_nothing_is_loaded() {
        let head = head();
        let policy = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
                      script-src 'nonce-";
        let (before, after) = head.split_once(policy).expect("it stands in the head");
        assert!(!before.contains("<script"), "it holds for what comes after it");
        let (nonce, _) = after.split_once('\'').unwrap();
        assert_eq!(head.matches(&format!(" nonce=\"{nonce}\">")).count(), SCRIPTS.len() + 1);
        assert!(!super::head().contains(nonce), "each page has its own");
        for running in ["new Function", "eval(", "setTimeout(\"", " onclick=", "javascript:"] {
            assert!(!head.contains(running), "{running}");
        }
        // Links that a reader may follow are not loaded.
        for fetching in ["<script src", "<link", "<img", "<iframe", "@import", "url(h", "fetch("] {
            assert!(!head.contains(fetching), "{fetching}");
        }
    }
}
