//! A checkout puts orders into a queue with one place. To be sure of the place it reserves it first, then asks the
//! cashier, and sends when the card is good.
//!
//! Wrong: the cashier writes a line about each card into the same queue before it answers. The one place is reserved.
//!
//! Expected: `deadlock`: the cashier waits for room, `main` for its answer, and the packer for a value. The cure: reserve
//! after the answer has come, or a channel of its own (or more room) for the cashier.
//!
//! doctor: `deadlock`
//! ends: killed

use kettle::sync::{mpsc, oneshot};

enum Note {
    Order(u32),
    Card(&'static str),
}

struct Card {
    number: &'static str,
    good: oneshot::Sender<bool>,
}

async fn cashier(mut cards: mpsc::Receiver<Card>, packing: mpsc::Sender<Note>) {
    while let Some(card) = cards.recv().await {
        if packing.send(Note::Card(card.number)).await.is_err() {
            return;
        }
        let _ = card.good.send(!card.number.ends_with('0'));
    }
}

async fn pack(mut notes: mpsc::Receiver<Note>) -> usize {
    let mut packed = 0;
    while let Some(note) = notes.recv().await {
        match note {
            Note::Order(number) => {
                println!("order {number} is packed");
                packed += 1;
            }
            Note::Card(number) => println!("seen: card {number}"),
        }
    }
    packed
}

#[kettle::main]
async fn main() {
    let (packing, notes) = mpsc::channel(1);
    let (ask, cards) = mpsc::channel(8);
    let packer = kettle::spawn(pack(notes));
    let cashier = kettle::spawn(cashier(cards, packing.clone()));
    for (order, number) in [(1, "4711"), (2, "0815"), (3, "1230")] {
        let place = packing.reserve().await.expect("the packer is there");
        let (good, answer) = oneshot::channel();
        ask.send(Card { number, good }).await.expect("the cashier is there");
        if answer.await.unwrap_or(false) {
            place.send(Note::Order(order));
        }
    }
    drop((ask, packing));
    cashier.await.unwrap();
    println!("{} orders", packer.await.unwrap());
}
