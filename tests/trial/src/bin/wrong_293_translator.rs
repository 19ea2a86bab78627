//! A dictionary asks a slow server under its write lock, in a trait's method; each reader waits as long.
//!
//! doctor: `guard_across_await`
//! cure: ask the server before the lock is taken, and hold the guard for the change only

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::UnixStream;
use kettle::sync::{Mutex, RwLock};
use kettle::time::sleep;

trait Translator {
    async fn translate(&self, word: &str) -> String;
}

struct Dictionary {
    known: RwLock<HashMap<String, String>>,
    server: Mutex<UnixStream>,
}

impl Translator for Dictionary {
    async fn translate(&self, word: &str) -> String {
        if let Some(found) = self.known.read().await.get(word) {
            return found.clone();
        }
        let mut known = self.known.write().await;
        let found = self.ask(word).await;
        known.insert(word.to_owned(), found.clone());
        found
    }
}

impl Dictionary {
    async fn ask(&self, word: &str) -> String {
        let mut server = self.server.lock().await;
        server.write_all(word.as_bytes()).await.unwrap();
        let mut answer = [0; 32];
        let length = server.read(&mut answer).await.unwrap();
        String::from_utf8_lossy(&answer[..length]).into_owned()
    }
}

#[kettle::main]
async fn main() {
    let (server, mut client) = UnixStream::pair().unwrap();
    kettle::spawn(async move {
        let mut word = [0; 32];
        while let Ok(length @ 1..) = client.read(&mut word).await {
            sleep(Duration::from_millis(600)).await;
            word[..length].reverse();
            client.write_all(&word[..length]).await.unwrap();
        }
    });
    let known = RwLock::new(HashMap::from([("tea".to_owned(), "aet".to_owned())]));
    let dictionary = Arc::new(Dictionary { known, server: Mutex::new(server) });
    let rare = dictionary.clone();
    let rare = kettle::spawn(async move { rare.translate("samovar").await });
    sleep(Duration::from_millis(50)).await;
    println!("{}", dictionary.translate("tea").await);
    println!("{}", rare.await.unwrap());
}
