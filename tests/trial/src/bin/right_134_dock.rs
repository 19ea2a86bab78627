//! A dock written by hand: a queue with two places between four ships, which unload, and a crane, a thread of its own.
//!
//! Right: each ship that waits has its waker in a list, and the crane calls all of them. In the middle the crane's driver
//! has lunch for two seconds, in which nothing happens.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::collections::VecDeque;
use std::future::poll_fn;
use std::mem;
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use kettle::task::JoinSet;

#[derive(Default)]
struct Places {
    boxes: VecDeque<String>,
    ships: Vec<Waker>,
}

#[derive(Clone, Default)]
struct Dock(Arc<(Mutex<Places>, Condvar)>);

impl Dock {
    fn poll_unload(&self, load: &mut Option<String>, cx: &Context<'_>) -> Poll<()> {
        let (places, has_box) = &*self.0;
        let mut places = places.lock().unwrap();
        if places.boxes.len() >= 2 {
            places.ships.push(cx.waker().clone());
            return Poll::Pending;
        }
        places.boxes.extend(load.take());
        has_box.notify_one();
        Poll::Ready(())
    }

    fn take(&self) -> String {
        let (places, has_box) = &*self.0;
        let mut places =
            has_box.wait_while(places.lock().unwrap(), |places| places.boxes.is_empty()).unwrap();
        let taken = places.boxes.pop_front().expect("there is one");
        let ships = mem::take(&mut places.ships);
        drop(places);
        ships.into_iter().for_each(Waker::wake);
        taken
    }
}

async fn unload(ship: u32, dock: Dock) {
    for number in 1..=6 {
        let mut load = Some(format!("box {number} of ship {ship}"));
        poll_fn(|cx| dock.poll_unload(&mut load, cx)).await;
    }
}

#[kettle::main]
async fn main() {
    let dock = Dock::default();
    let of_crane = dock.clone();
    let crane = thread::spawn(move || {
        for number in 0..24 {
            if number == 12 {
                thread::sleep(Duration::from_secs(2));
            }
            println!("{}", of_crane.take());
        }
    });
    let mut ships = JoinSet::new();
    for ship in 1..=4 {
        ships.spawn(unload(ship, dock.clone()));
    }
    ships.join_all().await;
    crane.join().unwrap();
}
