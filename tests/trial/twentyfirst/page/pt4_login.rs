// A media server: films, thumbnails and passwords are computed on the pool of blocking threads.
use std::thread;
use std::time::Duration;

use kettle::runtime::Builder;
use kettle::task::spawn_blocking;
use kettle::time::{Instant, sleep};

fn transcode(film: u32) -> u32 {
    thread::sleep(Duration::from_millis(600));
    film * 1000
}

fn thumbnail(picture: u32) -> u32 {
    thread::sleep(Duration::from_millis(100));
    picture
}

fn hash_password(password: &str) -> usize {
    thread::sleep(Duration::from_millis(80));
    password.len()
}

async fn films() -> u32 {
    let first = spawn_blocking(|| transcode(1));
    let second = spawn_blocking(|| transcode(2));
    first.await.unwrap() + second.await.unwrap()
}

async fn gallery() -> u32 {
    sleep(Duration::from_millis(50)).await;
    let jobs: Vec<_> = (1..=5).map(|picture| spawn_blocking(move || thumbnail(picture))).collect();
    let mut done = 0;
    for job in jobs {
        done += job.await.unwrap();
    }
    done
}

async fn login(password: &'static str) -> Duration {
    sleep(Duration::from_millis(100)).await;
    let began = Instant::now();
    spawn_blocking(move || hash_password(password)).await.unwrap();
    began.elapsed()
}

fn main() {
    let runtime = Builder::new_current_thread().enable_all().max_blocking_threads(2).build().unwrap();
    runtime.block_on(async {
        let films = kettle::spawn(films());
        let gallery = kettle::spawn(gallery());
        let login = kettle::spawn(login("correct horse"));

        println!("logged in after {:?}", login.await.unwrap());
        println!("bytes of film: {}", films.await.unwrap());
        println!("sum of the thumbnails: {}", gallery.await.unwrap());
    });
}
