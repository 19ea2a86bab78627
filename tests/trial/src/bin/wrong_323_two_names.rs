//! A thermostat asks the weather station with a copy of its settings, so that these aren't locked meanwhile. The buttons on it change the
//! settings.
//!
//! Wrong: the copy has the same name as the guard. A second `let` hides the guard and doesn't drop it: the buttons wait.
//!
//! Expected: `guard_across_await`: task 1 holds the `Mutex` while it waits for the socket, and a button waits for it. The cure:
//! `let settings = settings.lock().await.clone();`, or a block around the guard, or `drop`.
//!
//! doctor: `guard_across_await`
//! ends: by itself

use std::sync::Arc;
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::sync::Mutex;
use kettle::time::sleep;

#[derive(Clone)]
struct Settings {
    place: String,
    target: f32,
}

async fn weather_station(listener: TcpListener) {
    let (mut client, _) = listener.accept().await.unwrap();
    let mut place = [0; 4];
    client.read_exact(&mut place).await.unwrap();
    sleep(Duration::from_millis(1500)).await; // measures
    client.write_all(b"-3").await.unwrap();
}

async fn ask(settings: Arc<Mutex<Settings>>, port: u16) -> String {
    let settings = settings.lock().await;
    let settings = settings.clone(); // a copy: the others can go on
    let mut station = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    station.write_all(settings.place.as_bytes()).await.unwrap();
    let mut answer = String::new();
    station.read_to_string(&mut answer).await.unwrap();
    answer
}

#[kettle::main]
async fn main() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    kettle::spawn(weather_station(listener));
    let settings = Arc::new(Mutex::new(Settings { place: "Graz".to_owned(), target: 20.0 }));
    let outside = kettle::spawn(ask(Arc::clone(&settings), port));
    for _ in 0..3 {
        sleep(Duration::from_millis(100)).await;
        settings.lock().await.target += 0.5; // a button
    }
    println!("outside {} degrees, inside {}", outside.await.unwrap(), settings.lock().await.target);
}
