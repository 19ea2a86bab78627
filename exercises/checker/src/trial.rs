//! How is one check run, so that whatever an answer does, there is a verdict?
//!
//! In a process of its own, which is waited for with [`patience`](crate::patience), and whose
//! status and last words say what it found.
//!
//! Interface: [`trial`], [`list`], [`Seen`], [`Verdict`]; [`record`], [`record_program`].
//! Invariant: only what is between [`MARK`]s is a reason, and a pass needs one, too: an answer may
//! print, and may end its process.

use std::env;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use kettle_judge::{MARK, PASSED, status};

use crate::patience::{AGAIN, Ended, LIMITS, Limits, Output, SLEEPER, wait};
use crate::places::learn;

/// One run of a check.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) verdict: Verdict,
    /// What the answer, or its runtime, had printed by then.
    pub(crate) printed: String,
}

/// What came of one check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Passed,
    /// It did what it should, but the check could not look at what it claims: why.
    NotJudged(String),
    /// A `todo!()`, and where it is.
    Todo(String),
    /// It waits for what never comes; what the process had said by then.
    Hangs(String),
    /// Something is polled again and again: how often.
    Spins(String),
    /// Code of the answer was called and did not return: what it does, and the case that ran.
    NoReturn(String),
    /// The claim is false: why.
    Wrong(String),
}

impl Verdict {
    /// Is nothing wrong?
    pub(crate) fn is_fine(&self) -> bool {
        matches!(self, Verdict::Passed | Verdict::NotJudged(_))
    }

    /// Did it have to be ended?
    pub(crate) fn is_endless(&self) -> bool {
        matches!(self, Verdict::Hangs(_) | Verdict::Spins(_) | Verdict::NoReturn(_))
    }
}

/// So much of a recording a browser likes. As `KETTLE_TRACE_LIMIT` has it.
const PAGE: &str = "8M";
/// Names and claims of all checks that `program` has, with `before` before its own arguments.
pub(crate) fn list(program: &Path, before: &[&str]) -> Result<Vec<(String, String)>, String> {
    let output = Command::new(program).args(before).arg("list").output();
    let output = output.map_err(|error| format!("{}: {error}", program.display()))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let pairs = text.lines().filter_map(|line| line.split_once('\t'));
    let checks: Vec<(String, String)> =
        pairs.map(|(name, claim)| (name.to_owned(), claim.to_owned())).collect();
    // Without a check nothing would fail.
    if checks.is_empty() || !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(format!("{} names no checks ({})\n{words}", program.display(), output.status));
    }
    Ok(checks)
}

/// Records the check `name` as a page. `false`: no runtime of kettle ran in it.
pub(crate) fn record(program: &Path, name: &str, page: &Path) -> Result<bool, String> {
    let mut command = Command::new(program);
    command.args(["run", name]);
    place(&mut command, program);
    recorded(&mut command, page, &AGAIN)?;
    Ok(page.exists())
}

/// Records a program as a page; says how it ended.
pub(crate) fn record_program(command: &mut Command, page: &Path) -> Result<String, String> {
    recorded(command, page, &SLEEPER)
}

fn recorded(command: &mut Command, page: &Path, limits: &Limits) -> Result<String, String> {
    let failed = |error: io::Error| format!("{}: {error}", page.display());
    for old in further(page).into_iter().chain([page.to_owned()]).filter(|old| old.exists()) {
        fs::remove_file(old).map_err(failed)?;
    }
    command.env("KETTLE_TRACE", page).env("KETTLE_DOCTOR", "off");
    command.env("KETTLE_TRACE_LIMIT", env::var_os("KETTLE_TRACE_LIMIT").unwrap_or(PAGE.into()));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(failed)?;
    let ended = wait(&mut child, limits, &|| false, |_| false).map_err(failed)?;
    // Each runtime of the process has its own page; what failed was in the last.
    if let Some((last, others)) = further(page).split_last() {
        fs::rename(last, page).map_err(failed)?;
        others.iter().try_for_each(fs::remove_file).map_err(failed)?;
    }
    Ok(match ended {
        Some(Ended::Itself(status)) if status.success() => "ran to its end".to_owned(),
        Some(Ended::Itself(status)) => format!("ended ({status})"),
        Some(Ended::Busy) => "ran in a circle, and was stopped".to_owned(),
        Some(Ended::Still) | None => "hung, and was stopped".to_owned(),
    })
}

/// The pages of a process's further runtimes: `replay.2.html`, `replay.3.html`, in their order.
fn further(page: &Path) -> Vec<PathBuf> {
    let numbered = |number: usize| page.with_extension(format!("{number}.html"));
    (2..1000).map(numbered).take_while(|page| page.exists()).collect()
}

/// Runs the check `name`. `None`: the answer is old by now.
pub(crate) fn trial(
    program: &Path,
    before: &[&str],
    name: &str,
    is_old: &dyn Fn() -> bool,
) -> Result<Option<Seen>, String> {
    let mut command = Command::new(program);
    command.args(before).args(["run", name, "asked"]);
    command.env_remove("KETTLE_DOCTOR").env_remove("KETTLE_TRACE");
    place(&mut command, program);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let failed = |error: io::Error| format!("{}: {error}", program.display());
    let mut child = command.spawn().map_err(failed)?;
    let stdout = Output::of(child.stdout.take().expect("a pipe"));
    let stderr = Output::of(child.stderr.take().expect("a pipe"));
    let mut stdin = child.stdin.take().expect("a pipe");
    let ask = |question: &str| writeln!(stdin, "{question}").is_ok();
    let prints_on = || stdout.is_too_long() || stderr.is_too_long();
    let ended = wait(&mut child, &LIMITS, &|| is_old() || prints_on(), ask).map_err(failed)?;
    let prints_on = prints_on();
    let (stdout, stderr) = (stdout.text(), stderr.text());
    Ok(match ended {
        Some(ended) => Some(seen(&ended, &stdout, &stderr)),
        None if prints_on => {
            let words =
                "it has printed more than 8 MB, and was ended: which loop prints?".to_owned();
            let printed = format!("{}\n{}", apart(&stdout).0, apart(&stderr).0);
            Some(Seen { verdict: Verdict::Wrong(words), printed: printed.trim().to_owned() })
        }
        None => None,
    })
}

/// How a process ended, and its two outputs, as a verdict.
fn seen(ended: &Ended, stdout: &str, stderr: &str) -> Seen {
    let (printed, reason) = apart(stdout);
    let (beside, _) = apart(stderr);
    let aside = stderr.replace(MARK, "").trim().to_owned();
    let both = format!("{printed}\n{beside}").trim().to_owned();
    match ended {
        Ended::Still => Seen { verdict: Verdict::Hangs(aside), printed },
        Ended::Busy => {
            let words = "it kept the processor busy without end".to_owned();
            Seen { verdict: Verdict::Spins(words), printed: both }
        }
        Ended::Itself(status) => {
            let verdict = match status.code().and_then(|code| u8::try_from(code).ok()) {
                Some(status::PASSED) if reason == PASSED => Verdict::Passed,
                Some(status::NOT_JUDGED) if !reason.is_empty() => Verdict::NotJudged(reason),
                Some(status::HANGS) => {
                    Verdict::Hangs(format!("{aside}\n{reason}").trim().to_owned())
                }
                Some(status::NO_RETURN) => Verdict::NoReturn(reason),
                Some(status::TODO) => Verdict::Todo(reason),
                Some(status::SPINS) => Verdict::Spins(reason),
                Some(status::WRONG) => Verdict::Wrong(reason),
                _ => {
                    let mut words = format!("its process ended before the check did ({status})");
                    if aside.contains("panic in a destructor during cleanup") {
                        words += ": a panic came out of a drop while another one was on its way, which ends a program";
                    }
                    let words = format!("{words}\n{aside}{}", kettle_judge::borrowed(&aside));
                    return Seen { verdict: Verdict::Wrong(words), printed };
                }
            };
            let printed = if matches!(verdict, Verdict::Hangs(_)) { printed } else { both };
            Seen { verdict, printed }
        }
    }
}

/// What others have printed, and the last words of the judge.
fn apart(output: &str) -> (String, String) {
    let parts: Vec<&str> = output.split(MARK).collect();
    let printed: String = parts.iter().step_by(2).copied().collect();
    let told = parts.iter().skip(1).step_by(2).next_back().copied().unwrap_or_default();
    (printed.trim().to_owned(), told.trim().to_owned())
}

/// Says where the answer's package is, as `cargo run` would: so the doctor and the replay find the
/// lines that they quote.
fn place(command: &mut Command, program: &Path) {
    let name = program.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    command.env("CARGO_MANIFEST_DIR", learn().join(name.trim_start_matches("exercise-")));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_answer_prints_is_no_reason() {
        let (printed, told) = apart("one\ntwo\u{1e}came: 1\nexpected: 2\u{1e}\nthree\n");
        assert_eq!((printed.as_str(), told.as_str()), ("one\ntwo\nthree", "came: 1\nexpected: 2"));
        assert_eq!(apart("a panic\n"), ("a panic".to_owned(), String::new()));
        let (printed, told) = apart("x\u{1e}early\u{1e}\ny\u{1e}late\u{1e}\n");
        assert_eq!((printed.as_str(), told.as_str()), ("x\ny", "late"));
    }

    #[cfg(unix)]
    #[test]
    fn a_pass_is_told_in_words_too() {
        use std::os::unix::process::ExitStatusExt;
        let verdict = |status: u8, stdout: &str| {
            let ended = Ended::Itself(ExitStatusExt::from_raw(i32::from(status) << 8));
            seen(&ended, stdout, "").verdict
        };
        assert_eq!(verdict(status::PASSED, "\u{1e}passed\u{1e}"), Verdict::Passed);
        let found = verdict(status::NOT_JUDGED, "\u{1e}no atomics\u{1e}");
        assert_eq!(found, Verdict::NotJudged("no atomics".to_owned()));
        assert!(found.is_fine());
        for (status, stdout) in [(status::PASSED, "passed"), (status::NOT_JUDGED, "why")] {
            assert!(!verdict(status, stdout).is_fine());
        }
    }

    #[test]
    fn what_the_judge_says_aside_is_shown_of_a_hang_alone() {
        let stderr = "dbg\n\u{1e}panicked at x\u{1e}\n";
        let hung = seen(&Ended::Still, "", stderr);
        assert_eq!(hung.verdict, Verdict::Hangs("dbg\npanicked at x".to_owned()));
        let busy = seen(&Ended::Busy, "out\n", stderr);
        assert_eq!(busy.printed, "out\ndbg");
    }
}
