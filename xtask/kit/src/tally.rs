//! How many tests did that run?
//!
//! libtest closes each test program with `test result: ok. 3 passed; 0 failed; 1 ignored; …`.
//! [`Tally::read`] adds up these lines in the output of `cargo test`. An ignored test counts as
//! skipped, unless its reason begins with [`RUN_BY`]. [`without_passes`] shortens the output of a
//! failure.

/// An ignored test with a reason that begins so isn't left out: other tests run it in a process of
/// its own, or it would fail, and shows that `#[kettle::test]` keeps `#[ignore]`.
const RUN_BY: &str = " ... ignored, run by ";

/// How many tests passed, and how many were ignored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: usize,
    pub ignored: usize,
}

impl Tally {
    /// One check that passed.
    pub fn success() -> Tally {
        Tally { passed: 1, ..Tally::default() }
    }

    /// The sum of all `test result:` lines in a command's output, if there are any. It is an error
    /// if a program began its tests and printed no such line: it has ended in the middle.
    pub fn read(transcript: &str) -> Result<Option<Tally>, String> {
        let (mut begun, mut ended, mut run_by_others) = (0, 0, 0);
        let mut sum = Tally::default();
        for line in transcript.lines() {
            if line.starts_with("running ") && line.contains(" test") {
                begun += 1;
            } else if let Some((_, counts)) = line.split_once("test result: ") {
                ended += 1;
                sum.add(Tally::of_result(counts));
            } else if line.starts_with("test ") && line.contains(RUN_BY) {
                run_by_others += 1;
            }
        }
        if begun > ended {
            return Err(format!("{begun} programs began their tests, and {ended} finished them"));
        }
        sum.ignored = sum.ignored.saturating_sub(run_by_others);
        Ok((ended > 0).then_some(sum))
    }

    /// Reads `ok. 3 passed; 0 failed; 1 ignored; …`.
    fn of_result(counts: &str) -> Tally {
        let mut tally = Tally::default();
        for count in counts.split(';') {
            let words: Vec<&str> = count.split_whitespace().collect();
            match words[..] {
                [.., number, "passed"] => tally.passed = number.parse().unwrap_or(0),
                [.., number, "ignored"] => tally.ignored = number.parse().unwrap_or(0),
                _ => {}
            }
        }
        tally
    }

    pub fn add(&mut self, other: Tally) {
        self.passed += other.passed;
        self.ignored += other.ignored;
    }

    /// `, 3 passed, 1 ignored`; nothing for a single check.
    pub fn in_words(self) -> String {
        match self {
            Tally { passed: 1, ignored: 0 } => String::new(),
            Tally { passed, ignored: 0 } => format!(", {passed} passed"),
            Tally { passed, ignored } => format!(", {passed} passed, {ignored} ignored"),
        }
    }
}

/// The lines of an output without the tests that passed: first libtest's lines about tests that
/// failed, then all others. (These can be many, and come after the failure.)
pub fn without_passes(transcript: &str) -> (Vec<&str>, Vec<&str>) {
    let (mut failed, mut others) = (Vec::new(), Vec::new());
    // libtest prints why tests failed between `failures:` and the result.
    let mut is_in_failures = false;
    for line in transcript.lines().filter(|line| !is_about_passing(line)) {
        if line == "failures:" {
            is_in_failures = true;
        } else if line.starts_with("test result: ") {
            is_in_failures = false;
        }
        if is_in_failures || line.starts_with("test ") && line.ends_with("FAILED") {
            failed.push(line);
        } else {
            others.push(line);
        }
    }
    (failed, others)
}

/// Is the line blank, or about a test or a program of tests that passed?
fn is_about_passing(line: &str) -> bool {
    line.is_empty()
        || line.starts_with("test ") && (line.ends_with(" ... ok") || line.contains(" ... ignored"))
        || line.starts_with("test result: ok.")
        || line.trim_start().starts_with("Doc-tests ")
        || line.trim_start().to_lowercase().starts_with("running ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn result_lines_are_added_up_without_the_programs_of_other_tests() {
        let transcript = "\
running 3 tests
test child ... ignored, run by the tests of KETTLE_TRACE
test childish ... ignored
test result: ok. 2 passed; 0 failed; 2 ignored; 0 measured; 0 filtered out; finished in 0.00s
noise: 7 passed
test result: FAILED. 10 passed; 3 failed; 0 ignored; 0 measured; 4 filtered out; finished in 1.0s
";
        let sum = Tally { passed: 12, ignored: 1 };
        assert_eq!(Tally::read(transcript), Ok(Some(sum)));
    }

    #[test]
    fn a_failure_is_shown_without_what_passed() {
        let transcript = "\
     Running tests/a.rs

running 1 test
test good ... ok

test result: ok. 1 passed; 0 failed; 0 ignored
     Running tests/b.rs
running 2 tests
test fine ... ok
test bad ... FAILED
failures:
---- bad stdout ----
words
test result: FAILED. 1 passed; 1 failed; 0 ignored
   Doc-tests c
words of others
";
        let (failed, rest) = without_passes(transcript);
        let said = ["test bad ... FAILED", "failures:", "---- bad stdout ----", "words"];
        assert_eq!(failed, said);
        assert_eq!(rest, ["test result: FAILED. 1 passed; 1 failed; 0 ignored", "words of others"]);
    }
}
