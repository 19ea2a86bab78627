//! Scoped threads do the heavy work of a task, and ask a task of the same runtime for parts of it. The scope waits for
//! them in a poll, so that the task which would answer has no turn.
//!
//! doctor: `blocking_poll`
//! cure: the threads can't be waited for in a task: `spawn_blocking`
//! ends: killed

use std::thread;

use kettle::sync::{mpsc, oneshot};

type Ask = (usize, oneshot::Sender<String>);

async fn library(mut asked: mpsc::Receiver<Ask>) {
    while let Some((page, answer)) = asked.recv().await {
        let _ = answer.send("lorem ipsum ".repeat(page + 1));
    }
}

fn count(pages: &[usize], library: &mpsc::Sender<Ask>) -> usize {
    pages
        .iter()
        .map(|&page| {
            let (answer, text) = oneshot::channel();
            library.blocking_send((page, answer)).unwrap();
            text.blocking_recv().unwrap().split(' ').count()
        })
        .sum()
}

async fn report(library: mpsc::Sender<Ask>) -> usize {
    let pages: Vec<usize> = (0..40).collect();
    thread::scope(|scope| {
        let library = &library;
        let workers: Vec<_> =
            pages.chunks(10).map(|part| scope.spawn(move || count(part, library))).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).sum()
    })
}

#[kettle::main]
async fn main() {
    let (asks, asked) = mpsc::channel(2);
    kettle::spawn(library(asked));
    let words = kettle::spawn(report(asks)).await.unwrap();
    println!("{words} words");
}
