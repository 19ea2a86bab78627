// The settings of a mixer are published on a watch channel. One of its strips never played with version 3.

use std::time::Duration;

use kettle::sync::watch;
use kettle::time::sleep;

#[derive(Clone, Debug, Default)]
struct Settings {
    version: u32,
    volume: u32,
}

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

/// Fades slowly: a big change of volume takes a while.
async fn fade(from: u32, to: u32) {
    let steps = from.abs_diff(to) / 10;
    for _ in 0..steps {
        sleep(ms(10)).await;
    }
}

/// One channel of the mixer. Returns the versions that it has played with.
async fn strip(mut settings: watch::Receiver<Settings>, sensitive: bool) -> Vec<u32> {
    let mut volume = 0;
    let mut played = Vec::new();
    while settings.changed().await.is_ok() {
        let new = settings.borrow_and_update().clone();
        if sensitive {
            fade(volume, new.volume).await;
        }
        volume = new.volume;
        played.push(new.version);
    }
    played
}

/// A meter that shows the volume now and then.
async fn meter(settings: watch::Receiver<Settings>) {
    for _ in 0..12 {
        sleep(ms(20)).await;
        let now = settings.borrow().volume;
        assert!(now <= 100, "too loud");
    }
}

#[kettle::main]
async fn main() {
    let (publish, settings) = watch::channel(Settings::default());
    let drums = kettle::spawn(strip(settings.clone(), false));
    let voice = kettle::spawn(strip(settings.clone(), true));
    let guitar = kettle::spawn(strip(settings.clone(), false));
    let show = kettle::spawn(meter(settings));

    for (pause, volume) in [(20, 10), (40, 90), (30, 60), (20, 50), (120, 30)] {
        sleep(ms(pause)).await;
        publish.send_modify(|settings| {
            settings.version += 1;
            settings.volume = volume;
        });
    }
    sleep(ms(50)).await;
    drop(publish);
    for (name, strip) in [("drums", drums), ("voice", voice), ("guitar", guitar)] {
        println!("{name} played with {:?}", strip.await.unwrap());
    }
    show.await.unwrap();
}
