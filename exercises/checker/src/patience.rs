//! How long is a process waited for, and what of its output is kept?
//!
//! A check that is right takes milliseconds. One that takes longer either does nothing or works on
//! and on. Which of the two, its processor time tells (on Linux; elsewhere both look like nothing).
//! Why, the process itself is asked ([`question`]). A loaded machine makes neither: time that a
//! process doesn't get is not counted.
//!
//! Interface: [`wait`], [`Limits`], [`Ended`]; [`Output`]. Invariants: the wait comes to an end,
//! whatever the process does, and whatever it has started; what is kept of an output is bounded.

use std::fs;
use std::io::{self, Read};
use std::process::{Child, ExitStatus};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use kettle_judge::question;
use kettle_kit::process::{self, LOOK};

/// When patience ends.
pub(crate) struct Limits {
    /// So much processor time is a circle.
    busy: Duration,
    /// So long without any is a hang.
    still: Duration,
    /// So much in all is one, too: a thread looks now and then, and never finds what it waits for.
    /// And this is the patience where processor time can't be read.
    idle: Duration,
}

/// Of a check.
pub(crate) const LIMITS: Limits = Limits {
    busy: Duration::from_secs(8),
    still: Duration::from_secs(2),
    idle: Duration::from_secs(20),
};
/// Of a program that is recorded: it may sleep for some seconds, which is no hang.
pub(crate) const SLEEPER: Limits = Limits {
    busy: Duration::from_secs(20),
    still: Duration::from_secs(12),
    idle: Duration::from_mins(1),
};
/// Of a check that is recorded: its verdict is known, and of a circle the beginning is enough.
pub(crate) const AGAIN: Limits = Limits { busy: Duration::from_secs(2), ..LIMITS };

/// After so many looks the last question won't be answered.
const LAST_WORDS: usize = 100;
/// How long we wait for the end of an output when its process has ended.
const LAST_OUTPUT: Duration = Duration::from_secs(1);
/// So many bytes of an output are kept, at least, from its beginning and from its end.
const KEPT: usize = 65_536;
/// An output of so many bytes is that of a loop.
const TOO_LONG: usize = 8 << 20;

/// How a process ended.
pub(crate) enum Ended {
    Itself(ExitStatus),
    /// By us: it did nothing.
    Still,
    /// By us: it worked on and on.
    Busy,
}

/// Waits for the end of `child`. Meanwhile and at last it is asked where it is, if it hears that, and may end
/// itself with an answer. `None`: it was ended because it `is_old`.
///
/// Time is counted in looks, not by the clock: on a loaded machine we look more seldom, and what
/// rests at one look may have waited for a processor ever since the last.
pub(crate) fn wait(
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

/// What a process prints on one of its outputs. It is read while the process runs.
pub(crate) struct Output {
    bytes: Arc<Mutex<Vec<u8>>>,
    /// How many there were, kept or not.
    length: Arc<AtomicUsize>,
    reader: thread::JoinHandle<()>,
}

impl Output {
    pub(crate) fn of(mut pipe: impl Read + Send + 'static) -> Output {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let length = Arc::new(AtomicUsize::new(0));
        let (kept, read) = (Arc::clone(&bytes), Arc::clone(&length));
        let reader = thread::spawn(move || {
            let mut piece = [0; 8_192];
            while let Ok(length @ 1..) = pipe.read(&mut piece) {
                read.fetch_add(length, Ordering::Relaxed);
                let mut kept = kept.lock().expect("no panic here");
                kept.extend_from_slice(&piece[..length]);
                // An answer may print without end.
                if kept.len() > 4 * KEPT {
                    let end = kept.len() - KEPT;
                    kept.drain(KEPT..end);
                }
            }
        });
        Output { bytes, length, reader }
    }

    pub(crate) fn is_too_long(&self) -> bool {
        self.length.load(Ordering::Relaxed) > TOO_LONG
    }

    /// All that was printed, after the end of the process. (One that the answer has started may live
    /// on and keep the pipe open.)
    pub(crate) fn text(self) -> String {
        process::until(LAST_OUTPUT, || self.reader.is_finished().then_some(()));
        String::from_utf8_lossy(&self.bytes.lock().expect("no panic here")).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[cfg(target_os = "linux")]
    const HOUR: Duration = Duration::from_hours(1);

    /// A test's own program as a process of its own, which rests for so many milliseconds after each
    /// two of work. How it ended, and what it was asked.
    #[cfg(target_os = "linux")]
    fn watched(name: &str, rest: u64, limits: &Limits) -> (Option<Ended>, Vec<String>) {
        use std::env;
        use std::process::{Command, Stdio};

        const RESTS: &str = "KETTLE_TEST_RESTS";
        if env::var_os(RESTS).is_some() {
            loop {
                let now = std::time::Instant::now();
                while now.elapsed() < Duration::from_millis(2) {}
                thread::sleep(Duration::from_millis(rest));
            }
        }
        let mut command = Command::new(env::current_exe().expect("this program"));
        let name = format!("patience::tests::{name}");
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
        let output = Output::of(long);
        while !output.is_too_long() {
            thread::yield_now();
        }
        let text = output.text();
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
