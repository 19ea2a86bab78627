//! What does the program do that is watched?
//!
//! The tests start their own binary once more, with `CHILD` in its environment.

use std::time::Duration;

use kettle::time::sleep;
use kettle::trace;

/// What would end a script tag, a line or a string.
pub(crate) const NASTY: &str = "\"quoted\" </script><!-- <script> \\ \n new line, \u{1} and 🫖";

/// Does what the environment says.
pub(crate) fn act() {
    match std::env::var("CHILD").expect("what to do").as_str() {
        "speak" => speak(),
        "panic" => panics(),
        "exit" => exits(),
        "sleep" => sleeps(),
        "hang" => hangs(),
        "work" => works(),
        "pause" => pauses(),
        "forget" => forgets(),
        "nest" => nests(),
        "await" => awaits(),
        "twice" => (0..3).for_each(|_| speak()),
        other => unreachable!("{other}"),
    }
}

#[kettle::main]
async fn speak() {
    println!("one");
    trace::note(NASTY);
    let task = kettle::spawn(async {
        println!("two");
        kettle::task::yield_now().await;
        println!("three </script>");
    });
    task.await.expect("no panic");
}

#[kettle::main]
async fn panics() {
    kettle::spawn(async {}).await.expect("no panic");
    panic!("on purpose");
}

#[kettle::main]
async fn exits() {
    kettle::spawn(async { std::process::exit(3) }).await.expect("no panic");
}

#[kettle::main]
async fn sleeps() {
    kettle::spawn(async {}).await.expect("no panic");
    println!("asleep");
    sleep(Duration::from_hours(1)).await;
}

#[kettle::main]
async fn hangs() {
    kettle::task::yield_now().await;
    println!("hanging");
    std::thread::sleep(Duration::from_hours(1));
}

#[kettle::main]
async fn works() {
    for _ in 0..2_000 {
        kettle::task::yield_now().await;
    }
}

/// Starts itself while it runs.
#[kettle::main]
async fn nests() {
    let program = std::env::current_exe().expect("this test's own path");
    let mut child = std::process::Command::new(program);
    child.args(["--exact", "program", "--ignored"]).env("CHILD", "speak");
    let output = child.output().expect("it runs");
    assert!(output.status.success());
    println!("{}", String::from_utf8_lossy(&output.stderr));
}

#[kettle::main(start_paused = true)]
async fn pauses() {
    sleep(Duration::from_hours(1)).await;
}

/// Waits at one line, in one function, that two lines of another call.
#[kettle::main]
async fn awaits() {
    for _ in 0..2 {
        outer().await;
    }
}

async fn outer() {
    inner().await;
    inner().await;
}

async fn inner() {
    sleep(Duration::from_millis(1)).await;
}

#[kettle::main]
async fn forgets() {
    drop(sleep(Duration::from_hours(1)));
    kettle::task::yield_now().await;
}
