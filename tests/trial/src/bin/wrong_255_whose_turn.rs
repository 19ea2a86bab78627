//! A build: a task compiles in a blocking job, and the job, when it finds that code is to be generated first, waits for the generator's task.
//!
//! Wrong: the generator's task is the very one that waits for the job: it "has to compile its own tool first".
//!
//! Expected: `deadlock`: task 1 waits for job 1, and job 1, in `Handle::block_on`, for the end of task 1. The cure: compile the tool in a task
//! of its own.
//!
//! doctor: `deadlock`
//! ends: killed

use std::sync::{Arc, Mutex};
use std::time::Duration;

use kettle::runtime::Handle;
use kettle::sync::oneshot;
use kettle::task::{JoinHandle, spawn_blocking};
use kettle::time::sleep;

type Generator = Arc<Mutex<Option<JoinHandle<u32>>>>;

fn compile(runtime: &Handle, generator: &Generator) -> u32 {
    let waiting = generator.lock().unwrap().take();
    let generated = waiting.map_or(0, |generator| runtime.block_on(generator).unwrap());
    generated + 1
}

async fn generate(generator: Generator, done: oneshot::Sender<u32>) -> u32 {
    sleep(Duration::from_millis(20)).await; // reads the grammar
    let runtime = Handle::current();
    let tool = spawn_blocking(move || compile(&runtime, &generator)).await.unwrap();
    let _ = done.send(tool * 100);
    tool
}

#[kettle::main]
async fn main() {
    let generator = Generator::default();
    let (done, built) = oneshot::channel();
    let task = kettle::spawn(generate(Arc::clone(&generator), done));
    *generator.lock().unwrap() = Some(task);
    println!("{:?} lines", built.await);
}
