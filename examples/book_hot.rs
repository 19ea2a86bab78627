// Two guests never have to wait for what they drink. Do they take turns?

use kettle::sync::mpsc;

/// A channel with 300 cups, all there from the beginning.
fn full_channel() -> mpsc::Receiver<u32> {
    let (tx, rx) = mpsc::channel(300);
    for cup in 1..=300 {
        tx.try_send(cup).expect("there is room for 300");
    }
    rx
}

async fn from_channel(name: &str, mut cups: mpsc::Receiver<u32>) {
    while let Some(cup) = cups.recv().await {
        tell(name, cup);
    }
}

async fn pour(cup: u32) -> u32 {
    cup
}

async fn from_list(name: &str) {
    for cup in 1..=300 {
        tell(name, pour(cup).await);
    }
}

fn tell(name: &str, cup: u32) {
    if cup.is_multiple_of(100) {
        println!("  {name}: {cup}");
    }
}

#[kettle::main]
async fn main() {
    println!("from a channel:");
    let anna = kettle::spawn(from_channel("Anna", full_channel()));
    let bert = kettle::spawn(from_channel("Bert", full_channel()));
    anna.await.expect("no panic");
    bert.await.expect("no panic");

    println!("from a list:");
    let anna = kettle::spawn(from_list("Anna"));
    let bert = kettle::spawn(from_list("Bert"));
    anna.await.expect("no panic");
    bert.await.expect("no panic");
}
