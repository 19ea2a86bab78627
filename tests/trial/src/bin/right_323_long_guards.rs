//! A thermostat shows its settings while it asks the weather station: it holds the settings for as long as it takes.
//!
//! Right: it holds a read guard, and the others read, too. The self-test holds the `Mutex` of the heater for a second; who would heat tries the
//! lock, and does without.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{UnixListener, UnixStream};
use kettle::sync::{Mutex, RwLock};
use kettle::time::sleep;

async fn weather_station(listener: UnixListener) {
    let (mut client, _) = listener.accept().await.unwrap();
    let mut place = [0; 4];
    client.read_exact(&mut place).await.unwrap();
    sleep(Duration::from_millis(1000)).await; // measures
    client.write_all(b"-3").await.unwrap();
}

async fn ask(place: Arc<RwLock<String>>, mut station: UnixStream) -> String {
    let place = place.read().await;
    station.write_all(place.as_bytes()).await.unwrap();
    let mut answer = String::new();
    station.read_to_string(&mut answer).await.unwrap();
    answer
}

async fn self_test(heater: Arc<Mutex<u32>>) {
    let heater = heater.lock().await;
    sleep(Duration::from_millis(1000)).await;
    println!("the heater was on {} times before", *heater);
}

#[kettle::main]
async fn main() {
    let path = std::env::temp_dir().join(format!("kettle-station-{}", std::process::id()));
    let listener = UnixListener::bind(&path).unwrap();
    let station = UnixStream::connect(&path).await.unwrap();
    std::fs::remove_file(&path).unwrap();
    kettle::spawn(weather_station(listener));
    let (place, heater) = (Arc::new(RwLock::new("Graz".to_owned())), Arc::new(Mutex::new(0)));
    let outside = kettle::spawn(ask(Arc::clone(&place), station));
    let test = kettle::spawn(self_test(Arc::clone(&heater)));
    let mut cold = 0;
    for _ in 0..12 {
        sleep(Duration::from_millis(50)).await;
        assert_eq!(place.read().await.len(), 4);
        match heater.try_lock() {
            Ok(mut heater) => *heater += 1,
            Err(_) => cold += 1,
        }
    }
    test.await.unwrap();
    println!("outside {} degrees, once or more without heat: {}", outside.await.unwrap(), cold > 0);
}
