//! A build: a blocking job compiles, and where code is to be generated first it waits for the generator's task by `Handle::block_on`, which itself
//! has blocking jobs, and these start others.
//!
//! Right: nothing waits in a circle, and there are threads enough. For most of two seconds the runtime has no timer and no socket.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::thread;
use std::time::Duration;

use kettle::runtime::Handle;
use kettle::task::spawn_blocking;

fn parse(depth: u32) -> u32 {
    thread::sleep(Duration::from_millis(450));
    if depth == 0 {
        return 1;
    }
    let inner = Handle::current().spawn_blocking(move || parse(depth - 1));
    Handle::current().block_on(inner).unwrap() + 1
}

async fn generate() -> u32 {
    spawn_blocking(|| parse(3)).await.unwrap()
}

#[kettle::main]
async fn main() {
    let generator = kettle::spawn(generate());
    let compiled = spawn_blocking(move || {
        let generated = Handle::current().block_on(generator).unwrap();
        Handle::current().block_on(async move { generated * 10 })
    });
    println!("{}", compiled.await.unwrap());
}
