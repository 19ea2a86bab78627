//! A game's world isn't `Send`, so its tasks are in a `LocalSet`. `main` looks at the set for its first scene, does something
//! else for a while, and then runs the rest.
//!
//! Right: for more than half a second a task of the set is ready, and nothing polls the set. Later it is polled until its
//! tasks are over; the one without an end was aborted by then.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use kettle::task::{LocalSet, spawn_local, yield_now};
use kettle::time::{interval, sleep};

type World = Rc<RefCell<Vec<String>>>;

async fn hero(world: World, name: &'static str) {
    for deed in ["wakes up", "looks for the key", "opens the door"] {
        sleep(Duration::from_millis(40)).await;
        world.borrow_mut().push(format!("{name} {deed}"));
        yield_now().await;
    }
}

#[kettle::main]
async fn main() {
    let world = World::default();
    let set = LocalSet::new();
    let weather = set.run_until(async {
        spawn_local(hero(world.clone(), "Ariadne"));
        spawn_local(hero(world.clone(), "Theseus"));
        let weather = spawn_local(async {
            let mut clock = interval(Duration::from_millis(10));
            loop {
                clock.tick().await;
            }
        });
        sleep(Duration::from_millis(60)).await;
        weather.abort_handle()
    });
    let weather = weather.await;
    println!("the first scene is over: {:?}", world.borrow());
    sleep(Duration::from_millis(700)).await; // the curtain is down
    weather.abort();
    set.await;
    assert_eq!(world.borrow().len(), 6);
}
