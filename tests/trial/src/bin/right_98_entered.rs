//! A command enters a runtime to make a socket and a timer, asks at the keyboard (here: waits for two seconds), and only
//! then calls `block_on`.
//!
//! Right: what is made in `enter` needs the runtime's name and no turn of its loop.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::time::Duration;

use kettle::net::UdpSocket;
use kettle::runtime::Runtime;
use kettle::time::{Instant, sleep_until};

fn main() -> std::io::Result<()> {
    let runtime = Runtime::new()?;
    let (socket, at_latest) = {
        let _entered = runtime.enter();
        let socket = std::net::UdpSocket::bind("127.0.0.1:0")?;
        socket.set_nonblocking(true)?;
        let limit = Instant::now() + Duration::from_millis(2500);
        (UdpSocket::from_std(socket)?, sleep_until(limit))
    };
    std::thread::sleep(Duration::from_secs(2)); // "Shall I? [y/n]"
    runtime.block_on(async {
        let mut datagram = [0; 16];
        kettle::select! {
            heard = socket.recv_from(&mut datagram) => println!("{heard:?}"),
            () = at_latest => println!("nobody has answered"),
        }
    });
    Ok(())
}
