//! Lorries report where they are, and a geocoder finds the street for each report, at the pace that its service allows.
//!
//! Wrong: the channel between has no limit, and the reports come faster than they are looked up.
//!
//! Expected: `growing_channel`, a hint. The cure: a bounded channel with `send(…).await`; or keep only the newest report of a lorry (`watch`).
//!
//! doctor: `growing_channel`
//! ends: by itself

use std::time::Duration;

use kettle::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use kettle::time::{interval, sleep};

#[derive(Clone, Copy)]
struct Report {
    lorry: u32,
    metres: u32,
}

async fn lorries(reports: UnboundedSender<Report>) {
    let mut tick = interval(Duration::from_millis(2));
    for metres in 0.. {
        tick.tick().await;
        for lorry in 0..20 {
            if reports.send(Report { lorry, metres }).is_err() {
                return;
            }
        }
    }
}

async fn geocode(mut reports: UnboundedReceiver<Report>, wanted: usize) -> Vec<String> {
    let mut streets = Vec::new();
    while let Some(report) = reports.recv().await {
        sleep(Duration::from_millis(5)).await; // the service allows no more
        streets.push(format!("lorry {} is in street {}", report.lorry, report.metres / 100));
        if streets.len() == wanted {
            break;
        }
    }
    streets
}

#[kettle::main]
async fn main() {
    let (sender, reports) = mpsc::unbounded_channel();
    kettle::spawn(lorries(sender));
    let streets = geocode(reports, 800).await;
    println!("{} streets, at last: {}", streets.len(), streets.last().unwrap());
}
