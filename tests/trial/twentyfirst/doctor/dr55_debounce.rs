// RIGHT. A debouncer: each key replaces the pending timer (often before it was ever polled), the last one saves. EXPECT: silence.
use kettle::sync::mpsc;
use kettle::time::{Sleep, sleep};
use std::pin::Pin;
use std::time::Duration;

struct Editor {
    text: String,
    save_at: Option<Pin<Box<Sleep>>>,
    saves: u32,
}

impl Editor {
    fn key(&mut self, key: char) {
        self.text.push(key);
        self.save_at = Some(Box::pin(sleep(Duration::from_millis(30))));
    }

    async fn run(mut self, mut keys: mpsc::Receiver<char>) -> (String, u32) {
        loop {
            while let Ok(key) = keys.try_recv() {
                self.key(key);
            }
            kettle::select! {
                key = keys.recv() => match key {
                    Some(key) => self.key(key),
                    None => return (self.text, self.saves),
                },
                () = async { self.save_at.as_mut().unwrap().await }, if self.save_at.is_some() => {
                    self.save_at = None;
                    self.saves += 1;
                }
            }
        }
    }
}

#[kettle::main]
async fn main() {
    let (sender, keys) = mpsc::channel(16);
    let editor = kettle::spawn(Editor { text: String::new(), save_at: None, saves: 0 }.run(keys));
    for word in ["tea ", "and ", "cake"] {
        for key in word.chars() {
            sender.send(key).await.unwrap();
        }
        kettle::time::sleep(Duration::from_millis(100)).await;
    }
    drop(sender);
    println!("{:?}", editor.await.unwrap());
}
