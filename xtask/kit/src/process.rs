//! How is another program run, so that it cannot hang us?
//!
//! [`run`] starts it with an empty standard input, and reads both of its outputs while it runs.
//! **One rule kills a program: it has printed nothing for [`SILENCE`].** How long it runs in all
//! doesn't matter, because that depends on the machine. So a program that works for long prints a
//! line now and then.
//!
//! [`watchdog`] applies this rule to a program that Cargo starts. A test that has lost a wake-up
//! usually hangs, and killing Cargo would leave the test running. So Cargo runs each test binary
//! through us (`cargo xtask watchdog PROGRAM ARGS`), and [`run`] waits for Cargo twice as long, so
//! that the watchdog is the first to act. (It can't reach a doc test, or a program below Miri or
//! cargo-fuzz: there is another process in between.)

use std::ffi::{OsStr, OsString};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::iter;
use std::path::Path;
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::{Duration, Instant};

use crate::report::Trouble;

/// A program that has printed nothing for this long counts as hanging.
pub const SILENCE: Duration = Duration::from_mins(5);
/// How often the last line of a program that runs for minutes is shown.
const PROGRESS: Duration = Duration::from_mins(1);
/// How many characters of that line are shown: a compiler's JSON messages are long.
const SHOWN_CHARS: usize = 80;
/// How often we check whether a program has ended. (In its first milliseconds more often.)
const INTERVAL: Duration = Duration::from_millis(10);
/// How long a program that is about to be killed may take to print what it waits for.
const LAST_REPORT: Duration = Duration::from_secs(1);
/// How long we wait for the end of outputs, which a grandchild may hold open.
const DRAIN: Duration = Duration::from_secs(5);

/// A program that ended, and what it printed.
#[derive(Debug)]
pub struct Finished {
    /// `None` if we have killed it.
    pub status: Option<ExitStatus>,
    pub stdout: String,
    /// Both outputs, in the order in which their lines arrived.
    pub transcript: String,
}

impl Finished {
    pub fn success(&self) -> bool {
        self.status.is_some_and(|status| status.success())
    }

    /// How it ended, as text.
    pub fn ending(&self) -> String {
        let ended = "it was killed: it was silent for too long, or its time was up";
        self.status.map_or(ended.to_owned(), |status| status.to_string())
    }

    /// How it ended, and all that it printed.
    pub fn failure(&self) -> String {
        format!("{}\n{}", self.ending(), self.transcript)
    }

    /// An error with its output, unless it has succeeded.
    pub fn expect_success(self) -> Result<Finished, String> {
        if self.success() { Ok(self) } else { Err(self.failure()) }
    }
}

/// Runs a program to its end, or until it has been silent for too long: twice [`SILENCE`], so that
/// a [`watchdog`] below it is faster.
pub fn run(command: &mut Command) -> io::Result<Finished> {
    let begun = Instant::now();
    let mut minutes = 1;
    collect(command, |silent, line| {
        if begun.elapsed() > minutes * PROGRESS {
            // It continues the line that a check has begun.
            let line: String = line.trim().chars().take(SHOWN_CHARS).collect();
            eprint!("\n    after {minutes} min: {line} ... ");
            minutes += 1;
        }
        silent < 2 * SILENCE
    })
}

/// Runs a program to its end, or for `limit`, which the user of a command has set.
pub fn run_within(command: &mut Command, limit: Duration) -> io::Result<Finished> {
    let begun = Instant::now();
    run_while(command, || begun.elapsed() < limit)
}

/// Runs a program to its end, or until `go_on` returns false.
pub fn run_while(command: &mut Command, mut go_on: impl FnMut() -> bool) -> io::Result<Finished> {
    collect(command, |_, _| go_on())
}

fn collect(
    command: &mut Command,
    go_on: impl FnMut(Duration, &str) -> bool,
) -> io::Result<Finished> {
    let (mut stdout, mut transcript) = (String::new(), String::new());
    let on_line = |is_stdout, line: &str| {
        transcript += line;
        if is_stdout {
            stdout += line;
        }
    };
    let status = follow(command.stdin(Stdio::null()), on_line, go_on)?;
    Ok(Finished { status, stdout, transcript })
}

/// Runs a program, and calls `on_line` for each line that it prints, and with whether the line went
/// to standard output. Kills the program once `go_on` returns false, which is called at each
/// [`INTERVAL`] with the time since the last line, and with that line. Returns the program's
/// status.
fn follow(
    command: &mut Command,
    mut on_line: impl FnMut(bool, &str),
    mut go_on: impl FnMut(Duration, &str) -> bool,
) -> io::Result<Option<ExitStatus>> {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = start(command)?;
    let (lines, printed) = mpsc::channel();
    if let Some(pipe) = child.stdout.take() {
        send_lines(pipe, true, lines.clone());
    }
    if let Some(pipe) = child.stderr.take() {
        send_lines(pipe, false, lines.clone());
    }
    drop(lines);
    let (mut last_time, mut last_line) = (Instant::now(), String::new());
    let status = wait_while(&mut child, || {
        let begun = Instant::now();
        // No longer than an interval, so that `go_on` can stop a program that prints for ever.
        while begun.elapsed() < INTERVAL
            && let Ok((is_stdout, line)) = printed.try_recv()
        {
            on_line(is_stdout, &line);
            (last_time, last_line) = (Instant::now(), line);
        }
        Ok(go_on(last_time.elapsed(), &last_line))
    })?;
    // The channel ends when both readers have reached the end of their pipes.
    let drain_end = Instant::now() + DRAIN;
    let time_left = || drain_end.saturating_duration_since(Instant::now());
    while !time_left().is_zero()
        && let Ok((is_stdout, line)) = printed.recv_timeout(time_left())
    {
        on_line(is_stdout, &line);
    }
    Ok(status)
}

/// Reads a pipe to its end on a thread of its own, line by line.
fn send_lines(pipe: impl Read + Send + 'static, is_stdout: bool, lines: Sender<(bool, String)>) {
    thread::spawn(move || {
        let mut pipe = BufReader::new(pipe);
        let mut line = Vec::new();
        while pipe.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
            let text = String::from_utf8_lossy(&line).into_owned();
            if lines.send((is_stdout, text)).is_err() {
                break; // the time for the last lines was over
            }
            line.clear();
        }
    });
}

/// Starts a program; if that fails, the error names it.
pub fn start(command: &mut Command) -> io::Result<Child> {
    command.spawn().map_err(|error| {
        let program = command.get_program().display();
        io::Error::new(error.kind(), format!("cannot start {program}: {error}"))
    })
}

/// Waits for the end of a program, and kills it once `go_on` returns false: then there is no
/// status. `go_on` is called once more after the end.
pub fn wait_while(
    child: &mut Child,
    mut go_on: impl FnMut() -> io::Result<bool>,
) -> io::Result<Option<ExitStatus>> {
    let mut pause = INTERVAL / 16;
    loop {
        let ended = child.try_wait()?;
        let goes_on = go_on()?;
        if ended.is_some() {
            return Ok(ended);
        }
        if !goes_on {
            request_report(child);
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(pause);
        pause = INTERVAL.min(2 * pause);
    }
}

/// Lets the doctor of a program on kettle print what the program waits for (`docs/doctor.md`), by
/// SIGQUIT, which kills a program without a doctor.
fn request_report(child: &mut Child) {
    let mut quit = Command::new("kill");
    quit.args(["-QUIT", &child.id().to_string()]).stderr(Stdio::null());
    if cfg!(unix) && quit.status().is_ok_and(|status| status.success()) {
        until(LAST_REPORT, || child.try_wait().ok().flatten());
    }
}

/// Calls `try_once` until it returns a value, or until `limit` has passed.
pub fn until<T>(limit: Duration, mut try_once: impl FnMut() -> Option<T>) -> Option<T> {
    let begun = Instant::now();
    loop {
        let value = try_once();
        if value.is_some() || begun.elapsed() > limit {
            return value;
        }
        thread::sleep(INTERVAL);
    }
}

/// Does work for each item on a thread of its own. Returns the results in the items' order.
pub fn side_by_side<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let work = &work;
    thread::scope(|scope| {
        let threads: Vec<_> = items.iter().map(|item| scope.spawn(move || work(item))).collect();
        threads.into_iter().map(|thread| thread.join().expect("the work does not panic")).collect()
    })
}

/// Does work for each item, shared out among this many threads. Returns the results in no
/// particular order.
pub fn shared_out<T: Send, R: Send>(
    items: impl Iterator<Item = T> + Send,
    threads: usize,
    work: impl Fn(T) -> R + Sync,
) -> Vec<R> {
    let items = Mutex::new(items);
    let next_item = || items.lock().expect("no panic here").next();
    let work_until_empty = |(): &()| iter::from_fn(next_item).map(&work).collect::<Vec<R>>();
    side_by_side(&vec![(); threads], work_until_empty).into_iter().flatten().collect()
}

/// As many threads as can run at a time.
pub fn processors() -> usize {
    thread::available_parallelism().map_or(2, usize::from)
}

/// A running program that is killed when this is dropped.
pub struct Running(pub Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail if the program has ended by itself, which is fine.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs a program, hands on what it prints, and kills it if it is silent for too long. Returns its
/// own status, or failure.
pub fn watchdog(program: &OsStr, args: &[OsString]) -> ExitCode {
    let name = program.display();
    let mut command = Command::new(program);
    command.args(args);
    if Path::new(program).file_stem().is_some_and(|stem| stem == "rust_out") {
        // With this variable, a program of many doc tests runs each in a process of its own.
        // rustdoc sets it, except where there is a runner in between.
        command.env("RUSTDOC_DOCTEST_BIN_PATH", program);
    }
    let hand_on = |is_stdout, line: &str| {
        // If nobody reads it any more, the status still counts.
        let _ = if is_stdout {
            io::stdout().write_all(line.as_bytes())
        } else {
            io::stderr().write_all(line.as_bytes())
        };
    };
    let words = match follow(&mut command, hand_on, |silent, _| silent < SILENCE) {
        Ok(Some(status)) => match status.code().map(u8::try_from) {
            Some(code) => return code.map_or(ExitCode::FAILURE, ExitCode::from),
            None => format!("{name} ended by {status}"),
        },
        Ok(None) => format!("{name} was silent for {} min, and was killed", SILENCE.as_secs() / 60),
        Err(error) => error.to_string(),
    };
    eprintln!("watchdog: {words}");
    ExitCode::FAILURE
}

/// Is there a program of this name that can tell its version?
pub fn installed(program: &str) -> bool {
    run(Command::new(program).arg("--version")).is_ok_and(|finished| finished.success())
}

/// Skips a check unless these tools are installed.
pub fn needs(tools: &[&str]) -> Result<(), Trouble> {
    match tools.iter().find(|tool| !installed(tool)) {
        Some(tool) => {
            Err(Trouble::Skipped(format!("no {tool} here; `cargo xtask setup` fetches it")))
        }
        None => Ok(()),
    }
}

/// The same for a check that is possible only on Linux. If strace is one of the tools, it must be
/// allowed to trace.
pub fn needs_on_linux(tools: &[&str]) -> Result<(), Trouble> {
    if !cfg!(target_os = "linux") {
        return Err(Trouble::Skipped("this is possible only on Linux".to_owned()));
    }
    needs(tools)?;
    if tools.contains(&"strace") {
        let mut command = Command::new("strace");
        let tried = run(command.args(["-o", "/dev/null", "true"]))?;
        tried.expect_success().map_err(Trouble::Skipped)?;
    }
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn both_outputs_are_collected() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo out; echo err >&2; exit 3"]);
        let finished = run(&mut command).unwrap();
        assert_eq!(finished.stdout, "out\n");
        assert!(finished.transcript.contains("err\n"), "{}", finished.transcript);
        assert_eq!(finished.status.unwrap().code(), Some(3));
        assert!(!finished.success());
    }

    #[test]
    fn a_program_is_ended_because_it_is_silent_and_not_because_it_takes_long() {
        let ends_by_itself = |script: &str, max_silence: Duration| {
            let begun = Instant::now();
            let mut command = Command::new("sh");
            let go_on = |silent, _: &str| silent < max_silence;
            let finished = collect(command.args(["-c", script]), go_on).unwrap();
            assert!(begun.elapsed() > max_silence);
            finished.status.is_some()
        };
        // The second is ten times as slow, if the machine is so busy that a line comes too late.
        let lines = [("0.1", Duration::from_millis(400)), ("1", Duration::from_secs(4))];
        assert!(lines.into_iter().any(|(pause, max_silence)| {
            let script = format!("for i in 1 2 3 4 5 6 7 8; do echo $i; sleep {pause}; done");
            ends_by_itself(&script, max_silence)
        }));
        assert!(!ends_by_itself("exec sleep 1000", Duration::from_millis(400)));
    }

    #[test]
    fn a_program_is_asked_what_it_waits_for_before_it_is_ended() {
        let trap = ["-c", "trap 'exit 7' QUIT; kill -QUIT $$"];
        if Command::new("sh").args(trap).status().unwrap().code() != Some(7) {
            return; // behind `nohup` no shell can handle the signal
        }
        let script = "trap 'echo for tea; exit' QUIT; echo up; while :; do sleep 0.02; done";
        let mut command = Command::new("sh");
        let is_up = |_, line: &str| line != "up\n";
        let finished = collect(command.args(["-c", script]), is_up).unwrap();
        assert_eq!((finished.status, &*finished.stdout), (None, "up\nfor tea\n"));
    }

    #[test]
    fn a_program_that_prints_for_ever_has_a_limit() {
        // It prints faster than its lines are read.
        let on_line = |_: bool, _: &str| thread::sleep(Duration::from_millis(1));
        let begun = Instant::now();
        let go_on = |_, _: &str| begun.elapsed() < 2 * INTERVAL;
        assert_eq!(follow(&mut Command::new("yes"), on_line, go_on).unwrap(), None);
    }
}
