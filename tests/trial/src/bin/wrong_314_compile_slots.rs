//! A build tool runs compilers, two at a time, as child processes.
//!
//! Wrong: each future returns its permit together with its result, and `join_all` keeps the results until all have ended. After the second
//! compiler nobody gets a slot any more.
//!
//! Expected: `deadlock`: `main` waits for a permit of a semaphore whose two permits it has itself. The cure: drop the permit when the
//! compiler has ended, and return only the status.
//!
//! doctor: `deadlock`
//! ends: killed

use std::process::ExitStatus;
use std::sync::Arc;

use futures_util::future::join_all;
use kettle::process::Command;
use kettle::sync::{OwnedSemaphorePermit, Semaphore};

struct Compiled {
    unit: &'static str,
    status: ExitStatus,
    _slot: OwnedSemaphorePermit,
}

async fn compile(unit: &'static str, slots: Arc<Semaphore>) -> Compiled {
    let slot = slots.acquire_owned().await.unwrap();
    let status = Command::new("true").arg(unit).status().await.unwrap();
    println!("{unit} is compiled");
    Compiled { unit, status, _slot: slot }
}

#[kettle::main]
async fn main() {
    let slots = Arc::new(Semaphore::new(2));
    let units = ["lexer.c", "parser.c", "types.c", "emit.c", "main.c"];
    let compiled = join_all(units.map(|unit| compile(unit, Arc::clone(&slots)))).await;
    for Compiled { unit, status, .. } in &compiled {
        if !status.success() {
            println!("{unit}: {status}");
        }
    }
    println!("linking {} units", compiled.len());
}
