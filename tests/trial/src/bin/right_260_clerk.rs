//! Right: a slow clerk at a full channel. Ten clients wait for room most of the time.
//!
//! doctor: silence

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::sleep;

async fn client(number: u32, desk: mpsc::Sender<u32>) {
    for form in 0..8 {
        desk.send(number * 100 + form).await.unwrap();
    }
}

#[kettle::main]
async fn main() {
    let (desk, mut forms) = mpsc::channel(1);
    for number in 0..10 {
        kettle::spawn(client(number, desk.clone()));
    }
    drop(desk);
    let mut stamped = 0;
    while let Some(form) = forms.recv().await {
        sleep(Duration::from_millis(40)).await;
        stamped += u32::from(form < 1000);
    }
    println!("{stamped} forms");
}
