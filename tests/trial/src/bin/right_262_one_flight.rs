//! Right: a lock for each key, held while its page is loaded, so that it is loaded once; those that ask for the same
//! page wait a little, as meant.
//!
//! doctor: silence

use std::collections::HashMap;
use std::sync::{Arc, Mutex as StdMutex};
use std::time::Duration;

use kettle::sync::Mutex;
use kettle::task::JoinSet;
use kettle::time::sleep;

type Slot = Arc<Mutex<Option<String>>>;

#[derive(Default)]
struct Pages {
    slots: StdMutex<HashMap<u32, Slot>>,
}

impl Pages {
    async fn get(&self, page: u32) -> String {
        let slot = self.slots.lock().unwrap().entry(page).or_default().clone();
        let mut text = slot.lock().await;
        if text.is_none() {
            sleep(Duration::from_millis(60)).await;
            *text = Some(format!("page {page}"));
        }
        text.clone().unwrap()
    }
}

#[kettle::main]
async fn main() {
    let pages = Arc::new(Pages::default());
    let mut readers = JoinSet::new();
    for reader in 0..40 {
        let pages = pages.clone();
        readers.spawn(async move {
            sleep(Duration::from_millis(25 * reader)).await;
            pages.get(u32::try_from(reader / 10).unwrap()).await
        });
    }
    println!("{} read", readers.join_all().await.len());
}
