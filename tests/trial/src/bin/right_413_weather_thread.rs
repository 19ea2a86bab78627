//! A thread of std's measures the weather, rarely, and sends it to the tasks.
//! doctor: silence

use std::time::Duration;

use kettle::sync::{mpsc, oneshot};

struct Weather {
    wind: u32,
    rain: bool,
}

fn station(weather: mpsc::Sender<Weather>, mut stop: oneshot::Receiver<()>) -> u32 {
    let mut measured = 0;
    while stop.try_recv() == Err(oneshot::error::TryRecvError::Empty) {
        std::thread::sleep(Duration::from_millis(1300));
        measured += 1;
        let now = Weather { wind: measured * 11, rain: measured % 2 == 0 };
        if weather.blocking_send(now).is_err() {
            break;
        }
    }
    measured
}

async fn flag(mut weather: mpsc::Receiver<Weather>, storm: u32) -> Option<u32> {
    while let Some(Weather { wind, rain }) = weather.recv().await {
        println!("wind {wind}, {}", if rain { "rain" } else { "dry" });
        if wind >= storm {
            return Some(wind);
        }
    }
    None
}

#[kettle::main]
async fn main() {
    let (tx, rx) = mpsc::channel(1);
    let (stop, stopped) = oneshot::channel();
    let thread = std::thread::spawn(move || station(tx, stopped));
    let flag = kettle::spawn(flag(rx, 33));
    match flag.await.unwrap() {
        Some(wind) => println!("the red flag, at {wind}"),
        None => println!("no flag"),
    }
    let _ = stop.send(());
    // The thread may still sleep: a job waits for it.
    let measured = kettle::task::spawn_blocking(move || thread.join().unwrap()).await.unwrap();
    println!("measured {measured} times");
}
