//! A dock written by hand: a queue with two places between two ships, which unload, and a crane, which takes away.
//!
//! Wrong: the dock keeps one waker for "there is room". When both ships wait, the second one's takes the place of the
//! first's, and the first ship is never woken.
//!
//! Expected: `lost_wakeup` of the first ship: its waker was replaced by another task's. The cure: a list of wakers, all of
//! which are called.
//!
//! doctor: `lost_wakeup`
//! ends: killed

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use kettle::task::JoinSet;
use kettle::time::sleep;

#[derive(Default)]
struct Places {
    boxes: VecDeque<String>,
    has_room: Option<Waker>,
    has_box: Option<Waker>,
}

#[derive(Clone, Default)]
struct Dock(Arc<Mutex<Places>>);

impl Dock {
    fn poll_unload(&self, load: &mut Option<String>, cx: &Context<'_>) -> Poll<()> {
        let mut places = self.0.lock().unwrap();
        if places.boxes.len() >= 2 {
            places.has_room = Some(cx.waker().clone());
            return Poll::Pending;
        }
        places.boxes.extend(load.take());
        if let Some(crane) = places.has_box.take() {
            crane.wake();
        }
        Poll::Ready(())
    }

    fn poll_take(&self, cx: &Context<'_>) -> Poll<String> {
        let mut places = self.0.lock().unwrap();
        let Some(taken) = places.boxes.pop_front() else {
            places.has_box = Some(cx.waker().clone());
            return Poll::Pending;
        };
        if let Some(ship) = places.has_room.take() {
            ship.wake();
        }
        Poll::Ready(taken)
    }
}

async fn unload(ship: &'static str, dock: Dock) {
    for number in 1..=6 {
        let mut load = Some(format!("box {number} of {ship}"));
        poll_fn(|cx| dock.poll_unload(&mut load, cx)).await;
    }
}

#[kettle::main]
async fn main() {
    let dock = Dock::default();
    let mut ships = JoinSet::new();
    ships.spawn(unload("the Adelaide", dock.clone()));
    ships.spawn(unload("the Beatrice", dock.clone()));
    let crane = kettle::spawn(async move {
        for _ in 0..12 {
            println!("{}", poll_fn(|cx| dock.poll_take(cx)).await);
            sleep(Duration::from_millis(5)).await;
        }
    });
    ships.join_all().await;
    crane.await.unwrap();
}
