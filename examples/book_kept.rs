// The words of lost.rs once more, but the branch that loses is kept: as a future that is only lent
// to `select!`, and as a task of its own. What goes on while the other branch has won? And
// afterwards?

use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

use kettle::sync::mpsc::{self, Receiver};
use kettle::time::{Instant, interval, sleep};

const TICK: Duration = Duration::from_millis(240);

static MADE: AtomicU32 = AtomicU32::new(0);

/// Sends a letter every 100 ms.
fn letters(text: &'static str) -> Receiver<char> {
    let (tx, rx) = mpsc::channel(1);
    kettle::spawn(async move {
        for letter in text.chars() {
            sleep(Duration::from_millis(100)).await;
            if tx.send(letter).await.is_err() {
                return;
            }
        }
    });
    rx
}

/// Three letters are a word.
async fn words(mut letters: Receiver<char>) -> Vec<String> {
    let (mut words, mut word) = (Vec::new(), String::new());
    while let Some(letter) = letters.recv().await {
        word.push(letter);
        if word.len() == 3 {
            words.push(std::mem::take(&mut word));
            MADE.fetch_add(1, Relaxed);
        }
    }
    words
}

/// Made once, and lent to `select!` in each pass of the loop.
async fn lent(letters: Receiver<char>, ticks: usize) -> Vec<String> {
    let mut work = pin!(words(letters));
    let mut clock = interval(TICK);
    for _ in 0..ticks {
        kettle::select! {
            words = &mut work => return words,
            _ = clock.tick() => sleep(Duration::from_millis(200)).await, // looks at the time
        }
    }
    Vec::new()
}

/// A task has the work, and `select!` has the handle.
async fn in_a_task(letters: Receiver<char>, ticks: usize) -> Vec<String> {
    let mut work = kettle::spawn(words(letters));
    let mut clock = interval(TICK);
    for _ in 0..ticks {
        kettle::select! {
            words = &mut work => return words.expect("no panic"),
            _ = clock.tick() => sleep(Duration::from_millis(200)).await,
        }
    }
    Vec::new()
}

#[kettle::main(start_paused = true)]
async fn main() {
    let begin = Instant::now();
    let words = lent(letters("teajamegg"), 99).await;
    println!("lent:      {words:?} after {} ms", begin.elapsed().as_millis());
    let begin = Instant::now();
    let words = in_a_task(letters("teajamegg"), 99).await;
    println!("in a task: {words:?} after {} ms", begin.elapsed().as_millis());

    MADE.store(0, Relaxed);
    println!("Left after three ticks, and a second later:");
    lent(letters("teajamegg"), 3).await;
    sleep(Duration::from_secs(1)).await;
    println!("lent:      words made: {}", MADE.swap(0, Relaxed));
    in_a_task(letters("teajamegg"), 3).await;
    sleep(Duration::from_secs(1)).await;
    println!("in a task: words made: {}", MADE.swap(0, Relaxed));
}
