//! A shop shows prices as soon as the list of exchange rates is there, which a task fetches once.
//!
//! Wrong: a line that can't be read ends `fetch` by `?`, and its error goes with the handle that nobody keeps. The `SetOnce` is
//! never set, and all pages wait for it. `main` has a reference to it, too, so it does not go away.
//!
//! Expected: `deadlock`: `main` waits for a page, and pages wait for the value of a `SetOnce`. The cure: set it in the case of an
//! error, too (a `Result`), or look at the handle of the task that sets it.
//!
//! doctor: `deadlock`
//! ends: killed

use std::num::ParseFloatError;
use std::sync::Arc;
use std::time::Duration;

use kettle::sync::SetOnce;
use kettle::time::sleep;

type Rates = SetOnce<Vec<f64>>;

async fn fetch(lines: &'static str, rates: Arc<Rates>) -> Result<(), ParseFloatError> {
    sleep(Duration::from_millis(30)).await;
    let values = lines.lines().map(str::parse).collect::<Result<Vec<f64>, _>>()?;
    let _ = rates.set(values);
    Ok(())
}

async fn page(price: f64, rates: Arc<Rates>) -> f64 {
    price * rates.wait().await[1]
}

#[kettle::main]
async fn main() {
    let rates = Arc::new(Rates::new());
    kettle::spawn(fetch("1.08\n0,86\n157.2", Arc::clone(&rates)));
    let pages: Vec<_> =
        (1..5).map(|n| kettle::spawn(page(f64::from(n), Arc::clone(&rates)))).collect();
    for page in pages {
        println!("{:.2}", page.await.unwrap());
    }
}
