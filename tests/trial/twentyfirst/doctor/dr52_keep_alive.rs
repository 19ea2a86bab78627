// RIGHT. A detached task keeps something alive for the life of the program (`let _keep = …; pending().await`), no handle; the program goes on with its work and ends.
// (doctor.md: "nor whether `std::future::pending` was meant. (Keep such a task's handle.)") EXPECT: silence, or a documented alarm.
use std::future::pending;
use std::time::Duration;

struct TempDir(std::path::PathBuf);

impl Drop for TempDir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir(&self.0);
        println!("removed");
    }
}

#[kettle::main]
async fn main() {
    let path = std::env::temp_dir().join(format!("kettle-d-{}", std::process::id()));
    std::fs::create_dir(&path).unwrap();
    let keep = TempDir(path);
    kettle::spawn(async move {
        let _keep = keep;
        pending::<()>().await;
    });
    for i in 0..4 {
        kettle::time::sleep(Duration::from_millis(500)).await;
        println!("work {i}");
    }
}
