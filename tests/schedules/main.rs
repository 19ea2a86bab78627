//! Does a search among schedules find what a first look hides, and does it shrink it to what
//! matters?
//!
//! The programs are tests that pass, as they do here, and are wrong ([`programs`]). For each the
//! fewest decisions that break it were written down before there was a search. This program then
//! starts itself again, as a user would: with a thousand seeds, and with all schedules of so many
//! decisions.

#[cfg(all(target_os = "linux", debug_assertions))]
mod chance;
mod clock;
mod odd;
mod programs;
#[cfg(all(target_os = "linux", debug_assertions))]
mod world;

use std::io::Read;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use programs::{order, other, signals};
use serde_json::Value;

macro_rules! programs {
    ($($name:ident = $program:path;)*) => {$(
        #[kettle::test(start_paused = true)]
        async fn $name() {
            $program().await;
        }
    )*

    #[test]
    fn each_passes_a_hundred_times_in_plain_runs() {
        $(for _ in 0..100 {
            let mut builder = kettle::runtime::Builder::new_current_thread();
            builder.enable_all().start_paused(true).build().unwrap().block_on($program());
        })*
    }};
}

programs! {
    careless_cook = signals::careless_cook;
    careful_cook = signals::careful_cook;
    early_bell = signals::early_bell;
    two_senders = order::two_senders;
    short_read = other::short_read;
    one_step = other::one_step;
}

/// The fewest decisions that break each, and whether they are decisions of order.
const FEWEST: [(&str, usize, bool); 5] = [
    ("careless_cook", 1, true),
    ("early_bell", 3, true),
    ("two_senders", 1, true),
    ("short_read", 1, false),
    ("one_step", 1, false),
];

/// The text of a search that finds nothing.
#[track_caller]
fn passes(test: &str, variables: [(&str, &str); 2]) -> String {
    let (found, text) = search_with(test, variables);
    assert!(found["failed"].is_null(), "{test}: {text}");
    text
}

/// One of these tests, in a process of its own.
fn alone(test: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([test, "--exact", "--include-ignored"]);
    command
}

/// What came of a search in one of these tests: the line of its report, and what it printed.
fn search(test: &str, variable: &str, value: usize) -> (Value, String) {
    search_with(test, [(variable, &value.to_string()), ("KETTLE_FAULTS", "")])
}

fn search_with(test: &str, variables: [(&str, &str); 2]) -> (Value, String) {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("kettle-report-{}-{count}", std::process::id());
    let report: PathBuf = std::env::temp_dir().join(name);
    let mut command = alone(test);
    command.arg("--nocapture").envs(variables).env("KETTLE_REPORT", &report);
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let line = std::fs::read_to_string(&report).unwrap_or_else(|_| panic!("no report: {text}"));
    std::fs::remove_file(report).unwrap();
    let found: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(output.status.success(), found["failed"].is_null(), "{text}");
    (found, text)
}

#[test]
fn each_is_found_within_a_thousand_seeds_and_shrunk_to_what_matters() {
    for (test, fewest, _) in FEWEST {
        let (found, text) = search(test, "KETTLE_SEEDS", 1000);
        assert!(found["failed"].is_u64(), "{test} is not found");
        let say = found["say"].as_str().unwrap();
        assert!(say.starts_with(&format!("{fewest} of ")), "{test}: {text}");
        let page = PathBuf::from(found["page"].as_str().unwrap());
        let program = std::env::current_exe().unwrap();
        assert_eq!(page.parent().unwrap().file_name(), program.file_stem(), "the program's own");
        let text = std::fs::read_to_string(page).unwrap();
        let header = text.lines().rev().find(|line| line.starts_with("{\"v\"")).unwrap();
        let header: Value = serde_json::from_str(header).unwrap();
        assert_eq!(header["program"], *test, "and not libtest's words");
        assert!(text.contains("\"made\":\"tests/schedules/main.rs:"), "main is the test");
    }
}

/// The chapter *Every schedule* prints these.
#[test]
fn a_search_says_what_the_book_prints() {
    let (found, text) = search("careless_cook", "KETTLE_SEEDS", 1000);
    let page = PathBuf::from(found["page"].as_str().unwrap());
    let text = text.replace(page.parent().unwrap().to_str().unwrap(), "target/…");
    assert!(text.contains(include_str!("careless_cook.txt")), "{text}");
    let lines = [("KETTLE_SEEDS", 1000), ("KETTLE_EXPLORE", 99)]
        .map(|(variable, value)| search("careful_cook", variable, value).1);
    let said = lines.concat();
    let said: Vec<_> = said.lines().filter(|line| line.starts_with("kettle: ")).collect();
    assert_eq!(said.join("\n") + "\n", include_str!("careful_cook.txt"));
}

#[test]
fn with_fewer_decisions_no_schedule_breaks_it_and_with_so_many_one_does() {
    for (test, fewest, of_order) in FEWEST {
        let (fewer, text) = search(test, "KETTLE_EXPLORE", fewest - 1);
        assert!(fewer["failed"].is_null(), "{test}: {text}");
        let (enough, text) = search(test, "KETTLE_EXPLORE", fewest);
        assert_eq!(!enough["failed"].is_null(), of_order, "{test}: {text}");
    }
}

#[test]
fn a_search_has_a_virtual_clock_unless_the_test_waits_for_what_is_outside() {
    for test in [
        "clock::sleeps_for_an_hour",
        "clock::pauses_the_clock_itself",
        "clock::is_in_time_at_the_limit",
    ] {
        let text = passes(test, [("KETTLE_SEEDS", "50"), ("KETTLE_FAULTS", "")]);
        assert!(text.contains("\"first branch, first task\" and 50 seeds pass\n"), "{text}");
    }
    let (found, text) = search("clock::hangs_beside_a_task_that_waits", "KETTLE_SEEDS", 1000);
    assert!(found["failed"].is_u64() && found["clock"].is_null(), "{text}");
    for test in ["clock::waits_for_a_socket_that_is_open", "clock::waits_for_a_job"] {
        let (found, text) = search(test, "KETTLE_SEEDS", 20);
        assert!(found["failed"].is_null(), "{test}: {text}");
        assert!(text.contains("20 seeds pass (on the real clock"), "{text}");
        let note = found["note"].as_str().unwrap();
        assert!(note.contains("20 seeds pass (on the real clock"), "{note}");
    }
}

#[cfg(all(target_os = "linux", debug_assertions))]
#[test]
fn a_search_keeps_the_virtual_clock_where_both_ends_of_each_socket_are_in_the_test() {
    for (test, twice) in [
        ("world::an_hour_lies_between_two_requests", "KETTLE_TWICE"),
        ("world::an_hour_lies_between_bytes_from_elsewhere", "KETTLE_TWICE"),
        ("world::moves_much_in_both_directions", "ONCE"),
    ] {
        let text = passes(test, [("KETTLE_SEEDS", "50"), (twice, "1")]);
        assert!(text.contains("\"first branch, first task\" and 50 seeds pass\n"), "{text}");
    }
    for (test, says) in [
        ("world::reads_at_both_ends_in_some_order", "a TcpStream, at whose other end task"),
        ("world::uses_up_a_report", "the TcpStream is ready, and was cleared"),
    ] {
        let (found, text) = search(test, "KETTLE_SEEDS", 200);
        assert!(found["failed"].is_u64() && found["clock"].is_null(), "{text}");
        assert!(text.contains(says), "{text}");
    }
}

/// Without faults all are right, and some of them with faults.
#[cfg(all(target_os = "linux", debug_assertions))]
#[test]
fn a_search_has_faults_of_the_network_where_that_is_asked_for() {
    let with = |faults| [("KETTLE_SEEDS", "400"), ("KETTLE_FAULTS", faults)];
    for (test, fault) in [
        ("world::pays_twice_after_a_cut", "net.cut"),
        ("world::believes_in_an_order_of_connections", "net.delay"),
        ("world::asks_without_a_limit", "net.silence"),
    ] {
        passes(test, with(""));
        let (found, text) = search_with(test, with(fault));
        assert!(found["say"].as_str().is_some_and(|say| say.starts_with("1 of ")), "{text}");
        let again =
            format!("again, with nothing else:         KETTLE_FAULTS={fault} KETTLE_SCHEDULE='");
        let list = text.split_once(&again).unwrap_or_else(|| panic!("{text}")).1;
        assert!(list.lines().next().unwrap().contains(fault), "{text}");
        let choice = list.split(':').next().unwrap();
        let silence = "no time limit ends the silence of that connection";
        let is_hang = text.contains(&format!("{silence} (since choice {choice})"))
            && text.contains("help: put a `timeout` around each wait for a peer");
        assert_eq!(is_hang, fault == "net.silence", "{text}");
    }
    for (test, faults) in [
        ("world::pays_once_also_after_a_cut", "net"),
        ("world::asks_with_a_limit", "net"),
        ("world::reads_on_after_an_error", "net.cut"),
    ] {
        passes(test, with(faults));
    }
}

#[cfg(all(target_os = "linux", debug_assertions))]
#[test]
fn right_programs_by_chance_are_told_no_hang() {
    for number in 0..chance::count() {
        let number = number.to_string();
        passes("chance::one", [("KETTLE_SEEDS", "20"), ("KETTLE_PROGRAM", &number)]);
    }
    for mode in ["", "watch", "panic"] {
        let mut all = alone("chance::all");
        let output = all.arg("--nocapture").env("KETTLE_DOCTOR", mode).output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr);
        let hangs = ["deadlock", "lost_wakeup", "open_waits", "long_wait"];
        let is_accused = hangs.iter().any(|lint| text.contains(&format!("[kettle::{lint}]")));
        assert!(output.status.success() && !is_accused, "{mode}: {text}");
    }
}

#[test]
fn what_can_not_be_repeated_is_told_as_that() {
    let (_, text) = search("odd::is_moody", "KETTLE_SEEDS", 200);
    let differ = "two runs of one schedule differ, first in this event:\n    one:  ";
    assert!(text.contains(differ), "{text}");
    let twice = [("KETTLE_SEEDS", "20"), ("KETTLE_TWICE", "1")];
    let (found, text) = search_with("odd::is_moody", twice);
    assert_eq!(found["say"], "two runs of one schedule differ", "{text}");
    passes("odd::passes", twice);
    let (_, text) = search("odd::never_passes", "KETTLE_SEEDS", 20);
    let fails = "it fails with \"first branch, first task\" and with 16 seeds";
    assert!(text.contains(fails), "{text}");
    let (_, text) = search("odd::is_a_coin", "KETTLE_SEEDS", 20);
    assert!(text.contains("branch, first task\", but not under every schedule"), "{text}");
    let passing = text.split_once("to see it pass:").unwrap().1.trim_start();
    let passing = passing.strip_prefix("KETTLE_SEED=").unwrap().split('\n').next().unwrap();
    assert!(shown("odd::is_a_coin", "KETTLE_SEED", passing).0, "{text}");
    let (_, text) = search("odd::returns_an_error", "KETTLE_SEEDS", 200);
    assert!(text.contains("the test returned an error: \"it came first\"\n1 of "), "{text}");
    let (_, text) = search("odd::exits", "KETTLE_SEEDS", 20);
    assert!(text.contains("\nwhat its decisions were is not known: the run did not end"), "{text}");
}

#[test]
fn what_was_found_on_the_real_clock_is_repeated_on_it() {
    let (found, text) = search("clock::depends_on_the_clock", "KETTLE_SEEDS", 200);
    assert_eq!(found["clock"], "real", "{text}");
    let again = text.lines().filter_map(|line| line.strip_prefix("again, ")?.split_once(": "));
    let again: Vec<_> = again.map(|(_, variables)| variables.trim()).collect();
    assert_eq!(again.len(), 2, "{text}");
    for variables in again {
        let mut command = alone("clock::depends_on_the_clock");
        for variable in variables.split(' ') {
            let (name, value) = variable.split_once('=').unwrap();
            command.env(name, value.trim_matches('\''));
        }
        assert!(!command.output().unwrap().status.success(), "passes with {variables}");
    }
}

#[cfg(unix)]
#[test]
fn a_process_of_a_search_ends_with_the_one_that_started_it() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut search = alone("odd::never_ends");
    search.env("KETTLE_SEEDS", "1").env(odd::TELL, listener.local_addr().unwrap().to_string());
    let mut search = search.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let (mut process, _) = listener.accept().unwrap();
    search.kill().unwrap();
    search.wait().unwrap();
    assert_eq!(process.read(&mut [0]).unwrap_or(0), 0, "its connection is closed by its end");
}

#[test]
fn what_was_found_is_repeated_by_its_seed_and_by_its_list() {
    let (found, text) = search("two_senders", "KETTLE_SEEDS", 1000);
    let list = text.split_once("KETTLE_SCHEDULE='").unwrap().1.split_once('\'').unwrap().0;
    assert_eq!(found["schedule"].as_str(), Some(list));
    let seed = found["failed"].to_string();
    let run = |variable: &str, value: &str| shown("two_senders", variable, value).1;
    for text in [run("KETTLE_SEED", &seed), run("KETTLE_SCHEDULE", list)] {
        assert!(text.contains("left: Some(\"close\")"), "{text}");
    }
    let parted = run("KETTLE_SCHEDULE", "1:timer:1/2");
    let misfit = "the list no longer fits: at choice 1 it says 1:timer:1/2";
    assert!(parted.contains(misfit), "{parted}");
}

/// What one of these tests prints on standard error as libtest shows it, and whether it passes.
fn shown(test: &str, variable: &str, value: &str) -> (bool, String) {
    let output = alone(test).env(variable, value).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}

#[test]
fn what_was_tried_is_said_also_of_a_test_that_passes() {
    let (passes, text) = shown("odd::passes", "KETTLE_SEEDS", "3");
    assert!(passes && text.contains("\"first branch, first task\" and 3 seeds pass\n"), "{text}");
    let (passes, text) = shown("odd::passes", "KETTLE_EXPLORE", "1");
    let said = "schedules with at most 1 decision of order pass\n";
    assert!(passes && text.contains(said), "{text}");
}

#[test]
fn a_plain_run_that_draws_and_panics_says_how_it_is_repeated() {
    let runs: Vec<_> =
        (0..32).map(|seed| shown("odd::is_a_coin", "KETTLE_SELECT", &seed.to_string())).collect();
    assert!(runs.iter().any(|(passes, _)| *passes), "32 times tails");
    let seed = runs.iter().position(|(passes, _)| !passes).unwrap();
    let text = &runs[seed].1;
    assert!(text.contains(&format!("KETTLE_SELECT={seed} draws the same")), "{text}");
    let (_, text) = shown("odd::never_passes", "KETTLE_SELECT", "1");
    assert!(!text.contains("draws the same"), "it has no `select!`: {text}");
}

#[test]
fn a_list_that_the_run_does_not_reach_is_no_pass() {
    let (passes, text) = shown("odd::passes", "KETTLE_SCHEDULE", "999:task:1/2");
    assert!(!passes && text.contains("before 999:task:1/2"), "{text}");
    assert!(text.contains("panicked at tests/schedules/odd.rs:"), "{text}");
    // It is said also if the test fails for its own reason.
    let (passes, text) = shown("odd::never_passes", "KETTLE_SCHEDULE", "999:task:1/2");
    assert!(!passes && text.contains("before 999:task:1/2"), "{text}");
}
