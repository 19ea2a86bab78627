//! A runtime has one thread for jobs. A job that follows a channel has it for good, and `fs::read_to_string`, two
//! functions deeper, waits for a thread.
//!
//! doctor: `deadlock`
//! cure: a thread of its own for the long job, or more `max_blocking_threads`
//! ends: killed

use kettle::runtime::Builder;
use kettle::sync::mpsc;
use kettle::{fs, task};

struct Log {
    lines: mpsc::Sender<String>,
}

impl Log {
    fn start() -> Log {
        let (lines, mut written) = mpsc::channel::<String>(16);
        task::spawn_blocking(move || {
            while let Some(line) = written.blocking_recv() {
                println!("log: {line}");
            }
        });
        Log { lines }
    }
}

async fn host_name(log: &Log) -> String {
    log.lines.send("looking for the name".to_owned()).await.unwrap();
    read("/etc/hostname").await
}

async fn read(path: &str) -> String {
    fs::read_to_string(path).await.unwrap_or_default()
}

fn main() {
    let runtime =
        Builder::new_current_thread().enable_all().max_blocking_threads(1).build().unwrap();
    runtime.block_on(async {
        let log = Log::start();
        println!("this is {}", host_name(&log).await);
    });
}
