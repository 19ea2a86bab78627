// RIGHT. A blocking job waits (std's `File::lock`) for a lock file that another process has for 4 s. main awaits the job, nothing else. EXPECT: silence.
use std::fs::File;
use std::process::Command;
use std::time::Duration;

#[kettle::main]
async fn main() {
    let path = std::env::temp_dir().join(format!("kettle-d-{}.lock", std::process::id()));
    File::create(&path).unwrap();
    let mut other = Command::new("flock").arg("-x").arg(&path).args(["sleep", "4"]).spawn().unwrap();
    kettle::time::sleep(Duration::from_millis(200)).await;
    let for_job = path.clone();
    kettle::task::spawn_blocking(move || {
        let file = File::open(for_job).unwrap();
        file.lock().unwrap();
        println!("locked");
    })
    .await
    .unwrap();
    other.wait().unwrap();
    std::fs::remove_file(path).unwrap();
}
