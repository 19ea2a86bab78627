//! Do the patched programs get on with peers that know nothing of kettle?
//!
//! The client `redis` with a real redis-server, and the web service with `wrk` and, by its
//! WebSocket, with a real browser (`tests/replay/socket.mjs`). The browser opens the replays of
//! programs, too (`tests/replay/opens.mjs`). Each needs a program that not every machine has;
//! `cargo xtask setup --full` fetches them, and without them the check is skipped. The programs are
//! built by the checks before (`patch.rs`). They are recorded, and the doctor would end them.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use cargo_kettle::checkout::PATCH;
use kettle_kit::process::{self, Running, SILENCE};
use kettle_kit::record::new_page;
use kettle_kit::report::{Outcome, Report, Trouble};
use kettle_kit::tally::Tally;
use kettle_kit::{cargo, tree};

use crate::browser;

pub(crate) fn peers(report: &mut Report) {
    report.check("the redis client with a redis-server", redis);
    report.check("the web service's WebSocket with a browser", web_socket);
    report.check("the web service under wrk", service);
    report.check("the programs' replays in a browser", replays);
}

/// A patched program that leaves its page where it is asked to.
fn program(name: &str) -> Result<(Command, PathBuf), Trouble> {
    let built = tree::root().join(PATCH).join("target/debug").join(name);
    let page = new_page(name, &tree::target()?)?;
    let mut command = Command::new(built.with_extension(std::env::consts::EXE_EXTENSION));
    command.env("KETTLE_TRACE", &page).env("KETTLE_DOCTOR", "panic");
    Ok((command, page))
}

fn opens(page: &PathBuf) -> Outcome {
    let text = fs::read_to_string(page)?;
    if text.lines().last().is_some_and(|line| line.starts_with("{\"end\":\"complete\"")) {
        Ok(Tally::success())
    } else {
        Err("the page has no end".into())
    }
}

fn redis() -> Outcome {
    process::needs(&["redis-server"])?;
    // A port that was free a moment ago.
    let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let mut server = Command::new("redis-server");
    server.args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--port"]);
    server.arg(address.port().to_string()).stdout(Stdio::null()).stderr(Stdio::null());
    let _server = Running(process::start(&mut server)?);
    let listens = process::until(SILENCE, || TcpStream::connect(address).ok());
    listens.ok_or("redis-server does not listen")?;
    let (mut client, page) = program("redis_client")?;
    client.env("REDIS_SERVER", address.to_string());
    process::run(&mut client)?.expect_success()?;
    opens(&page)
}

fn web_socket() -> Outcome {
    let mut visitor = browser::in_chromium("socket.mjs")?;
    let (mut server, page) = served()?;
    visitor.args(["--url", &format!("ws://{}/talk", address(&page)?)]);
    process::run(&mut visitor)?.expect_success()?;
    drop(server.0.stdin.take());
    ends(server, &page)
}

/// Each leaves a replay that opens, and the doctor says nothing: the teahouse with both of its
/// faults fixed.
fn replays() -> Outcome {
    let mut visitor = browser::in_chromium("opens.mjs")?;
    for name in ["echo", "service", "teahouse"] {
        let (mut program, page) = program(name)?;
        if name == "teahouse" {
            program.args(["lock", "timeout"]);
        }
        let said = process::run(&mut program)?.expect_success()?.transcript;
        let verdict = |line: &&str| line.starts_with("warning[") || line.starts_with("error[");
        if let Some(verdict) = said.lines().find(verdict) {
            return Err(format!("of {name} the doctor says: {verdict}").into());
        }
        visitor.arg(page);
    }
    cargo::tally(&mut visitor, "replays")
}

/// A load of two seconds that has to succeed whole; then another, in the middle of which the server
/// is told to end. (What `wrk` says of that one depends on the moment.)
fn service() -> Outcome {
    process::needs(&["wrk"])?;
    let (mut server, page) = served()?;
    let url = format!("http://{}/teas/black", address(&page)?);
    let load = |seconds| {
        let mut wrk = Command::new("wrk");
        wrk.args(["--threads", "1", "--connections", "40", "--duration", seconds, &url]);
        wrk
    };
    let said = process::run(&mut load("2s"))?.expect_success()?.stdout;
    if !said.contains(" requests in ") || said.contains("Non-2xx") || said.contains("errors") {
        return Err(format!("wrk was not content:\n{said}").into());
    }
    let mut second = load("3s");
    let mut second = Running(process::start(second.stdout(Stdio::null()))?);
    thread::sleep(Duration::from_secs(1));
    drop(server.0.stdin.take());
    process::wait(&mut second.0)?;
    ends(server, &page)
}

/// The web service, which serves until its input ends.
fn served() -> Result<(Running, PathBuf), Trouble> {
    let (mut server, page) = program("service")?;
    server.args(["--serve", "127.0.0.1:0"]).stdin(Stdio::piped());
    server.stdout(fs::File::create(page.with_extension("out"))?);
    Ok((Running(process::start(&mut server)?), page))
}

/// Where the server of this page listens: its first line says so.
fn address(page: &Path) -> Result<String, Trouble> {
    let said = || fs::read_to_string(page.with_extension("out")).unwrap_or_default();
    let line = || said().split_once('\n').map(|(line, _)| line.trim().to_owned());
    Ok(process::until(SILENCE, line).ok_or("it names no address")?)
}

/// A server ends by itself and well, and its page opens.
fn ends(mut server: Running, page: &PathBuf) -> Outcome {
    match process::wait(&mut server.0)? {
        Some(status) if status.success() => opens(page),
        Some(status) => Err(format!("the server ended with {status}").into()),
        None => Err("the server did not end".into()),
    }
}
