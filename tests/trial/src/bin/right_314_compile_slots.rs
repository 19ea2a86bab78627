//! A build tool runs compilers, two at a time, as child processes. One that takes too long is killed.
//!
//! Right: each gives its slot back when its child has ended; the results, without permits, are collected by `join_all`.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::process::ExitStatus;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use kettle::process::Command;
use kettle::sync::Semaphore;
use kettle::time::timeout;

async fn compile(unit: &'static str, takes: &'static str, slots: Arc<Semaphore>) -> Option<ExitStatus> {
    let _slot = slots.acquire().await.unwrap();
    let mut compiler = Command::new("sleep").arg(takes).spawn().unwrap();
    match timeout(Duration::from_millis(1500), compiler.wait()).await {
        Ok(status) => Some(status.unwrap()),
        Err(_) => {
            println!("{unit} takes too long");
            compiler.start_kill().unwrap();
            compiler.wait().await.unwrap();
            None
        }
    }
}

#[kettle::main]
async fn main() {
    let slots = Arc::new(Semaphore::new(2));
    let units = [("lexer.c", "0.1"), ("parser.c", "30"), ("types.c", "0"), ("emit.c", "0.05")];
    let compiled = join_all(units.map(|(unit, takes)| compile(unit, takes, Arc::clone(&slots)))).await;
    let good = compiled.iter().flatten().filter(|status| status.success()).count();
    println!("{good} of {} units are compiled", compiled.len());
}
