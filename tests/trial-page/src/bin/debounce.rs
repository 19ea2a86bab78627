// An editor saves its text when 100 ms have passed. Thirty keys come without a pause, and nothing is saved.

use std::time::{Duration, Instant};

use kettle::select;
use kettle::sync::mpsc;
use kettle::time::sleep;

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

struct Editor {
    text: String,
    saved: usize,
    start: Instant,
}

impl Editor {
    async fn save(&mut self) {
        if self.saved == self.text.len() {
            return;
        }
        sleep(ms(5)).await; // the disk
        self.saved = self.text.len();
        println!("{:?}: {} letters are saved", self.start.elapsed(), self.saved);
    }
}

/// Takes the keys, and saves the text each 100 ms.
async fn edit(mut keys: mpsc::Receiver<char>) -> String {
    let mut editor = Editor { text: String::new(), saved: 0, start: Instant::now() };
    loop {
        select! {
            key = keys.recv() => match key {
                Some(key) => editor.text.push(key),
                None => break,
            },
            () = sleep(ms(100)) => editor.save().await,
        }
    }
    editor.save().await;
    editor.text
}

async fn write(words: &str, keys: &mpsc::Sender<char>) {
    for key in words.chars() {
        sleep(ms(30)).await;
        let _ = keys.send(key).await;
    }
}

async fn author(keys: mpsc::Sender<char>) {
    write("It was a dark and stormy night", &keys).await;
    sleep(ms(250)).await; // thinks
    write("; the rain", &keys).await;
}

#[kettle::main]
async fn main() {
    let (keys, pressed) = mpsc::channel(8);
    let author = kettle::spawn(author(keys));
    let text = kettle::spawn(edit(pressed));
    author.await.expect("no panic");
    println!("{}", text.await.expect("no panic"));
}
