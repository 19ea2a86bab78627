// RIGHT. Signals are handled by a plain thread (signal_hook's self-pipe), which tells main by a oneshot. For 4 s nothing happens; then another process sends SIGUSR1. EXPECT: silence.
use kettle::sync::oneshot;
use std::io::Read;
use std::os::unix::net::UnixStream;
use std::process::Command;

#[kettle::main]
async fn main() {
    let (mut pipe, end) = UnixStream::pair().unwrap();
    signal_hook::low_level::pipe::register(signal_hook::consts::SIGUSR1, end).unwrap();
    let (tell, told) = oneshot::channel();
    let thread = std::thread::spawn(move || {
        let mut byte = [0];
        pipe.read_exact(&mut byte).unwrap();
        tell.send(1).unwrap();
    });
    let script = format!("sleep 4; kill -USR1 {}", std::process::id());
    let mut other = Command::new("sh").arg("-c").arg(script).spawn().unwrap();
    println!("{}", told.await.unwrap() > 0);
    other.wait().unwrap();
    thread.join().unwrap();
}
