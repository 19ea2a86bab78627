// A cart asks the office whether the goods are there, and then what they cost, and says on a screen how long it has waited.
// The office answers each question within 60 ms, and the cart is ready after 400.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use kettle::select;
use kettle::sync::{mpsc, oneshot};
use kettle::time::{interval, sleep};

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

struct Question {
    text: &'static str,
    answer: oneshot::Sender<usize>,
}

async fn office(mut asked: mpsc::Receiver<Question>) {
    while let Some(Question { text, answer }) = asked.recv().await {
        sleep(ms(60)).await;
        let _ = answer.send(text.len() * 50);
    }
}

/// The screen is at the end of a slow line.
async fn screen(mut lines: mpsc::Receiver<String>) {
    while let Some(line) = lines.recv().await {
        println!("{line}");
        sleep(ms(200)).await;
    }
}

async fn ask(office: &mpsc::Sender<Question>, text: &'static str) -> Option<usize> {
    let (answer, answered) = oneshot::channel();
    office.send(Question { text, answer }).await.ok()?;
    answered.await.ok()
}

async fn quotation(office: mpsc::Sender<Question>) -> Option<usize> {
    let there = ask(&office, "are there ten?").await?;
    let sum = ask(&office, "what do they cost?").await?;
    (there > 0).then_some(sum)
}

/// Waits for the quotation, and says each 20 ms how long it has waited.
async fn cart(
    quotation: impl Future<Output = Option<usize>>,
    screen: mpsc::Sender<String>,
) -> Option<usize> {
    let mut quotation = pin!(quotation);
    let mut clock = interval(ms(20));
    for count in 0.. {
        select! {
            biased;
            quotation = &mut quotation => return quotation,
            _ = clock.tick() => show(&screen, count).await,
        }
    }
    None
}

async fn show(screen: &mpsc::Sender<String>, count: u32) {
    let _ = screen.send(format!("{} ms", count * 20)).await;
}

#[kettle::main]
async fn main() {
    let (ask, asked) = mpsc::channel(4);
    let (lines, shown) = mpsc::channel(1);
    let office = kettle::spawn(office(asked));
    let screen = kettle::spawn(screen(shown));
    let cart = kettle::spawn(cart(quotation(ask), lines));
    match cart.await.unwrap() {
        Some(sum) => println!("it costs {sum}"),
        None => println!("no quotation"),
    }
    office.await.unwrap();
    screen.await.unwrap();
}
