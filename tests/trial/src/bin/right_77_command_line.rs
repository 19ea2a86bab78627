//! A tool for the command line: it runs a program with std, pauses, and asks a small task of its own for the result.
//!
//! Right: it blocks the thread for less than a second at a time, while nothing else is there that could run.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::process::Command;
use std::thread;
use std::time::Duration;

use kettle::sync::oneshot;

struct Step {
    program: &'static str,
    argument: &'static str,
}

fn run(step: &Step) -> std::io::Result<bool> {
    let status = Command::new(step.program).arg(step.argument).status()?;
    Ok(status.success())
}

async fn grade(passed: usize, of: usize) -> String {
    let (answer, graded) = oneshot::channel();
    kettle::spawn(async move {
        kettle::task::yield_now().await;
        let _ = answer.send(if passed == of { "good" } else { "bad" });
    });
    format!("{passed} of {of}: {}", graded.await.expect("a grade"))
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let steps = [
        Step { program: "sleep", argument: "0.3" },
        Step { program: "true", argument: "" },
        Step { program: "sleep", argument: "0.4" },
    ];
    let mut passed = 0;
    for step in &steps {
        if run(step)? {
            passed += 1;
        }
        thread::sleep(Duration::from_millis(250)); // so that one can read along
        println!("{}", grade(passed, steps.len()).await);
    }
    Ok(())
}
