// RIGHT. A child process computes for 3 s and then writes; main reads its output; another plain thread waits (std) for a second child and sends its code through a oneshot. EXPECT: silence.
use kettle::process::Command;
use kettle::sync::oneshot;

#[kettle::main]
async fn main() {
    let (sender, code) = oneshot::channel();
    let thread = std::thread::spawn(move || {
        let status = std::process::Command::new("sleep").arg("4").status().unwrap();
        sender.send(status.code()).unwrap();
    });
    let output = Command::new("sh").args(["-c", "sleep 2; echo done"]).output().await.unwrap();
    print!("{}", String::from_utf8_lossy(&output.stdout));
    println!("{:?}", code.await.unwrap());
    thread.join().unwrap();
}
