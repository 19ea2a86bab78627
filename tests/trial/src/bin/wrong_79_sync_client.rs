//! A client for programs without async: it owns a runtime, spawns each question on it, and waits for the answer at a
//! channel.
//!
//! Wrong: the runtime has no threads of its own, as one of tokio's many threads has. `spawn` puts the task into its
//! queue, and nobody calls `block_on`.
//!
//! Expected: `idle_runtime`, a hint; the program hangs. The cure: `block_on` the question, or keep a thread in
//! `block_on`.
//!
//! doctor: `idle_runtime`
//! ends: killed

use std::time::Duration;

use kettle::runtime::{Builder, Runtime};
use kettle::sync::oneshot;
use kettle::time::sleep;

struct Client {
    runtime: Runtime,
}

async fn question(city: &str) -> Result<i32, String> {
    sleep(Duration::from_millis(20)).await; // the request
    match city {
        "Leeds" => Ok(11),
        "Bath" => Ok(14),
        _ => Err(format!("{city} is unknown")),
    }
}

impl Client {
    fn connect() -> std::io::Result<Client> {
        Ok(Client { runtime: Builder::new_current_thread().enable_all().build()? })
    }

    fn temperature(&self, city: &'static str) -> Result<i32, String> {
        let (answer, answered) = oneshot::channel();
        self.runtime.spawn(async move {
            let _ = answer.send(question(city).await);
        });
        answered.blocking_recv().map_err(|_| "the client has ended".to_string())?
    }
}

fn main() -> std::io::Result<()> {
    let client = Client::connect()?;
    for city in ["Leeds", "Bath", "York"] {
        match client.temperature(city) {
            Ok(celsius) => println!("{city}: {celsius} °C"),
            Err(error) => println!("{error}"),
        }
    }
    Ok(())
}
