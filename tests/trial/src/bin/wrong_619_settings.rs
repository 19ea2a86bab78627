//! A speaker asks its settings, whose sender has gone: each `changed` gives an error at once, which is ignored. A word comes
//! every 600 ms meanwhile.
//! doctor: `busy_loop`

use std::time::Duration;

use kettle::sync::{mpsc, watch};
use kettle::time::sleep;

#[derive(Clone, Debug, Default)]
struct Settings {
    loud: bool,
}

async fn speaker(
    mut settings: watch::Receiver<Settings>,
    mut words: mpsc::Receiver<String>,
) -> u32 {
    let mut spoken = 0;
    let mut loud = false;
    loop {
        kettle::select! {
            _ = settings.changed() => loud = settings.borrow_and_update().loud,
            word = words.recv() => match word {
                Some(word) if loud => println!("{}!", word.to_uppercase()),
                Some(word) => println!("{word}"),
                None => return spoken,
            },
        }
        spoken += 1;
    }
}

#[kettle::main]
async fn main() {
    let (knob, settings) = watch::channel(Settings::default());
    let (mouth, words) = mpsc::channel(4);
    let speaker = kettle::spawn(speaker(settings, words));
    kettle::spawn(async move {
        sleep(Duration::from_millis(120)).await;
        let _ = knob.send(Settings { loud: true });
        sleep(Duration::from_millis(120)).await;
    });
    for word in ["good", "morning", "to", "all", "of", "you"] {
        mouth.send(word.to_owned()).await.unwrap();
        sleep(Duration::from_millis(600)).await;
    }
    drop(mouth);
    println!("{} rounds", speaker.await.unwrap());
}
