//! Does the program really sleep while the water heats?
//!
//! `make_tea` under `strace -f`: between its two lines stand the system calls of the whole wait,
//! and among them exactly one that can sleep: one `epoll_wait` with a timeout that is not zero.
//! A loop that looks again and again, or parks twice, shows here. Linux only.

use std::fs;
use std::process::Command;
use std::time::Duration;

use kettle_kit::cargo;
use kettle_kit::process;
use kettle_kit::report::{Outcome, Report, Trouble};
use kettle_kit::tally::Tally;
use kettle_kit::tree;

const LIMIT: Duration = Duration::from_mins(1);
/// Every system call in which a thread can sleep, and the one we expect among them.
const SLEEPERS: &[&str] = &[
    "epoll_wait",
    "epoll_pwait",
    "epoll_pwait2",
    "poll",
    "ppoll",
    "select",
    "pselect6",
    "futex",
    "nanosleep",
    "clock_nanosleep",
    "pause",
    "sched_yield",
    "io_uring_enter",
    "rt_sigtimedwait",
];

pub(crate) fn idle(report: &mut Report) {
    report.check("make_tea waits in one system call", one_wait);
}

fn one_wait() -> Outcome {
    if !cfg!(target_os = "linux") {
        return Err(Trouble::Skipped("epoll is Linux's".into()));
    }
    if !process::installed("strace") {
        return Err(Trouble::Skipped("no strace here; `cargo xtask setup` fetches it".into()));
    }
    cargo::build_examples()?;
    let log = tree::target()?.join("xtask-strace.log");
    let mut command = Command::new("strace");
    command.arg("-f").arg("-o").arg(&log).arg(tree::example("make_tea")?);
    command.env_remove("KETTLE_TRACE");
    let finished = process::run(&mut command, LIMIT)?;
    if !finished.success() && finished.transcript.contains("ptrace") {
        return Err(Trouble::Skipped(format!(
            "strace may not trace: {}",
            finished.transcript.trim()
        )));
    }
    let finished = finished.expect_success()?;
    let calls = fs::read_to_string(&log)?;
    let wait = between(&calls, "Putting the kettle on.", "Water boiled.").ok_or_else(|| {
        format!("strace did not see both lines written; the program printed:\n{}", finished.stdout)
    })?;
    judge(&wait)?;
    Ok(Tally::success())
}

/// The lines of `calls` between those that write `first` and `second`.
fn between<'a>(calls: &'a str, first: &str, second: &str) -> Option<Vec<&'a str>> {
    let lines: Vec<&str> = calls.lines().collect();
    let writes = |text: &str| lines.iter().position(|l| l.contains("write(") && l.contains(text));
    let (from, to) = (writes(first)?, writes(second)?);
    (from < to).then(|| lines[from + 1..to].to_vec())
}

/// Exactly one call that can sleep, and that one an `epoll_wait` with a timeout.
fn judge(wait: &[&str]) -> Result<(), String> {
    let sleeps: Vec<&&str> = wait.iter().filter(|line| SLEEPERS.contains(&name(line))).collect();
    let told = || format!("the calls of the wait:\n{}", wait.join("\n"));
    match sleeps[..] {
        [one] if name(one).starts_with("epoll_") && timeout(one).is_some_and(|ms| ms != 0) => {
            Ok(())
        }
        [_] => Err(format!("the one call that sleeps is no epoll_wait with a timeout; {}", told())),
        _ => Err(format!("{} calls that can sleep, not one; {}", sleeps.len(), told())),
    }
}

/// The system call of a line like `1234  epoll_wait(3, …) = 0`; empty for a signal or an exit.
fn name(line: &str) -> &str {
    let call = line.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ');
    call.split_once('(').map_or("", |(name, _)| name)
}

/// The fourth argument of `epoll_wait`: milliseconds, or -1 for ever.
fn timeout(line: &str) -> Option<i64> {
    let (arguments, _) = line.split_once('(')?.1.rsplit_once(" = ")?;
    // The second is a list with commas of its own when something was ready: count from its end.
    let after_events = arguments.rsplit_once("], ").map_or(arguments, |(_, rest)| rest);
    let mut rest = after_events.trim_end().trim_end_matches(')').split(", ");
    rest.nth(if after_events == arguments { 3 } else { 1 })?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEA: &str = "\
7 epoll_create1(EPOLL_CLOEXEC) = 3
7 write(1, \"Putting the kettle on.\\n\", 23) = 23
7 epoll_wait(3, [], 1024, 2000)         = 0
7 write(1, \"Water boiled. Making tea.\\n\", 26) = 26
";

    fn judged(calls: &str) -> Result<(), String> {
        judge(&between(calls, "Putting", "Water").expect("two lines"))
    }

    #[test]
    fn one_wait_passes() {
        assert_eq!(judged(TEA), Ok(()));
    }

    #[test]
    fn two_waits_fail() {
        let twice =
            TEA.replace("2000)         = 0\n", "1984) = 0\n7 epoll_wait(3, [], 1024, 16) = 0\n");
        assert!(judged(&twice).unwrap_err().starts_with("2 calls"));
    }

    #[test]
    fn looking_without_waiting_fails() {
        assert!(judged(&TEA.replace("2000", "0")).is_err());
    }

    #[test]
    fn another_sleep_fails() {
        let asleep =
            TEA.replace("epoll_wait(3, [], 1024, 2000)", "clock_nanosleep(CLOCK_REALTIME, 0, x)");
        assert!(judged(&asleep).is_err());
    }

    #[test]
    fn the_timeout_is_read() {
        assert_eq!(
            timeout("7 epoll_wait(3, [{events=EPOLLIN, data=0x1}], 1024, -1) = 1"),
            Some(-1)
        );
        assert_eq!(timeout("7 epoll_wait(3, [], 1024, 15) = 0"), Some(15));
        assert_eq!(timeout("7 epoll_pwait(3, [], 1024, 15, NULL, 8) = 0"), Some(15));
        assert_eq!(timeout("7 epoll_wait(3, 0x55, 1024, 7) = -1 EINTR"), Some(7));
    }
}
