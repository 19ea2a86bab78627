//! A game keeps its world in an `Rc`, and its creatures are local tasks.
//! doctor: `deadlock`

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use kettle::task::LocalSet;
use kettle::time::sleep;

#[derive(Default)]
struct World {
    grass: u32,
    eaten: u32,
}

async fn grow(world: Rc<RefCell<World>>) {
    for _ in 0..10 {
        sleep(Duration::from_millis(10)).await;
        world.borrow_mut().grass += 3;
    }
}

async fn graze(world: Rc<RefCell<World>>) -> u32 {
    let mut mine = 0;
    for _ in 0..8 {
        sleep(Duration::from_millis(15)).await;
        let mut world = world.borrow_mut();
        if world.grass > 0 {
            world.grass -= 1;
            world.eaten += 1;
            mine += 1;
        }
    }
    mine
}

#[kettle::main]
async fn main() {
    let world = Rc::new(RefCell::new(World::default()));
    let creatures = LocalSet::new();
    let meadow = creatures.spawn_local(grow(world.clone()));
    let rabbit = creatures.spawn_local(graze(world.clone()));
    println!("the sun rises");
    let mine = rabbit.await.unwrap();
    meadow.await.unwrap();
    println!("the rabbit ate {mine} of {} blades", world.borrow().eaten);
}
