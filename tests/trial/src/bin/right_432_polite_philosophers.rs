//! Philosophers who put a fork back if they can't have the other one soon.
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Mutex;
use kettle::time::{sleep, timeout};

type Fork = Arc<Mutex<u32>>;

struct Philosopher {
    seat: u64,
    left: Fork,
    right: Fork,
}

impl Philosopher {
    async fn eat(&self) -> u32 {
        let mut given_way = 0;
        loop {
            let mut left = self.left.lock().await;
            sleep(Duration::from_millis(5)).await;
            if let Ok(mut right) =
                timeout(Duration::from_millis(10 + 3 * self.seat), self.right.lock()).await
            {
                sleep(Duration::from_millis(20)).await;
                *left += 1;
                *right += 1;
                return given_way;
            }
            drop(left);
            given_way += 1;
            sleep(Duration::from_millis(7 * self.seat)).await;
        }
    }

    async fn live(self, meals: u32) -> (u64, u32) {
        let mut given_way = 0;
        for _ in 0..meals {
            given_way += self.eat().await;
            sleep(Duration::from_millis(10)).await;
        }
        (self.seat, given_way)
    }
}

#[kettle::main]
async fn main() {
    let forks: Vec<Fork> = (0..4).map(|_| Fork::default()).collect();
    let table: Vec<_> = (0..4)
        .map(|seat| {
            let (left, right) = (forks[seat].clone(), forks[(seat + 1) % 4].clone());
            kettle::spawn(Philosopher { seat: seat as u64 + 1, left, right }.live(12))
        })
        .collect();
    for philosopher in table {
        let (seat, given_way) = philosopher.await.unwrap();
        println!("seat {seat} gave way {given_way} times");
    }
    let mut meals = 0;
    for fork in &forks {
        meals += *fork.lock().await;
    }
    println!("{meals} forks were used");
}
