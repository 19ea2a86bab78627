//! Which tests of the API does tokio not pass?
//!
//! `tests/api` is compiled for kettle, and in `tests/on-tokio` for tokio. A test that asks for what
//! only kettle does is marked `#[cfg_attr(on_tokio, ignore = "why")]`. All of those are in one list,
//! `docs/records/on-tokio.txt`: a path and the reason in each line. A test that is marked and not
//! listed fails, and so does one that is listed and not marked, so the list changes only with the
//! change that makes it.
//!
//! Interface: [`on_tokio`].

use std::collections::BTreeSet;

use kettle_kit::cargo::finish;
use kettle_kit::report::{Outcome, Report};
use kettle_kit::tally::Tally;
use kettle_kit::tree;

use crate::cargo;

const LIST: &str = "docs/records/on-tokio.txt";

pub(crate) fn on_tokio(report: &mut Report) {
    let about = format!("cargo test -p {}, its exceptions in {LIST}", cargo::JUDGED);
    report.long_check("the tests of the API, with tokio as the judge", &about, || {
        let finished = finish(&mut cargo::test(&["-p", cargo::JUDGED]), "judge")?;
        compare(&tree::read(LIST)?, &finished.transcript)
    });
}

/// Are the tests that were left out those of the list?
fn compare(list: &str, transcript: &str) -> Outcome {
    let listed: BTreeSet<&str> = list.lines().filter(|line| !line.starts_with('#')).collect();
    let marked: Vec<String> = transcript.lines().filter_map(exception).collect();
    let marked: BTreeSet<&str> = marked.iter().map(String::as_str).collect();
    let new = marked.difference(&listed).map(|line| format!("not in {LIST}: {line}"));
    let gone = listed.difference(&marked).map(|line| format!("no longer marked: {line}"));
    let faults: Vec<String> = new.chain(gone).collect();
    if faults.is_empty() {
        return Ok(Tally { ignored: 0, ..Tally::read(transcript) });
    }
    Err(faults.join("\n").into())
}

/// `test a::b ... ignored, why` as `a::b: why`. One test is ignored on both sides.
fn exception(line: &str) -> Option<String> {
    let (test, why) = line.strip_prefix("test ")?.split_once(" ... ignored, ")?;
    let on_both = test == "macros::attributes::a_test_is_ignored";
    (!on_both).then(|| format!("{test}: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_what_was_left_out() {
        let transcript = "test a::b ... ignored, because\ntest a::c ... ok\n\
            test macros::attributes::a_test_is_ignored ... ignored, on purpose\n\
            test result: ok. 1 passed; 0 failed; 2 ignored; 0 measured\n";
        let compare = |list: &str| compare(list, transcript);
        assert_eq!(compare("# Why\na::b: because\n").unwrap(), Tally { passed: 1, ignored: 0 });
        let told = |list: &str| compare(list).unwrap_err().to_string();
        assert_eq!(told(""), format!("not in {LIST}: a::b: because"));
        assert_eq!(told("a::b: because\na::c: x\n"), "no longer marked: a::c: x");
    }
}
