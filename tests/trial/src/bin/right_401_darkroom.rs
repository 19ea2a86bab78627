//! A darkroom with one enlarger: whoever has it needs a moment, and the others wait in line.
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Mutex;
use kettle::time::sleep;

#[derive(Default)]
struct Enlarger {
    exposures: u32,
    paper: u32,
}

async fn expose(enlarger: &mut Enlarger, seconds: u64) -> bool {
    if enlarger.paper == 0 {
        return false;
    }
    sleep(Duration::from_millis(seconds)).await; // the lamp is on
    enlarger.paper -= 1;
    enlarger.exposures += 1;
    true
}

async fn photographer(name: &'static str, enlarger: Arc<Mutex<Enlarger>>) -> u32 {
    let mut prints = 0;
    for negative in 0..4 {
        let mut enlarger = enlarger.lock().await;
        if !expose(&mut enlarger, 90).await {
            break;
        }
        prints += 1;
        drop(enlarger);
        if negative % 2 == 0 {
            println!("{name} develops");
            sleep(Duration::from_millis(20)).await;
        }
    }
    prints
}

#[kettle::main]
async fn main() {
    let enlarger = Arc::new(Mutex::new(Enlarger { exposures: 0, paper: 14 }));
    let people: Vec<_> = ["Lee", "Mia", "Nik", "Ola"]
        .map(|name| (name, kettle::spawn(photographer(name, enlarger.clone()))))
        .into();
    for (name, person) in people {
        println!("{name}: {} prints", person.await.unwrap());
    }
    println!("{} exposures", enlarger.lock().await.exposures);
}
