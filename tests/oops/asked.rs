//! Programs that are asked by `SIGQUIT` what they wait for.

use std::io::{BufRead, BufReader, stdin};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use kettle::net::TcpListener;
use kettle::runtime::Builder;
use kettle::signal::unix::{SignalKind, signal};
use kettle::sync::Mutex;
use kettle::task::spawn_blocking;

use super::alone::Program;

pub(crate) const PLAYED: &[Program] =
    &[("asked", asked), ("asked/in_a_poll", in_a_poll), ("asked/listens", listens)];

fn block_on<F: Future>(future: F) -> F::Output {
    Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(future)
}

fn to_the_end_of_input() -> usize {
    stdin().lines().count()
}

/// The last task to wait says that all do.
fn asked() {
    block_on(async {
        let lock = Arc::new(Mutex::new(()));
        let _guard = lock.clone().lock_owned().await;
        for _ in 0..1_000 {
            let lock = lock.clone();
            kettle::spawn(async move { drop(lock.lock().await) });
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        kettle::spawn(async move {
            println!("ready");
            listener.accept().await.map(drop)
        });
        spawn_blocking(to_the_end_of_input).await.expect("no panic");
    });
}

fn in_a_poll() {
    block_on(async {
        println!("ready");
        to_the_end_of_input();
    });
}

fn listens() {
    block_on(async {
        let mut quits = signal(SignalKind::quit()).expect("a handler");
        println!("ready");
        quits.recv().await.expect("a signal");
    });
}

fn ready(name: &str) -> Child {
    let mut command = super::command(name);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
    let (out, mut line) = (child.stdout.as_mut().expect("it is piped"), String::new());
    BufReader::new(out).read_line(&mut line).expect("a line");
    assert_eq!(line, "ready\n");
    child
}

fn quit(child: &Child) {
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-QUIT", &id]).status().expect("`kill`").success());
}

/// What it says. It goes on until its input ends.
fn answer(name: &str) -> String {
    let mut child = ready(name);
    quit(&child);
    let lines = BufReader::new(child.stderr.as_mut().expect("it is piped")).lines();
    let lines = lines.map(|line| line.expect("UTF-8") + "\n");
    let told = lines.take_while(|line| line != "\n").collect();
    drop(child.stdin.take());
    assert!(child.wait().expect("it has ended").success());
    told
}

pub(crate) fn check() {
    // A child inherits that a signal is ignored (as behind `nohup`), but not that one is handled.
    block_on(async { drop(signal(SignalKind::quit()).expect("a handler")) });
    super::is_expected("asked", &super::without_times(&answer("asked")));
    let told = answer("asked/in_a_poll");
    assert!(told.contains("main is being polled"), "{told}");
    let mut twice = ready("asked");
    while twice.try_wait().expect("a child").is_none() {
        quit(&twice);
    }
    assert_eq!(twice.wait().expect("it has ended").signal(), Some(3), "as by default");
    let listens = ready("asked/listens");
    quit(&listens);
    let output = listens.wait_with_output().expect("it has ended");
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
}
