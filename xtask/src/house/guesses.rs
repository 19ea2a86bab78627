//! Does what watches a run guess?
//!
//! Page, story and doctor say only what the record says. A sentence that needs one of [`GUESSES`]
//! needs a better record, or goes.

use kettle_kit::report::{Report, none_of};

const GUESSES: [&str; 3] = ["perhaps", "may have", "probably"];
const SPEAKERS: [&str; 4] =
    ["trace/src/page", "trace/src/doctor", "trace/src/story", "trace/src/words"];

pub(super) fn guesses(report: &mut Report, code: &[(String, String)]) {
    report.check("page, doctor and story say nothing that is only a guess", || {
        let speaks = |(name, _): &&(String, String)| SPEAKERS.iter().any(|it| name.starts_with(it));
        let files: Vec<_> = code.iter().filter(speaks).collect();
        if files.is_empty() {
            return Err("no file speaks: have they moved?".into());
        }
        let faults = files.into_iter().flat_map(|(name, text)| {
            let lines = (1..).zip(text.lines());
            lines.filter_map(move |(number, line)| {
                Some(format!("{name}:{number}: {}", guess(line)?))
            })
        });
        none_of(&faults.collect::<Vec<_>>())
    });
}

/// The guess in a line of code, if there is one: comments may guess.
fn guess(line: &str) -> Option<&'static str> {
    let code = line.trim_start();
    if ["//", "/*", "* "].iter().any(|comment| code.starts_with(comment)) {
        return None;
    }
    let code = code.split(" // ").next().unwrap_or(code).to_lowercase();
    GUESSES.into_iter().find(|word| code.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guess_is_found_in_words_and_not_in_comments() {
        assert_eq!(guess("  say: `Perhaps ${who} holds it`,"), Some("perhaps"));
        assert_eq!(guess("let a = 1; // it may have ended"), None);
        assert_eq!(guess("    /// It may have ended."), None);
    }
}
