// Words arrive letter by letter while a clock ticks. What does a tick do to half a word?

use std::time::Duration;

use kettle::sync::mpsc::{self, Receiver};
use kettle::time::{interval, sleep};

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
async fn word(letters: &mut Receiver<char>) -> Option<String> {
    let mut word = String::new();
    while word.len() < 3 {
        word.push(letters.recv().await?);
    }
    Some(word)
}

async fn careless(mut letters: Receiver<char>) -> Vec<String> {
    let mut clock = interval(Duration::from_millis(240));
    let mut words = Vec::new();
    loop {
        kettle::select! {
            word = word(&mut letters) => match word {
                Some(word) => words.push(word),
                None => return words,
            },
            _ = clock.tick() => {} // a real program would look at the time
        }
    }
}

/// The same, but half a word is kept outside the futures that `select!` drops.
async fn careful(mut letters: Receiver<char>) -> Vec<String> {
    let mut clock = interval(Duration::from_millis(240));
    let (mut words, mut word) = (Vec::new(), String::new());
    loop {
        kettle::select! {
            letter = letters.recv() => match letter {
                Some(letter) => word.push(letter),
                None => return words,
            },
            _ = clock.tick() => {}
        }
        if word.len() == 3 {
            words.push(std::mem::take(&mut word));
        }
    }
}

#[kettle::main(start_paused = true)]
async fn main() {
    println!("careless: {:?}", careless(letters("teajamegg")).await);
    println!("careful:  {:?}", careful(letters("teajamegg")).await);
}
