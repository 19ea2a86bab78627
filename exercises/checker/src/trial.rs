//! How is one check run, so that whatever an answer does, there is a verdict?
//!
//! In a process of its own, watched. A check that is right takes milliseconds. One that takes
//! longer either does nothing or works on and on; which of the two, its processor time tells (on
//! Linux; elsewhere both look like nothing). Why, the process itself is asked ([`question`]). A
//! loaded machine makes neither: time that a process doesn't get is not counted.
//!
//! Interface: [`trial`], [`list`], [`Seen`], [`Verdict`]; [`record`], [`record_program`].
//! Invariants: a pass is told with the word that the process was given, and only what is between
//! [`MARK`]s is a reason: an answer may print, and may end its process.

use std::env;
use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use kettle_judge::{MARK, NOT_JUDGED, question, status};
use kettle_kit::process::{self, LOOK};

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

/// When patience ends.
struct Limits {
    /// So much processor time is a circle.
    busy: Duration,
    /// So long without any is a hang.
    still: Duration,
    /// So much in all is one, too: a thread looks now and then, and never finds what it waits for.
    /// And this is the patience where processor time can't be read.
    idle: Duration,
}

const LIMITS: Limits = Limits {
    busy: Duration::from_secs(8),
    still: Duration::from_secs(2),
    idle: Duration::from_secs(20),
};
/// Of a program that is recorded: it may sleep for some seconds, which is no hang.
const SLEEPER: Limits = Limits {
    busy: Duration::from_secs(20),
    still: Duration::from_secs(12),
    idle: Duration::from_mins(1),
};
/// Of a check that is recorded: its verdict is known, and of a circle the beginning is enough.
const AGAIN: Limits = Limits { busy: Duration::from_secs(2), ..LIMITS };
/// So much of a recording a browser likes. As `KETTLE_TRACE_LIMIT` has it.
const PAGE: &str = "8M";
/// After so many looks the last question won't be answered.
const LAST_WORDS: usize = 100;
/// How long we wait for the end of an output when its process has ended.
const LAST_OUTPUT: Duration = Duration::from_secs(1);
/// So many bytes of an output are kept, at least, from its beginning and from its end.
const KEPT: usize = 65_536;

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
    let mut tell = |line: &str| writeln!(stdin, "{line}").is_ok();
    let password = RandomState::new().hash_one(name).to_string();
    tell(&password);
    let ended = wait(&mut child, &LIMITS, is_old, tell).map_err(failed)?;
    let Some(ended) = ended else { return Ok(None) };
    let (stdout, stderr) = (stdout.text(), stderr.text());
    Ok(Some(seen(&ended, &password, &stdout, &stderr).or_not_judged(&stderr)))
}

impl Seen {
    /// Not every check that returns has judged.
    fn or_not_judged(mut self, stderr: &str) -> Seen {
        let mut aside = stderr.split(MARK).skip(1).step_by(2);
        let why = aside.find_map(|words| words.strip_prefix(NOT_JUDGED));
        if let (Verdict::Passed, Some(why)) = (&self.verdict, why) {
            self.verdict = Verdict::NotJudged(why.to_owned());
        }
        self
    }
}

/// How a process ended, and its two outputs, as a verdict.
fn seen(ended: &Ended, password: &str, stdout: &str, stderr: &str) -> Seen {
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
                Some(status::PASSED) if reason == password => Verdict::Passed,
                Some(status::HANGS) => {
                    Verdict::Hangs(format!("{aside}\n{reason}").trim().to_owned())
                }
                Some(status::NO_RETURN) => Verdict::NoReturn(reason),
                Some(status::TODO) => Verdict::Todo(reason),
                Some(status::SPINS) => Verdict::Spins(reason),
                Some(status::WRONG) => Verdict::Wrong(reason),
                _ => {
                    let words = format!("its process ended before the check did ({status})");
                    return Seen { verdict: Verdict::Wrong(format!("{words}\n{aside}")), printed };
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

/// What a process prints on one of its outputs. It is read while the process runs.
struct Output {
    bytes: Arc<Mutex<Vec<u8>>>,
    reader: thread::JoinHandle<()>,
}

impl Output {
    fn of(mut pipe: impl Read + Send + 'static) -> Output {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&bytes);
        let reader = thread::spawn(move || {
            let mut piece = [0; 8_192];
            while let Ok(length @ 1..) = pipe.read(&mut piece) {
                let mut kept = kept.lock().expect("no panic here");
                kept.extend_from_slice(&piece[..length]);
                // An answer may print without end.
                if kept.len() > 4 * KEPT {
                    let end = kept.len() - KEPT;
                    kept.drain(KEPT..end);
                }
            }
        });
        Output { bytes, reader }
    }

    /// All that was printed, after the end of the process. (One that the answer has started may live
    /// on and keep the pipe open.)
    fn text(self) -> String {
        process::until(LAST_OUTPUT, || self.reader.is_finished().then_some(()));
        String::from_utf8_lossy(&self.bytes.lock().expect("no panic here")).into_owned()
    }
}

enum Ended {
    Itself(ExitStatus),
    Still,
    Busy,
}

/// Waits for its end. Meanwhile and at last it is asked where it is, if it hears that, and may end
/// itself with an answer. `None`: it was ended because it `is_old`.
///
/// Time is counted in looks, not by the clock: on a loaded machine we look more seldom, and what
/// rests at one look may have waited for a processor ever since the last.
fn wait(
    child: &mut Child,
    limits: &Limits,
    is_old: &dyn Fn() -> bool,
    mut ask: impl FnMut(&str) -> bool,
) -> io::Result<Option<Ended>> {
    let process = child.id();
    let mut used = Duration::ZERO;
    let (mut still, mut idle) = (Duration::ZERO, Duration::ZERO); // at a stretch, and in all
    let mut at_last = None; // how we found it, and for how many looks it may still answer
    let status = process::wait_while(child, || {
        if is_old() {
            at_last = None;
            return Ok(false);
        }
        if let Some((_, looks)) = &mut at_last {
            *looks -= 1;
            return Ok(*looks > 0);
        }
        let before = used;
        let told = processor_time(process);
        used = told.unwrap_or(used);
        if is_running(process) || used > before {
            still = Duration::ZERO;
        } else {
            still += LOOK;
            idle += LOOK;
        }
        let patience = if told.is_some() { limits.still } else { limits.idle };
        let hangs = still >= patience || idle >= limits.idle;
        if hangs || used >= limits.busy {
            let (how, words) =
                if hangs { (Ended::Still, question::STILL) } else { (Ended::Busy, question::BUSY) };
            at_last = Some((how, if ask(words) { LAST_WORDS } else { 1 }));
        } else if used.as_secs() > before.as_secs() {
            ask(question::LOOK);
        }
        Ok(true)
    })?;
    Ok(status.map(Ended::Itself).or(at_last.map(|(how, _)| how)))
}

/// The processor time of a process so far. `None`: this system doesn't tell in this way.
fn processor_time(process: u32) -> Option<Duration> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let fields: Vec<&str> = after_name(&stat).split(' ').collect();
    let ticks = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    Some(Duration::from_millis(ticks * 10))
}

/// Is one of its threads at work, or waiting for a processor or a disk?
fn is_running(process: u32) -> bool {
    let Ok(threads) = fs::read_dir(format!("/proc/{process}/task")) else { return false };
    let stats =
        threads.flatten().filter_map(|one| fs::read_to_string(one.path().join("stat")).ok());
    stats.into_iter().any(|stat| after_name(&stat).starts_with(['R', 'D']))
}

/// What follows the name, which may have blanks in it: state first.
fn after_name(stat: &str) -> &str {
    stat.rsplit_once(") ").map_or("", |(_, rest)| rest)
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

    #[test]
    fn a_check_that_could_not_judge_says_so() {
        let stderr = "dbg\n\u{1e}not judged here: no atomics\u{1e}\n";
        let passed = Seen { verdict: Verdict::Passed, printed: String::new() };
        let found = passed.clone().or_not_judged(stderr).verdict;
        assert_eq!(found, Verdict::NotJudged("no atomics".to_owned()));
        assert!(found.is_fine());
        assert_eq!(passed.or_not_judged("dbg\n").verdict, Verdict::Passed);
        let wrong = Seen { verdict: Verdict::Wrong("why".to_owned()), printed: String::new() };
        assert_eq!(wrong.or_not_judged(stderr).verdict, Verdict::Wrong("why".to_owned()));
    }

    #[test]
    fn what_the_judge_says_aside_is_shown_of_a_hang_alone() {
        let stderr = "dbg\n\u{1e}if it hangs here: x\u{1e}\n";
        let hung = seen(&Ended::Still, "", "", stderr);
        assert_eq!(hung.verdict, Verdict::Hangs("dbg\nif it hangs here: x".to_owned()));
        let busy = seen(&Ended::Busy, "", "out\n", stderr);
        assert_eq!(busy.printed, "out\ndbg");
    }

    const HOUR: Duration = Duration::from_hours(1);

    /// A test's own program as a process of its own, which rests for so many milliseconds after each
    /// two of work. How it ended, and what it was asked.
    #[cfg(target_os = "linux")]
    fn watched(name: &str, rest: u64, limits: &Limits) -> (Option<Ended>, Vec<String>) {
        const RESTS: &str = "KETTLE_TEST_RESTS";
        if env::var_os(RESTS).is_some() {
            loop {
                let now = std::time::Instant::now();
                while now.elapsed() < Duration::from_millis(2) {}
                thread::sleep(Duration::from_millis(rest));
            }
        }
        let mut command = Command::new(env::current_exe().expect("this program"));
        let name = format!("trial::tests::{name}");
        command.args(["--exact", &name]).env(RESTS, "").stdout(Stdio::null());
        let mut asked = Vec::new();
        let ask = |words: &str| {
            asked.push(words.to_owned());
            false
        };
        let ended = wait(&mut command.spawn().expect("it starts"), limits, &|| false, ask);
        (ended.expect("an end"), asked)
    }

    /// It never rests for long, nor is it busy for long.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_process_that_looks_now_and_then_hangs_too() {
        let limits = Limits { busy: HOUR, still: HOUR, idle: Duration::from_millis(300) };
        let (ended, _) = watched("a_process_that_looks_now_and_then_hangs_too", 8, &limits);
        assert!(matches!(ended, Some(Ended::Still)));
    }

    /// Between two questions at once the process has made no step, whatever it does.
    #[cfg(target_os = "linux")]
    #[test]
    fn the_last_question_does_not_follow_another_at_once() {
        let limits = Limits { busy: Duration::from_secs(1), still: HOUR, idle: HOUR };
        let (ended, asked) =
            watched("the_last_question_does_not_follow_another_at_once", 0, &limits);
        assert!(matches!(ended, Some(Ended::Busy)));
        assert_eq!(asked, [question::BUSY]);
    }

    #[test]
    fn an_output_without_end_is_cut_in_its_middle() {
        let ends = |end: &'static [u8]| io::Cursor::new(end);
        let long = ends(b"begin").chain(io::repeat(b'x').take(10_000_000)).chain(ends(b"end"));
        let text = Output::of(long).text();
        assert!(text.starts_with("beginx") && text.ends_with("xend"));
        assert!(text.len() <= 4 * KEPT);
    }

    #[test]
    fn an_output_that_stays_open_is_not_waited_for() {
        let (reader, mut writer) = io::pipe().expect("a pipe");
        writer.write_all(b"said").expect("room");
        assert_eq!(Output::of(reader).text(), "said");
        drop(writer);
    }
}
