//! One person with two hands, as branches of a `join!`: both need the same tap, in turn.
//! doctor: silence

use std::time::Duration;

use kettle::sync::Mutex;
use kettle::time::sleep;

#[derive(Default)]
struct Tap {
    litres: u32,
    uses: Vec<&'static str>,
}

async fn use_tap(hand: &'static str, tap: &Mutex<Tap>, times: u32) -> u32 {
    let mut litres = 0;
    for _ in 0..times {
        let mut tap = tap.lock().await;
        sleep(Duration::from_millis(70)).await; // it runs
        tap.litres += 1;
        tap.uses.push(hand);
        litres += 1;
    }
    litres
}

async fn person(name: &'static str, tap: &Mutex<Tap>) -> u32 {
    let (left, right) = kettle::join!(use_tap("left", tap, 9), use_tap("right", tap, 9));
    println!("{name}: {left} with the left hand, {right} with the right one");
    left + right
}

#[kettle::main]
async fn main() {
    let tap = Mutex::new(Tap::default());
    let litres = person("Tove", &tap).await;
    let tap = tap.into_inner();
    assert_eq!(tap.litres, litres);
    println!("{litres} litres, at last by the {} hand", tap.uses.last().unwrap());
}
