// A weather station: an interval that measures, one that reports, a sensor that is sometimes too slow
// for its timeout, a watchdog with a far deadline, and a select! loop that a stop signal ends.
use std::time::Duration;

use kettle::sync::{broadcast, mpsc, watch};
use kettle::time::{Instant, MissedTickBehavior, interval, sleep, sleep_until, timeout};

async fn measure(round: u32) -> f64 {
    // Every third measurement takes too long.
    let wait = if round % 3 == 2 { 40 } else { 5 };
    sleep(Duration::from_millis(wait)).await;
    11.0 + f64::from(round) / 4.0
}

async fn sensor(readings: mpsc::Sender<f64>, mut stop: watch::Receiver<bool>) {
    let mut every = interval(Duration::from_millis(25));
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut round = 0;
    loop {
        kettle::select! {
            _ = every.tick() => {
                match timeout(Duration::from_millis(15), measure(round)).await {
                    Ok(degrees) => readings.send(degrees).await.unwrap(),
                    Err(_) => eprintln!("round {round}: the sensor is too slow"),
                }
                round += 1;
            }
            _ = stop.changed() => return,
        }
    }
}

async fn station(mut readings: mpsc::Receiver<f64>, news: broadcast::Sender<String>) -> usize {
    let mut report = interval(Duration::from_millis(60));
    let mut seen = Vec::new();
    loop {
        kettle::select! {
            reading = readings.recv() => match reading {
                Some(degrees) => seen.push(degrees),
                None => return seen.len(),
            },
            _ = report.tick() => {
                let mean = seen.iter().sum::<f64>() / seen.len().max(1) as f64;
                let _ = news.send(format!("{mean:.1} degrees on average"));
            }
        }
    }
}

async fn listener(mut news: broadcast::Receiver<String>) -> usize {
    let mut heard = 0;
    while news.recv().await.is_ok() {
        heard += 1;
        sleep(Duration::from_millis(10)).await;
    }
    heard
}

#[kettle::main]
async fn main() {
    let (send, readings) = mpsc::channel(4);
    let (news, first) = broadcast::channel(8);
    let second = news.subscribe();
    let (stop, stopped) = watch::channel(false);
    let sensor = kettle::spawn(sensor(send, stopped));
    let station = kettle::spawn(station(readings, news));
    let listeners = [kettle::spawn(listener(first)), kettle::spawn(listener(second))];
    let watchdog = kettle::spawn(sleep_until(Instant::now() + Duration::from_secs(3600)));

    sleep(Duration::from_millis(400)).await;
    stop.send(true).unwrap();
    sensor.await.unwrap();
    println!("{} readings", station.await.unwrap());
    for listener in listeners {
        println!("{} reports heard", listener.await.unwrap());
    }
    watchdog.abort();
    println!("the watchdog: {:?}", watchdog.await);
}
