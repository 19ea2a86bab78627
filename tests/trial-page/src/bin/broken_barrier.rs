// A simulation of heat in a rod: four workers, a quarter of the rod each, meet after each step. It doesn't get
// past its second step.

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Barrier, Mutex};
use kettle::time::sleep;

const STEPS: usize = 5;

/// What the heat does in one step, in tenths of a degree.
fn relax(cells: &mut [i32], limit: i32) {
    for n in 1..cells.len() {
        let mean = i32::midpoint(cells[n - 1], cells[n]);
        assert!(mean <= limit, "the rod melts: {mean}");
        cells[n] = mean;
    }
}

struct Rod {
    quarters: Vec<Mutex<Vec<i32>>>,
    step: Barrier,
}

async fn worker(rod: Arc<Rod>, quarter: usize) -> usize {
    let mut leads = 0;
    for step in 0..STEPS {
        let work = Duration::from_millis(10 + 3 * quarter as u64);
        sleep(work).await;
        {
            let mut cells = rod.quarters[quarter].lock().await;
            if step == 1 && quarter == 2 {
                cells[0] = 9_000; // a lightning strikes
            }
            relax(&mut cells, 1_500);
        }
        if rod.step.wait().await.is_leader() {
            leads += 1;
        }
    }
    leads
}

/// Writes down the temperature of the first quarter now and then.
async fn chart(rod: Arc<Rod>) {
    loop {
        sleep(Duration::from_millis(25)).await;
        let cells = rod.quarters[0].lock().await;
        println!("{:?}", &cells[..4]);
        if cells[3] > 2_000 {
            return;
        }
    }
}

#[kettle::main]
async fn main() {
    let quarters = (0..4).map(|n| Mutex::new(vec![100 * n, 20, 20, 20, 20, 20])).collect();
    let rod = Arc::new(Rod { quarters, step: Barrier::new(4) });
    let chart = kettle::spawn(chart(rod.clone()));
    let workers: Vec<_> =
        (0..4).map(|quarter| kettle::spawn(worker(rod.clone(), quarter))).collect();
    let mut leads = 0;
    for worker in workers {
        leads += worker.await.unwrap_or(0);
    }
    chart.abort();
    println!("{leads} steps");
}
