//! Does what watches a run guess?
//!
//! Page, story and doctor say only what the record says. A sentence that needs one of [`GUESSES`]
//! needs a better record, or goes.

use std::fs;

use kettle_kit::report::{Report, none_of};
use kettle_kit::tree;

const GUESSES: [&str; 3] = ["perhaps", "may have", "probably"];
const SPEAKERS: [&str; 4] =
    ["trace/src/page", "trace/src/doctor", "trace/src/story", "trace/src/words"];

pub(super) fn guesses(report: &mut Report) {
    report.check("page, doctor and story say nothing that is only a guess", || {
        let (mut faults, mut files) = (Vec::new(), 0);
        for (folder, ending) in SPEAKERS.iter().flat_map(|&all| [(all, ".js"), (all, ".rs")]) {
            for file in tree::files(&tree::root().join(folder), ending) {
                let text = fs::read_to_string(&file)?;
                files += 1;
                faults.extend(text.lines().enumerate().filter_map(|(index, line)| {
                    let word = guess(line)?;
                    Some(format!("{}:{}: {word}", tree::shown(&file), index + 1))
                }));
            }
        }
        if files == 0 { Err("no file speaks: have they moved?".into()) } else { none_of(&faults) }
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
