//! Beacons blink until they are called off: what a task holds is put away when it is aborted.
//! doctor: silence

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use kettle::task::JoinHandle;
use kettle::time::sleep;

struct Lit {
    name: &'static str,
    burning: Arc<AtomicUsize>,
}

impl Lit {
    fn new(name: &'static str, burning: &Arc<AtomicUsize>) -> Lit {
        burning.fetch_add(1, Ordering::Relaxed);
        println!("{name} is lit");
        Lit { name, burning: burning.clone() }
    }
}

impl Drop for Lit {
    fn drop(&mut self) {
        self.burning.fetch_sub(1, Ordering::Relaxed);
        println!("{} is dark", self.name);
    }
}

fn light(name: &'static str, burning: &Arc<AtomicUsize>) -> JoinHandle<()> {
    let burning = burning.clone();
    kettle::spawn(async move {
        let _lit = Lit::new(name, &burning);
        pending::<()>().await;
    })
}

#[kettle::main]
async fn main() {
    let burning = Arc::new(AtomicUsize::new(0));
    let beacons: Vec<_> = ["north", "east", "south"].map(|name| light(name, &burning)).into();
    sleep(Duration::from_millis(1_600)).await;
    println!("{} beacons burn.", burning.load(Ordering::Relaxed));
    for beacon in beacons {
        beacon.abort();
        assert!(beacon.await.expect_err("it was aborted").is_cancelled());
    }
    assert_eq!(burning.load(Ordering::Relaxed), 0);
}
