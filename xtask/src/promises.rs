//! Are the promises true that README and `docs` make about a newcomer's first programs?
//!
//! [`promises`] checks how many packages are compiled and which of kettle's tools are in them,
//! which system calls a program makes, and whether the tutorial's servers answer many visitors at
//! once and refuse a port that is taken.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Command, Stdio};

use kettle_kit::process::{self, Running, SILENCE};
use kettle_kit::report::{Outcome, Report, Trouble, none_of, passes_if};
use kettle_kit::{cargo, tree};

use crate::cargo::{EVERY_PACKAGE, build, test_under_strace};

/// The servers, each with its greeting.
pub(crate) const SERVERS: [(&str, &str); 3] = [
    ("server", "Hello from async Rust!"),
    ("server_threads", "Hello from a thread of your own!"),
    ("server_polite", "Hello from async Rust!"),
];
const VISITORS: usize = 50;
const MAX_PACKAGES: usize = 42;
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
    report.check("the tour compiles at most 42 packages", check_tour_packages);
    report.check("without the feature `trace` a program has no tools", check_no_tools);
    report.check("only tests and exercises have the checks of `verify`", check_no_verify);
    report.check("make_tea waits in one system call", check_one_wait);
    for (test, calls) in DEREGISTRATIONS {
        report.check(&test.replace('_', " "), || check_deregistrations(test, calls));
    }
    for (server, greeting) in SERVERS {
        let name = format!("example {server}: {VISITORS} visitors");
        report.check(&name, || check_greetings(server, greeting));
        report.check(&format!("example {server}: a port in use"), || check_refusal(server));
    }
}

/// The tour compiles at most 42 packages (`docs/dependencies.md`). It is an example of kettle's,
/// and for an example Cargo also builds the dev-dependencies.
fn check_tour_packages() -> Outcome {
    let packages = below_kettle(&["-e", "normal,build,dev"])?;
    let count = packages.len();
    passes_if((1..=MAX_PACKAGES).contains(&count), format!("{count} packages:\n{packages:#?}"))
}

/// A program without the feature `trace` has neither recorder nor doctor.
fn check_no_tools() -> Outcome {
    let packages =
        below_kettle(&["-e", "normal", "--no-default-features", "-F", "macros,rt,time"])?;
    let has_tools = packages.iter().any(|package| package.starts_with("kettle-trace "));
    passes_if(!has_tools, "kettle-trace is built")
}

/// kettle and all packages below it, with their versions.
fn below_kettle(args: &[&str]) -> Result<BTreeSet<String>, Trouble> {
    let cargo_tree = ["tree", "-p", "kettle", "--prefix", "none", "--no-dedupe"];
    let listed = cargo::succeed(&[&cargo_tree, args].concat())?.stdout;
    Ok(listed.lines().filter_map(|line| Some(line.split(" (").next()?.to_owned())).collect())
}

/// The engine has the feature `verify`, which checks its invariants, in a build of our tests, but
/// not in a program on kettle, in one under `cargo kettle` (which puts `interop/tokio` in tokio's
/// place), or in the bench.
fn check_no_verify() -> Outcome {
    let on_kettle = ["-p", "kettle", "-e", "normal", "-F", "full,rt-multi-thread,stacks,test-util"];
    let under_cargo_kettle =
        ["--manifest-path", "interop/tokio/Cargo.toml", "-F", "full,test-util"];
    for chosen in [&on_kettle[..], &under_cargo_kettle, &["-p", "kettle-bench"]] {
        let engine = engine_with_features(chosen)?;
        if engine.contains("verify") {
            return Err(format!("it is built with the checks: {engine}").into());
        }
    }
    // Without `-e normal`, Cargo also counts the dev-dependencies, as it does for tests.
    let engine = engine_with_features(&["-p", "kettle"])?;
    let words = format!("tests are built without the checks: {engine}");
    passes_if(engine.contains("verify"), words)
}

/// The package `kettle-runtime` with its features, in a build that these arguments choose.
fn engine_with_features(chosen: &[&str]) -> Result<String, Trouble> {
    let cargo_tree = ["tree", "-i", "kettle-runtime", "--depth", "0", "--format", "{p} {f}"];
    Ok(cargo::succeed(&[&cargo_tree, chosen].concat())?.stdout)
}

/// While `make_tea` waits for its water, it makes one system call (README).
fn check_one_wait() -> Outcome {
    let calls = trace_make_tea()?;
    let lines: Vec<&str> = calls.lines().collect();
    let line_that_writes = |text: &str| lines.iter().position(|line| line.contains(text));
    let (Some(begin), Some(end)) =
        (line_that_writes("Putting the kettle on."), line_that_writes("Water boiled."))
    else {
        return Err(format!("strace did not see both lines written:\n{calls}").into());
    };
    let mut sleeps = lines[begin + 1..end].to_vec();
    sleeps.retain(|line| !line.contains(" write("));
    let is_one_wait = matches!(sleeps[..], [sleep] if is_epoll_with_timeout(sleep));
    passes_if(
        is_one_wait,
        format!("not one epoll_wait with a timeout, but:\n{}", sleeps.join("\n")),
    )
}

/// The system calls of a run of `make_tea` as strace prints them, one a line.
fn trace_make_tea() -> Result<String, Trouble> {
    process::needs_on_linux(&["strace"])?;
    build(&["--example", "make_tea"])?;
    let log = tree::target()?.join("xtask-strace.log");
    let mut strace = Command::new("strace");
    strace.args(["-f", "-e", CALLS, "-e", "signal=none", "-o"]).arg(&log);
    strace.arg(tree::example("make_tea")?).env_remove("KETTLE_TRACE");
    // In debug builds the doctor has a thread, which wakes up four times a second.
    strace.env("KETTLE_DOCTOR", "off");
    process::run(&mut strace)?.expect_success()?;
    Ok(fs::read_to_string(&log)?)
}

/// A call that doesn't sleep has the timeout 0: the last argument of `epoll_wait`, which others
/// follow in `epoll_pwait`.
fn is_epoll_with_timeout(call: &str) -> bool {
    call.contains(" epoll_") && !call.contains(", 0)") && !call.contains(", 0,")
}

/// A connection leaves the selector without a system call, unless its descriptor was lent.
fn check_deregistrations(test: &str, calls: usize) -> Outcome {
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

/// A server greets fifty visitors at once: all connect before the first of them sends a request.
fn check_greetings(server: &str, greeting: &str) -> Outcome {
    build(&["--example", server])?;
    let output_file = tree::target()?.join(format!("xtask-{server}.out"));
    let mut command = server_command(server, "127.0.0.1:0")?;
    let _killed_at_end = Running(process::start(command.stdout(File::create(&output_file)?))?);
    let output = || fs::read_to_string(&output_file).unwrap_or_default();
    let address = process::until(SILENCE, || first_address(&output()));
    let address = address.ok_or_else(|| format!("it names no address: {:?}", output()))?;
    let mut visitors = Vec::new();
    for _ in 0..VISITORS {
        let socket = TcpStream::connect_timeout(&address, SILENCE)?;
        socket.set_read_timeout(Some(SILENCE))?;
        visitors.push(socket);
    }
    let body = format!("\r\n\r\n{greeting}");
    let mut faults = Vec::new();
    for answer in process::side_by_side(&visitors, request) {
        match answer {
            Ok(answer) if answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with(&body) => {}
            wrong => faults.push(format!("a wrong answer: {wrong:?}")),
        }
    }
    none_of(&faults)
}

/// Sends a request, and reads the answer to its end.
fn request(mut socket: &TcpStream) -> io::Result<String> {
    socket.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")?;
    let mut answer = String::new();
    socket.read_to_string(&mut answer)?;
    Ok(answer)
}

/// A server refuses a port that is taken.
fn check_refusal(server: &str) -> Outcome {
    let holder = TcpListener::bind("127.0.0.1:0")?;
    let address = holder.local_addr()?.to_string();
    let finished = process::run(&mut server_command(server, &address)?)?;
    let refused = finished.status.is_some_and(|status| !status.success());
    let is_good = refused && finished.transcript.contains(&address);
    passes_if(is_good, format!("it should fail and name {address}: {}", finished.failure()))
}

/// The command that runs a server on this address.
fn server_command(server: &str, address: &str) -> io::Result<Command> {
    let mut command = Command::new(tree::example(server)?);
    command.arg(address).stdin(Stdio::null()).stderr(Stdio::null()).env_remove("KETTLE_TRACE");
    Ok(command)
}

/// The first word that is an address.
fn first_address(text: &str) -> Option<SocketAddr> {
    text.split_whitespace().find_map(|word| {
        word.trim_start_matches("http://").trim_matches(['/', '.', ',', ':']).parse().ok()
    })
}
