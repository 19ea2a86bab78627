//! Two halves of a backup, each of which reports only when the other one is through.
//! doctor: `deadlock`

use std::time::Duration;

use kettle::sync::oneshot;
use kettle::task::JoinHandle;
use kettle::time::sleep;

struct Half {
    name: &'static str,
    files: u64,
}

async fn back_up(half: Half, other: oneshot::Receiver<JoinHandle<u64>>) -> u64 {
    for _ in 0..half.files {
        sleep(Duration::from_millis(5)).await;
    }
    println!("{}: {} files are copied", half.name, half.files);
    // So that both reports come together.
    if let Ok(other) = other.await {
        let files = other.await.unwrap_or(0);
        println!("{}: the other half has {files} files", half.name);
    }
    half.files
}

#[kettle::main]
async fn main() {
    let (to_photos, documents_handle) = oneshot::channel();
    let (to_documents, photos_handle) = oneshot::channel();
    let photos = kettle::spawn(back_up(Half { name: "photos", files: 8 }, documents_handle));
    let documents = kettle::spawn(back_up(Half { name: "documents", files: 4 }, photos_handle));
    to_photos.send(documents).unwrap();
    to_documents.send(photos).unwrap();
    for percent in [25, 50, 75] {
        sleep(Duration::from_millis(30)).await;
        println!("{percent} %");
    }
    // Both go on in the background; the program ends with the window.
    kettle::signal::ctrl_c().await.unwrap();
}
