//! Does the doctor name the mistake of each program `examples/oops_*.rs`?
//!
//! Each program is played in a process of its own: this test starts itself once more, with the
//! program's name. Without the test harness, so that the program has the one thread that it would
//! have alone; a deadlock is certain only then. What it writes to standard error is compared with
//! the file of its name in `tests/oops/`, in which `N` stands for any time.
//!
//! Those that hang are ended as soon as the verdict is there. With `KETTLE_DOCTOR=panic` the same
//! mistake is a panic; but a poll that never ends can't panic, so that only its verdict is an
//! error. What the doctor can't prove (`deadlock?`) ends no program.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::iter;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::{Mutex, mpsc};
use std::thread;
use std::time::Duration;

#[path = "oops/alone.rs"]
mod alone;
#[path = "oops/asked.rs"]
mod asked;
#[path = "oops/beside_a_listener.rs"]
mod beside_a_listener;
#[path = "oops/believed.rs"]
mod believed;
#[path = "oops/stacks.rs"]
mod stacks;
#[cfg(target_os = "linux")]
#[path = "oops/world.rs"]
mod world;
#[cfg(not(target_os = "linux"))]
mod world {
    pub(crate) const ENDS: &[super::alone::Program] = &[];
    pub(crate) const FINE: &[super::alone::Program] = &[];
    pub(crate) const TOLD: &[super::believed::Told] = &[];
    pub(crate) fn check(_: &str) {}
}

/// Far more than any of them takes: only a doctor who is silent comes here.
const LIMIT: Duration = Duration::from_mins(1);

/// A poll that was on a processor for so long is told of: the doctor's 200 ms, and some more.
const COMPUTES: Duration = Duration::from_millis(300);

/// How a program goes on after its verdict.
#[derive(Clone, Copy, PartialEq)]
enum Then {
    /// It ends.
    Ends,
    /// It hangs.
    Hangs,
    /// It hangs inside of a poll, and only the doctor's own thread notices, which can't end it.
    HangsUnseen,
    /// kettle itself panics; the doctor has nothing to add.
    Panics,
}
use Then::{Ends, Hangs, HangsUnseen, Panics};

/// The first word of a verdict, if nothing is to be ended. What may be meant is only noted.
fn level(lint: &str) -> &'static str {
    if ["lost_wakeup?", "open_waits?", "guard_across_await"].contains(&lint) {
        "note"
    } else {
        "warning"
    }
}

struct Program {
    name: &'static str,
    /// The lint in its verdict. With a `?` the verdict says what may be.
    lint: &'static str,
    then: Then,
    play: fn(),
}

macro_rules! programs {
    ($($name:ident $lint:literal $then:ident;)*) => {
        $(
            mod $name {
                include!(concat!("../examples/oops_", stringify!($name), ".rs"));
                pub(crate) fn play() {
                    main();
                }
            }
        )*
        const PROGRAMS: &[Program] = &[$(
            Program {
                name: stringify!($name),
                lint: $lint,
                then: $then,
                play: $name::play,
            },
        )*];
    };
}

programs! {
    background "unpolled" Ends;
    blocking "blocking_poll" Ends;
    first_waker "lost_wakeup?" Ends;
    first_word "deadlock" Hangs;
    foreign_block_on "blocking_poll?" HangsUnseen;
    greedy "never_yields" Ends;
    guard "guard_across_await" Ends;
    lazy "unpolled" Ends;
    lock_each_poll "lost_wakeup?" Ends;
    lock_order "deadlock?" Ends;
    lock_twice "deadlock" Hangs;
    nested "" Panics;
    no_runtime "" Panics;
    own_join "deadlock" Hangs;
    own_sender "deadlock" Hangs;
    pending "lost_wakeup" Hangs;
    set_aside "deadlock" Hangs;
    shared_slot "lost_wakeup" Hangs;
    silent_setter "lost_wakeup" Hangs;
    spin "busy_loop" Ends;
    std_mutex "blocking_poll" HangsUnseen;
    std_recv "blocking_poll" HangsUnseen;
    try_recv "never_yields" HangsUnseen;
}

/// One of them, and how it is judged.
type Check = (&'static str, Box<dyn FnOnce() + Send>);

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().collect();
    if let Some(name) = words.iter().skip_while(|word| *word != "play").nth(1) {
        play(name);
        return ExitCode::SUCCESS;
    }
    if !cfg!(all(debug_assertions, target_os = "linux")) {
        println!("not played: the verdicts are those of a debug build, and of Linux's `/proc`");
        return ExitCode::SUCCESS;
    }
    let mut checks: Vec<Check> = Vec::new();
    if cfg!(feature = "stacks") {
        checks.push(("stacks", Box::new(check_stacks)));
    }
    checks.push(("asked", Box::new(asked::check)));
    for program in PROGRAMS {
        checks.push((program.name, Box::new(|| check(program))));
    }
    for (name, _) in alone::ENDS.iter().chain(world::ENDS) {
        checks.push((name, Box::new(|| check_panic(name, lint_of(name)))));
        if name.contains("in_a_buffer") {
            checks.push((name, Box::new(|| world::check(&told_by(start(name, None))))));
        }
        // (Without a record, what a dropped `read` has stored at its socket counts as a wait.)
        if !name.contains("a_read_that") {
            checks.push((name, Box::new(|| check_at_rest(name))));
        }
    }
    for (name, _) in alone::UNSEEN {
        checks.push((name, Box::new(|| check_unseen(name, lint_of(name)))));
    }
    for (name, _) in alone::FINE {
        checks.push((
            name,
            Box::new(|| ["", "watch"].into_iter().for_each(|mode| check_fine(name, mode))),
        ));
    }
    for (name, _) in believed::FINE.iter().chain(world::FINE) {
        let fine = |name| ["", "panic"].into_iter().for_each(|mode| check_fine(name, mode));
        checks.push((name, Box::new(move || fine(name))));
    }
    for told @ ((name, _), mode, ..) in believed::TOLD.iter().chain(world::TOLD) {
        checks.push((name, Box::new(|| believed::check(told, &told_by(start(name, *mode))))));
    }
    let checks = Mutex::new(checks.into_iter());
    let take = || checks.lock().expect("no panic here").next();
    let play_on = || {
        let fails = |(name, check): Check| {
            let passed = catch_unwind(AssertUnwindSafe(check)).is_ok();
            println!("oops {name} ... {}", if passed { "ok" } else { "FAILED" });
            (!passed).then_some(name)
        };
        iter::from_fn(take).filter_map(fails).collect::<Vec<_>>()
    };
    let faults: Vec<&str> = thread::scope(|scope| {
        let all = [(); 8].map(|()| scope.spawn(play_on)); // most of them sleep
        all.into_iter().flat_map(|one| one.join().expect("it catches panics")).collect()
    });
    assert_all_are_played();
    assert!(faults.is_empty(), "the doctor is wrong about {faults:?}");
    ExitCode::SUCCESS
}

fn play(name: &str) {
    let others = [alone::ENDS, alone::UNSEEN, alone::FINE, believed::FINE, asked::PLAYED].concat();
    let others = [others, [world::ENDS, world::FINE].concat()].concat();
    let all = PROGRAMS.iter().map(|program| (program.name, program.play)).chain(others);
    let told = believed::TOLD.iter().chain(world::TOLD).map(|(program, ..)| *program);
    let mut all = all.chain(told).chain([("stacks", stacks::play as fn())]);
    let (_, play) = all.find(|(known, _)| *known == name).expect("a program of this name");
    let mut before = on_processor();
    play();
    // The doctor rightly says nothing of a poll to which a busy machine gave too little of a
    // processor: the program that computes is played until it has had enough.
    while let (Some(then), Some(now), "greedy") = (before, on_processor(), name)
        && now.saturating_sub(then) < COMPUTES
    {
        before = Some(now);
        play();
    }
}

/// For how long this thread was on a processor, if the system tells.
fn on_processor() -> Option<Duration> {
    let times = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(times.split_whitespace().next()?.parse().ok()?))
}

/// The first part of a name, with a `?` if the verdict says what may be.
fn lint_of(name: &'static str) -> &'static str {
    name.split('/').next().expect("a lint")
}

fn assert_all_are_played() {
    for entry in fs::read_dir("examples").expect("the folder") {
        let name = entry.expect("a file").file_name().into_string().expect("a name");
        let known = |program: &Program| name == format!("oops_{}.rs", program.name);
        let is_played = !name.starts_with("oops_") || PROGRAMS.iter().any(known);
        assert!(is_played, "{name} is not played");
    }
}

fn check(program: &Program) {
    let told = match program.then {
        Panics => return check_words(program.name),
        HangsUnseen | Ends | Hangs => told_by(start(program.name, None)),
    };
    let told = without_times(&told);
    is_expected(program.name, &told);
    let (lint, level) = (program.lint.trim_end_matches('?'), level(program.lint));
    assert!(told.starts_with(&format!("{level}[kettle::{lint}]: ")), "{told}");
    if program.then == HangsUnseen {
        check_unseen(program.name, program.lint);
    } else {
        check_panic(program.name, program.lint);
    }
}

fn golden(name: &str) -> String {
    format!("tests/oops/{name}.txt")
}

fn is_expected(name: &str, told: &str) {
    let path = golden(name);
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        told.trim_end() == expected.trim_end(),
        "{path} says:\n{expected}\nbut the doctor said:\n{told}"
    );
}

/// With `KETTLE_STACKS=1` a verdict has the functions of each wait. Any other value than that is
/// refused.
fn check_stacks() {
    let asked = |value| command("stacks").env("KETTLE_STACKS", value).spawn().expect("it starts");
    is_expected("stacks", &without_times(&told_by(asked("1"))));
    let (status, told) = end_of(asked("yes"));
    let refused = told.contains("is not understood. Set it to 1 to see");
    assert!(status == Some(101) && refused, "{told}");
}

/// The panic is the verdict.
fn check_words(name: &str) {
    let (status, told) = end_of(start(name, None));
    let expected = fs::read_to_string(format!("tests/oops/{name}.txt")).expect("its words");
    assert_eq!(status, Some(101), "{told}");
    assert!(told.contains(expected.trim_end()), "{told}");
    assert!(!told.contains("warning[kettle::"), "{told}");
}

fn check_panic(name: &str, lint: &str) {
    let (status, told) = end_of(start(name, Some("panic")));
    // What may be meant, or may be wrong, is no error.
    let perhaps = lint.strip_suffix('?');
    let may = ["busy_loop", "guard_across_await", "unpolled"];
    if let Some(kind) = perhaps.or(may.into_iter().find(|may| *may == lint)) {
        assert_eq!(status, Some(0), "{name}: {told}");
        let level = level(lint);
        assert!(told.contains(&format!("{level}[kettle::{kind}]: ")), "{name}: {told}");
        assert_eq!(told.matches(&format!("{level}[kettle::")).count(), 1, "{name}: {told}");
        return;
    }
    assert_eq!(status, Some(101), "{name}: {told}");
    assert!(told.contains(&format!("error[kettle::{lint}]: ")), "{name}: {told}");
    assert!(told.contains("\nkettle's doctor: "), "{name}: {told}");
    // One mistake, one verdict.
    assert_eq!(told.matches("error[kettle::").count(), 1, "{name}: {told}");
}

/// Where nothing is recorded before the look.
fn check_at_rest(name: &'static str) {
    let (told, lint) = (told_by(start(name, None)), lint_of(name).trim_end_matches('?'));
    assert!(told.starts_with(&format!("warning[kettle::{lint}]: ")), "{name}: {told}");
}

/// Only the doctor's own thread notices, and the program goes on hanging. What is certain is an
/// error.
fn check_unseen(name: &str, lint: &str) {
    let told = told_by(start(name, Some("panic")));
    let level = if lint.ends_with('?') { level(lint) } else { "error" };
    let lint = lint.trim_end_matches('?');
    assert!(told.starts_with(&format!("{level}[kettle::{lint}]: ")), "{name}: {told}");
}

fn check_fine(name: &str, mode: &str) {
    let (status, told) = end_of(start(name, Some(mode)));
    assert_eq!((status, told.as_str()), (Some(0), ""), "{name}");
}

fn command(name: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this test"));
    command.args(["play", name]).stdout(Stdio::null()).stderr(Stdio::piped());
    for variable in ["KETTLE_TRACE", "KETTLE_DOCTOR", "KETTLE_STACKS"] {
        command.env_remove(variable);
    }
    command.env("RUST_BACKTRACE", "0");
    command
}

fn start(name: &str, doctor: Option<&str>) -> Child {
    let mut command = command(name);
    if let Some(mode) = doctor {
        command.env("KETTLE_DOCTOR", mode);
    }
    command.spawn().expect("it starts")
}

/// How it ended, and what it said.
fn end_of(mut child: Child) -> (Option<i32>, String) {
    let mut pipe = child.stderr.take().expect("it is piped");
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        let mut text = String::new();
        let read = pipe.read_to_string(&mut text);
        let _ = tell.send(read.map(|_| text));
    });
    let text = told.recv_timeout(LIMIT);
    if text.is_err() {
        child.kill().expect("it hangs");
    }
    let status = child.wait().expect("it has ended").code();
    (status, text.expect("it ends").expect("UTF-8"))
}

/// Its verdicts, until the program ends or has told the first.
fn told_by(mut child: Child) -> String {
    let pipe = BufReader::new(child.stderr.take().expect("it is piped"));
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        let lines = pipe.lines().map_while(Result::ok);
        lines.take_while(|line| !line.is_empty()).for_each(|line| drop(tell.send(line)));
    });
    let mut text = String::new();
    while let Ok(line) = told.recv_timeout(LIMIT) {
        text.push_str(&line);
        text.push('\n');
    }
    // It may have ended already.
    let _ = child.kill();
    child.wait().expect("it has ended");
    text
}

/// `N ms` and `N s` for any times, and the files as the examples' own binaries would name them.
fn without_times(text: &str) -> String {
    let mut told = String::new();
    let mut words = text.replace("tests/../", "").replace('\n', " \n ");
    words.push(' ');
    let mut words = words.split(' ').peekable();
    while let Some(word) = words.next() {
        let unit = words.peek().is_some_and(|next| ["ms", "s", "ms,", "s,"].contains(next));
        if unit && word.parse::<f64>().is_ok() {
            let comma = words.next().is_some_and(|unit| unit.ends_with(','));
            told.push_str(if comma { "N s, " } else { "N s " });
        } else {
            told.push_str(word);
            told.push(' ');
        }
    }
    told.replace(" \n ", "\n")
}
