//! Are the promises true that the README makes about a newcomer's first programs?
//!
//! - Each of the tutorial's servers greets fifty visitors at once, and refuses a port that is
//!   taken.
//! - While `make_tea` waits for its water, it makes one system call: an `epoll_wait` with a timeout
//!   that is not zero.
//! - A connection is deregistered from the selector without a system call, unless its descriptor
//!   was lent.
//! - The tour compiles at most 42 packages, and a program without the feature `trace` has none of
//!   the tools.
//! - The bench, and programs on kettle or under `cargo kettle`, are built without the checks of
//!   invariants (`verify`), which are for tests.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Command, Stdio};

use kettle_kit::process::{self, Running, SILENCE};
use kettle_kit::report::{Outcome, Report, Trouble, none_of};
use kettle_kit::tally::Tally;
use kettle_kit::{cargo, tree};

use crate::cargo::{EVERY_PACKAGE, build, test_under_strace};

/// The servers, each with its greeting.
pub(crate) const SERVERS: [(&str, &str); 3] = [
    ("server", "Hello from async Rust!"),
    ("server_threads", "Hello from a thread of your own!"),
    ("server_polite", "Hello from async Rust!"),
];
const VISITORS: usize = 50;
const PACKAGES: usize = 42;
/// strace's words for `write` and for every system call in which a thread can sleep. (`?`: if this
/// machine has the call.)
const CALLS: &str = "trace=write,?epoll_wait,?epoll_pwait,?epoll_pwait2,?poll,?ppoll,?select,?pselect6,\
    futex,nanosleep,clock_nanosleep,?pause,sched_yield,io_uring_enter,rt_sigtimedwait";

/// Tests of `tests/system`, and how many deregistrations strace sees in each.
const DEREGISTRATIONS: [(&str, usize); 2] = [
    ("an_answered_connection_leaves_without_a_call", 0),
    ("a_lent_connection_leaves_with_one_call", 1),
];

pub(crate) fn promises(report: &mut Report) {
    report.check("the tour compiles at most 42 packages", few_packages);
    report.check("without the feature `trace` a program has no tools", no_tools);
    report.check("only tests and exercises have the checks of `verify`", no_checks);
    report.check("make_tea waits in one system call", one_wait);
    for (test, calls) in DEREGISTRATIONS {
        report.check(&test.replace('_', " "), || deregisters(test, calls));
    }
    for (server, greeting) in SERVERS {
        let name = format!("example {server}: {VISITORS} visitors");
        report.check(&name, || greets(server, greeting));
        report.check(&format!("example {server}: a port in use"), || refuses(server));
    }
}

/// For an example, Cargo also builds kettle's dev-dependencies.
fn few_packages() -> Outcome {
    let packages = below_kettle(&["-e", "normal,build,dev"])?;
    match packages.len() {
        1..=PACKAGES => Ok(Tally::success()),
        number => Err(format!("{number} packages:\n{packages:#?}").into()),
    }
}

fn no_tools() -> Outcome {
    let packages =
        below_kettle(&["-e", "normal", "--no-default-features", "-F", "macros,rt,time"])?;
    match packages.iter().find(|package| package.starts_with("kettle-trace ")) {
        Some(package) => Err(format!("{package} is built").into()),
        None => Ok(Tally::success()),
    }
}

/// `interop/tokio` is what `cargo kettle` puts in tokio's place.
fn no_checks() -> Outcome {
    let runtime = |args: &[&str]| -> Result<String, Trouble> {
        let tree = ["tree", "-i", "kettle-runtime", "--depth", "0", "--format", "{p} {f}"];
        Ok(cargo::succeed(&[&tree, args].concat())?.stdout)
    };
    let whole = ["-p", "kettle", "--features", "full,rt-multi-thread,stacks,test-util"];
    let patch = ["--manifest-path", "interop/tokio/Cargo.toml", "--features", "full,test-util"];
    let programs = [runtime(&[&whole[..], &["-e", "normal"]].concat())?, runtime(&patch)?];
    let bench = runtime(&["-p", "kettle-bench"])?;
    let tests = runtime(&["-p", "kettle"])?;
    match programs.iter().chain([&bench]).find(|built| built.contains("verify")) {
        Some(built) => Err(format!("it is built with the checks: {built}").into()),
        None if tests.contains("verify") => Ok(Tally::success()),
        None => Err(format!("tests are built without the checks: {tests}").into()),
    }
}

/// kettle and all packages below it, with their versions.
fn below_kettle(args: &[&str]) -> Result<BTreeSet<String>, Trouble> {
    let tree = ["tree", "-p", "kettle", "--prefix", "none", "--no-dedupe"];
    let listed = cargo::succeed(&[&tree, args].concat())?.stdout;
    Ok(listed.lines().filter_map(|line| Some(line.split(" (").next()?.to_owned())).collect())
}

fn one_wait() -> Outcome {
    process::needs_on_linux(&["strace"])?;
    build(&["--example", "make_tea"])?;
    let log = tree::target()?.join("xtask-strace.log");
    let mut command = Command::new("strace");
    command.args(["-f", "-e", CALLS, "-e", "signal=none", "-o"]).arg(&log);
    command.arg(tree::example("make_tea")?).env_remove("KETTLE_TRACE");
    // In debug builds the doctor has a thread, which wakes up four times a second.
    command.env("KETTLE_DOCTOR", "off");
    process::run(&mut command)?.expect_success()?;
    let calls = fs::read_to_string(&log)?;
    let lines: Vec<&str> = calls.lines().collect();
    let written = |text: &str| lines.iter().position(|line| line.contains(text));
    let (Some(first), Some(last)) = (written("Putting the kettle on."), written("Water boiled."))
    else {
        return Err(format!("strace did not see both lines written:\n{calls}").into());
    };
    let sleeps: Vec<&str> =
        lines[first + 1..last].iter().copied().filter(|line| !line.contains(" write(")).collect();
    match sleeps[..] {
        [one] if one.contains(" epoll_") && !one.contains(", 0)") && !one.contains(", 0,") => {
            Ok(Tally::success())
        }
        _ => Err(format!("not one epoll_wait with a timeout, but:\n{}", sleeps.join("\n")).into()),
    }
}

fn deregisters(test: &str, calls: usize) -> Outcome {
    process::needs_on_linux(&["strace"])?;
    let log = tree::target()?.join("xtask-deregisters.log");
    let args = [&["--test", "system", test], EVERY_PACKAGE].concat();
    let mut command = test_under_strace(&["-e", "trace=epoll_ctl"], &log, &args);
    let tally = cargo::tally(&mut command, "deregisters")?;
    match fs::read_to_string(&log)?.matches("EPOLL_CTL_DEL").count() {
        seen if seen == calls => Ok(tally),
        seen => Err(format!("{seen} calls instead of {calls}").into()),
    }
}

/// Fifty visitors: all connect before the first of them sends a request.
fn greets(server: &str, greeting: &str) -> Outcome {
    build(&["--example", server])?;
    let printed = tree::target()?.join(format!("xtask-{server}.out"));
    let mut command = command(server, "127.0.0.1:0")?;
    let _server = Running(process::start(command.stdout(File::create(&printed)?))?);
    let output = || fs::read_to_string(&printed).unwrap_or_default();
    let address = process::until(SILENCE, || address(&output()));
    let address = address.ok_or_else(|| format!("it names no address: {:?}", output()))?;
    let connect = |_| {
        let socket = TcpStream::connect_timeout(&address, SILENCE)?;
        socket.set_read_timeout(Some(SILENCE))?;
        Ok(socket)
    };
    let visitors = (0..VISITORS).map(connect).collect::<io::Result<Vec<_>>>()?;
    let answers = process::side_by_side(&visitors, request);
    let end = format!("\r\n\r\n{greeting}");
    let fault = |answer: io::Result<String>| match answer {
        Ok(answer) if answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with(&end) => None,
        wrong => Some(format!("a wrong answer: {wrong:?}")),
    };
    none_of(&answers.into_iter().filter_map(fault).collect::<Vec<String>>())
}

/// Sends a request, and reads the answer to its end.
fn request(mut socket: &TcpStream) -> io::Result<String> {
    socket.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")?;
    let mut answer = String::new();
    socket.read_to_string(&mut answer)?;
    Ok(answer)
}

fn refuses(server: &str) -> Outcome {
    let holder = TcpListener::bind("127.0.0.1:0")?;
    let address = holder.local_addr()?.to_string();
    let finished = process::run(&mut command(server, &address)?)?;
    let refused = finished.status.is_some_and(|status| !status.success());
    if refused && finished.transcript.contains(&address) {
        return Ok(Tally::success());
    }
    Err(format!("it should fail and name {address}: {}", finished.failure()).into())
}

fn command(server: &str, address: &str) -> io::Result<Command> {
    let mut command = Command::new(tree::example(server)?);
    command.arg(address).stdin(Stdio::null()).stderr(Stdio::null()).env_remove("KETTLE_TRACE");
    Ok(command)
}

/// The first word that is an address.
fn address(line: &str) -> Option<SocketAddr> {
    line.split_whitespace().find_map(|word| {
        word.trim_start_matches("http://").trim_matches(['/', '.', ',', ':']).parse().ok()
    })
}
