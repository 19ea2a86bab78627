//! A picture is drawn in three tiles that begin together, when the textures are there. Meanwhile
//! the picture before is encoded.
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use kettle::sync::{Barrier, Notify};
use kettle::task::{LocalSet, spawn_local};
use kettle::time::sleep;

async fn load_textures(loaded: Arc<Notify>) {
    sleep(Duration::from_millis(200)).await;
    loaded.notify_one();
}

async fn encode_the_one_before() -> u64 {
    sleep(Duration::from_millis(100)).await;
    let until = Instant::now() + Duration::from_millis(700);
    let mut checksum = 0_u64;
    while Instant::now() < until {
        for pixel in 0..1000 {
            checksum = checksum.rotate_left(5) ^ pixel;
        }
    }
    checksum
}

async fn tile(number: u32, textures: Option<Arc<Notify>>, start: Rc<Barrier>, began: Instant) {
    if let Some(textures) = textures {
        textures.notified().await;
    }
    start.wait().await;
    println!("tile {number} begins at {:.1} s", began.elapsed().as_secs_f32());
    sleep(Duration::from_millis(150)).await;
}

#[kettle::main]
async fn main() {
    let began = Instant::now();
    let loaded = Arc::new(Notify::new());
    let encoder = kettle::spawn(encode_the_one_before());
    kettle::spawn(load_textures(loaded.clone()));

    let picture = LocalSet::new();
    picture
        .run_until(async {
            let start = Rc::new(Barrier::new(3));
            let sky = spawn_local(tile(1, None, start.clone(), began));
            let sea = spawn_local(tile(2, None, start.clone(), began));
            let ship = spawn_local(tile(3, Some(loaded), start, began));
            for tile in [sky, sea, ship] {
                tile.await.expect("a tile does not panic");
            }
        })
        .await;
    println!("the picture is there; checksum before: {:x}", encoder.await.expect("encoded"));
}
