//! Packs files: one blocking job reads each file, another packs what the first sends. The pool is kept
//! small, because the machine is.
//!
//! The mistake: the packing jobs are started first, take both threads of the pool, and wait there for
//! data of the reading jobs, which wait for a thread.
//!
//! Expected: a deadlock: `main` joins jobs that wait for a channel, and the jobs that would send are in
//! the queue of the pool. Cure: more threads, or start the readers first, or wait outside of the pool.
//!
//! doctor: `deadlock`
//! ends: killed

use std::io;

use kettle::runtime::Builder;
use kettle::sync::mpsc;
use kettle::task::spawn_blocking;

fn read(file: usize, blocks: &mpsc::Sender<Vec<u8>>) {
    for block in 0..3 {
        if blocks.blocking_send(vec![0; file * 100 + block]).is_err() {
            return;
        }
    }
}

fn pack(mut blocks: mpsc::Receiver<Vec<u8>>) -> usize {
    let mut size = 0;
    while let Some(block) = blocks.blocking_recv() {
        size += block.len() / 2;
    }
    size
}

async fn pack_all(files: usize) -> usize {
    let mut packers = Vec::new();
    let mut readers = Vec::new();
    for file in 1..=files {
        let (blocks, inbox) = mpsc::channel(2);
        packers.push(spawn_blocking(move || pack(inbox)));
        readers.push((file, blocks));
    }
    for (file, blocks) in readers {
        spawn_blocking(move || read(file, &blocks));
    }
    let mut size = 0;
    for packer in packers {
        size += packer.await.expect("no packer panics");
    }
    size
}

fn main() -> io::Result<()> {
    let runtime = Builder::new_current_thread().max_blocking_threads(2).enable_all().build()?;
    println!("{} bytes", runtime.block_on(pack_all(3)));
    Ok(())
}
