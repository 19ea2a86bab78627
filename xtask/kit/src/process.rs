//! How is another program run, so that it cannot hang us?
//!
//! [`run`] starts it with nothing on its standard input, and reads both of its outputs while it
//! runs. **One rule ends a program: it has printed nothing for [`SILENCE`].** How long it takes in
//! all depends on the machine and never ends it. So a program that works for long prints a line now
//! and then.
//!
//! [`mind`] applies this rule as a program. Cargo runs each test binary through it (`cargo xtask
//! mind PROGRAM ARGS`), so that a test that hangs, the usual face of a lost wake-up, ends with
//! words. Killing Cargo would not do: its children would live on. So [`run`] waits twice as long,
//! until [`mind`] has ended them. (A hanging doc test has a parent between us and it, and what Miri
//! and cargo-fuzz run has, too: these live on.)

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

/// A program that has printed nothing for so long hangs.
pub const SILENCE: Duration = Duration::from_mins(5);
/// Of a program that runs for minutes the last line is shown, so often.
const NEWS: Duration = Duration::from_mins(1);
/// So much of it: a compiler's message for programs is long.
const SHOWN: usize = 80;
/// How often we look whether a program has ended. (In its first milliseconds more often.)
pub const LOOK: Duration = Duration::from_millis(10);
/// How long a program that we are about to end may answer what it waits for.
const ANSWER: Duration = Duration::from_secs(1);
/// How long we wait for outputs that a grandchild may hold open.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// A program that ended, and what it printed.
#[derive(Debug)]
pub struct Finished {
    /// `None`: we have ended it.
    pub status: Option<ExitStatus>,
    pub stdout: String,
    /// Both outputs, line by line as they came.
    pub transcript: String,
}

impl Finished {
    pub fn success(&self) -> bool {
        self.status.is_some_and(|status| status.success())
    }

    /// How it ended, in words.
    pub fn ending(&self) -> String {
        let ended = "it was ended: it was silent for too long, or its time was up";
        self.status.map_or(ended.to_owned(), |status| status.to_string())
    }

    /// How it ended, and all that it printed.
    pub fn failure(&self) -> String {
        format!("{}\n{}", self.ending(), self.transcript)
    }

    /// Anything but success as words.
    pub fn expect_success(self) -> Result<Finished, String> {
        if self.success() { Ok(self) } else { Err(self.failure()) }
    }
}

/// Runs a program to its end, or until it has been silent for too long. What it runs below [`mind`]
/// ends before it.
pub fn run(command: &mut Command) -> io::Result<Finished> {
    let begun = Instant::now();
    let mut news = 1;
    collect(command, |silent, line| {
        if begun.elapsed() > news * NEWS {
            // It continues the line that a check has begun.
            let line: String = line.trim().chars().take(SHOWN).collect();
            eprint!("\n    after {news} min: {line} ... ");
            news += 1;
        }
        silent < 2 * SILENCE
    })
}

/// Runs a program to its end, or for `limit`, which the user of a command has set.
pub fn run_within(command: &mut Command, limit: Duration) -> io::Result<Finished> {
    let begun = Instant::now();
    run_while(command, || begun.elapsed() < limit)
}

/// Runs a program to its end, or as long as `go_on` says so.
pub fn run_while(command: &mut Command, mut go_on: impl FnMut() -> bool) -> io::Result<Finished> {
    collect(command, |_, _| go_on())
}

fn collect(
    command: &mut Command,
    go_on: impl FnMut(Duration, &str) -> bool,
) -> io::Result<Finished> {
    let (mut stdout, mut transcript) = (String::new(), String::new());
    let hear = |of_stdout, line: &str| {
        transcript += line;
        if of_stdout {
            stdout += line;
        }
    };
    let status = follow(command.stdin(Stdio::null()), hear, go_on)?;
    Ok(Finished { status, stdout, transcript })
}

/// Runs a program, and hands on each line of its two outputs as it comes; whether it is of the
/// first one, too. `go_on` is asked all the time, with how long the program has been silent and the
/// last line.
fn follow(
    command: &mut Command,
    mut hear: impl FnMut(bool, &str),
    mut go_on: impl FnMut(Duration, &str) -> bool,
) -> io::Result<Option<ExitStatus>> {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = start(command)?;
    let (lines, heard_lines) = mpsc::channel();
    if let Some(pipe) = child.stdout.take() {
        send_lines(pipe, true, lines.clone());
    }
    if let Some(pipe) = child.stderr.take() {
        send_lines(pipe, false, lines.clone());
    }
    drop(lines);
    let (mut heard, mut last) = (Instant::now(), String::new());
    let status = wait_while(&mut child, || {
        let begun = Instant::now();
        // Not for longer: a program that prints for ever has a limit, too.
        while begun.elapsed() < LOOK
            && let Ok((of_stdout, line)) = heard_lines.try_recv()
        {
            hear(of_stdout, &line);
            (heard, last) = (Instant::now(), line);
        }
        Ok(go_on(heard.elapsed(), &last))
    })?;
    // Until both readers have come to the end of their pipes.
    let end = Instant::now() + LAST_WORDS;
    let left = || end.saturating_duration_since(Instant::now());
    while !left().is_zero()
        && let Ok((of_stdout, line)) = heard_lines.recv_timeout(left())
    {
        hear(of_stdout, &line);
    }
    Ok(status)
}

/// Reads a pipe to its end on a thread of its own, line by line.
fn send_lines(pipe: impl Read + Send + 'static, of_stdout: bool, tell: Sender<(bool, String)>) {
    thread::spawn(move || {
        let mut lines = BufReader::new(pipe);
        let mut line = Vec::new();
        while lines.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
            let text = String::from_utf8_lossy(&line).into_owned();
            if tell.send((of_stdout, text)).is_err() {
                break; // nobody waits for its last words any more
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

/// Waits for the end of `child`, which has nothing more to do; `None`: it was ended.
pub fn wait(child: &mut Child) -> io::Result<Option<ExitStatus>> {
    let begun = Instant::now();
    wait_while(child, || Ok(begun.elapsed() < SILENCE))
}

/// Waits for its end as long as `go_on` says so, which is asked once more after the end.
pub fn wait_while(
    child: &mut Child,
    mut go_on: impl FnMut() -> io::Result<bool>,
) -> io::Result<Option<ExitStatus>> {
    let mut pause = LOOK / 16;
    loop {
        let ended = child.try_wait()?;
        let goes_on = go_on()?;
        if ended.is_some() {
            return Ok(ended);
        }
        if !goes_on {
            ask(child);
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(pause);
        pause = LOOK.min(2 * pause);
    }
}

/// Lets a program on kettle print what it waits for (`docs/doctor.md`). One without a doctor ends.
fn ask(child: &mut Child) {
    let mut quit = Command::new("kill");
    quit.args(["-QUIT", &child.id().to_string()]).stderr(Stdio::null());
    if cfg!(unix) && quit.status().is_ok_and(|status| status.success()) {
        until(ANSWER, || child.try_wait().ok().flatten());
    }
}

/// Looks again and again until there is something; `None`: not within `limit`.
pub fn until<T>(limit: Duration, mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let begun = Instant::now();
    loop {
        let found = look();
        if found.is_some() || begun.elapsed() > limit {
            return found;
        }
        thread::sleep(LOOK);
    }
}

/// Does work for each item on a thread of its own; what came of each, in their order.
pub fn side_by_side<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let work = &work;
    thread::scope(|scope| {
        let threads: Vec<_> = items.iter().map(|item| scope.spawn(move || work(item))).collect();
        threads.into_iter().map(|thread| thread.join().expect("the work does not panic")).collect()
    })
}

/// Does work for each item, on so many threads; what came of them, in no order.
pub fn shared_out<T: Send, R: Send>(
    items: impl Iterator<Item = T> + Send,
    threads: usize,
    work: impl Fn(T) -> R + Sync,
) -> Vec<R> {
    let items = Mutex::new(items);
    let take = || items.lock().expect("no panic here").next();
    let done = side_by_side(&vec![(); threads], |()| iter::from_fn(take).map(&work).collect());
    done.into_iter().flat_map(|of_one: Vec<R>| of_one).collect()
}

/// As many threads as can run at a time.
pub fn processors() -> usize {
    thread::available_parallelism().map_or(2, usize::from)
}

/// A program that is ended when this is dropped, whatever happens.
pub struct Running(pub Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself: then there is nothing to end.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs a program that ends if it is silent for too long. Its own status, or failure.
pub fn mind(program: &OsStr, args: &[OsString]) -> ExitCode {
    let name = program.display();
    let mut command = Command::new(program);
    command.args(args);
    if Path::new(program).file_stem().is_some_and(|stem| stem == "rust_out") {
        // rustdoc says this to a program of many doc tests, but forgets it when we stand between:
        // with it, each of them runs in a process of its own.
        command.env("RUSTDOC_DOCTEST_BIN_PATH", program);
    }
    let hand_on = |of_stdout, line: &str| {
        // Nobody listens any more: the status remains.
        let _ = if of_stdout {
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
        Ok(None) => format!("{name} was silent for {} min, and was ended", SILENCE.as_secs() / 60),
        Err(error) => error.to_string(),
    };
    eprintln!("mind: {words}");
    ExitCode::FAILURE
}

/// Is there a program of this name that can tell its version?
pub fn installed(program: &str) -> bool {
    let mut command = Command::new(program);
    command.arg("--version");
    // `wrk` tells it, and fails. A stub that only says how to install the program fails, too.
    let begin = format!("{program} ");
    run(&mut command)
        .is_ok_and(|finished| finished.success() || finished.transcript.starts_with(&begin))
}

/// Skips a check whose tools are not here.
pub fn needs(tools: &[&str]) -> Result<(), Trouble> {
    match tools.iter().find(|tool| !installed(tool)) {
        Some(tool) => {
            Err(Trouble::Skipped(format!("no {tool} here; `cargo xtask setup` fetches it")))
        }
        None => Ok(()),
    }
}

/// The same for a check that only Linux can have. If strace is asked for, it must be allowed to
/// trace.
pub fn needs_on_linux(tools: &[&str]) -> Result<(), Trouble> {
    if !cfg!(target_os = "linux") {
        return Err(Trouble::Skipped("only Linux has what it looks at".to_owned()));
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
        let brief = Duration::from_millis(400);
        let ends = |script: &str| {
            let begun = Instant::now();
            let mut command = Command::new("sh");
            let finished =
                collect(command.args(["-c", script]), |silent, _| silent < brief).unwrap();
            (finished.status.is_some(), begun.elapsed() > brief)
        };
        assert_eq!(ends("for i in 1 2 3 4 5 6 7 8; do echo $i; sleep 0.1; done"), (true, true));
        assert_eq!(ends("exec sleep 1000"), (false, true));
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
        // It prints faster than it is heard.
        let hear = |_: bool, _: &str| thread::sleep(Duration::from_millis(1));
        let begun = Instant::now();
        let go_on = |_, _: &str| begun.elapsed() < 2 * LOOK;
        assert_eq!(follow(&mut Command::new("yes"), hear, go_on).unwrap(), None);
    }
}
