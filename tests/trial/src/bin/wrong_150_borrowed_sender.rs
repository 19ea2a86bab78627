//! A word count: one future sends the words of a text, the other one counts them, and `join!` runs both.
//!
//! Wrong: `split` only borrows the sender, which stays with `main` until `join!` has returned. `count` waits for the end of
//! the channel, and `join!` for `count`.
//!
//! Expected: `deadlock` of `main`, at the `recv` in `count`; one sender is left, and `main` has it. The cure: give the sender
//! to `split`, which drops it at its end.
//!
//! doctor: `deadlock`
//! ends: killed

use std::collections::BTreeMap;
use std::time::Duration;

use kettle::sync::mpsc::{self, Receiver, Sender};
use kettle::time::sleep;

const TEXT: &str = "How much wood would a woodchuck chuck if a woodchuck could chuck wood? \
    A woodchuck would chuck as much wood as a woodchuck could chuck if a woodchuck could chuck wood.";

async fn split(text: &str, words: &Sender<String>) {
    for sentence in text.split_inclusive(['?', '.']) {
        sleep(Duration::from_millis(5)).await; // a slow source
        for word in sentence.split_whitespace() {
            let word = word.trim_matches(|c: char| !c.is_alphabetic()).to_lowercase();
            words.send(word).await.expect("the words are counted");
        }
    }
}

async fn count(mut words: Receiver<String>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    while let Some(word) = words.recv().await {
        *counts.entry(word).or_default() += 1;
    }
    counts
}

#[kettle::main]
async fn main() {
    let (send, words) = mpsc::channel(4);
    let ((), counts) = kettle::join!(split(TEXT, &send), count(words));
    for (word, times) in counts {
        println!("{times:3} {word}");
    }
}
