//! Does the program really sleep while the water heats?
//!
//! `make_tea` under `strace -f`, of which we ask only for what writes and what can sleep. Between its
//! two lines there has to be exactly one call: one `epoll_wait` with a timeout that is not zero. A loop
//! that looks again and again, or parks twice, shows here. Linux only.

use std::fs;
use std::process::Command;

use kettle_kit::report::{Outcome, Report};
use kettle_kit::tally::Tally;
use kettle_kit::{cargo, process, tree};

/// Every system call in which a thread can sleep, and `write`. (`?`: as far as this machine has it.)
const CALLS: &str = "trace=write,?epoll_wait,?epoll_pwait,?epoll_pwait2,?poll,?ppoll,?select,?pselect6,\
    futex,nanosleep,clock_nanosleep,?pause,sched_yield,io_uring_enter,rt_sigtimedwait";

pub(crate) fn idle(report: &mut Report) {
    report.check("make_tea waits in one system call", one_wait);
}

fn one_wait() -> Outcome {
    process::needs_on_linux(&["strace"])?;
    cargo::build_examples()?;
    let log = tree::target()?.join("xtask-strace.log");
    let mut command = Command::new("strace");
    command.args(["-f", "-e", CALLS, "-e", "signal=none", "-o"]).arg(&log);
    command.arg(tree::example("make_tea")?).env_remove("KETTLE_TRACE");
    // In debug builds it has a thread of its own, which looks four times a second.
    command.env("KETTLE_DOCTOR", "off");
    process::run(&mut command)?.expect_success()?;
    judge(&fs::read_to_string(&log)?)?;
    Ok(Tally::success())
}

/// Is there, between the two lines that are written, exactly one `epoll_wait` with a timeout?
fn judge(calls: &str) -> Result<(), String> {
    let lines: Vec<&str> = calls.lines().collect();
    let written = |text: &str| lines.iter().position(|line| line.contains(text));
    let wait = match (written("\"Putting the kettle on."), written("\"Water boiled.")) {
        (Some(first), Some(second)) if first < second => &lines[first + 1..second],
        _ => return Err(format!("strace did not see both lines written:\n{calls}")),
    };
    let sleeps: Vec<&&str> = wait.iter().filter(|line| !line.contains(" write(")).collect();
    match sleeps[..] {
        [one] if one.contains(" epoll_") && timeout(one).is_some_and(|ms| ms != 0) => Ok(()),
        _ => Err(format!("not one epoll_wait with a timeout, but:\n{}", wait.join("\n"))),
    }
}

/// The last argument of `epoll_wait` (`epoll_pwait` has two more): milliseconds, or -1 for ever.
fn timeout(line: &str) -> Option<i64> {
    let arguments = line.split_once(" = ")?.0.trim_end().strip_suffix(')')?;
    let more = if line.contains("epoll_pwait(") { 2 } else { 0 };
    arguments.rsplit(", ").nth(more)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(wait: &str) -> Result<(), String> {
        let first = "7 write(1, \"Putting the kettle on.\\n\", 23) = 23";
        let second = "7 write(1, \"Water boiled. Making tea.\\n\", 26) = 26";
        judge(&format!("7 futex(0x1, FUTEX_WAKE) = 0\n{first}\n{wait}{second}\n"))
    }

    #[test]
    fn one_wait_passes_whatever_it_returns() {
        for call in [
            "epoll_wait(3, [], 1024, 2000)         = 0",
            "epoll_wait(3, [{events=EPOLLIN, data=0x1}], 1024, -1) = 1",
            "epoll_wait(3, 0x55, 1024, 7) = -1 EINTR (Interrupted system call)",
            "epoll_pwait(3, [], 1024, 15, NULL, 8) = 0",
        ] {
            assert_eq!(judged(&format!("7 {call}\n7 write(4, \"x\", 8) = 8\n")), Ok(()), "{call}");
        }
    }

    #[test]
    fn two_waits_a_look_and_another_sleep_fail() {
        let once = "7 epoll_wait(3, [], 1024, 1984) = 0\n";
        assert!(judged(&once.repeat(2)).is_err());
        assert!(judged(&once.replace("1984", "0")).is_err());
        assert!(judged("7 clock_nanosleep(CLOCK_REALTIME, 0, 2) = 0\n").is_err());
        assert!(judged("").is_err());
        assert!(judge(once).unwrap_err().contains("both lines"));
    }
}
