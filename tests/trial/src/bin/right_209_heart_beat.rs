//! A client whose connection is kept alive by a beat, and watched by a second task; `main` does its work and returns.
//!
//! Right: both have no end of their own, and go with `main`, half-way through a pause.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::time::Duration;

use kettle::io::{self, AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::sync::watch;
use kettle::time::{interval, sleep};

#[kettle::main]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let at = listener.local_addr()?;
    kettle::spawn(async move {
        let (mut socket, _) = listener.accept().await?;
        loop {
            let byte = socket.read_u8().await?;
            socket.write_u8(byte + 1).await?;
        }
        #[expect(unreachable_code)]
        io::Result::Ok(())
    });
    let (mut answers, mut questions) = TcpStream::connect(at).await?.into_split();
    let (alive, mut seen) = watch::channel(0_u32);
    kettle::spawn(async move {
        let mut beat = interval(Duration::from_millis(40));
        loop {
            beat.tick().await;
            questions.write_u8(7).await.unwrap();
            sleep(Duration::from_millis(10)).await;
        }
    });
    kettle::spawn(async move {
        while let Ok(8) = answers.read_u8().await {
            alive.send_modify(|beats| *beats += 1);
        }
    });
    seen.wait_for(|beats| *beats >= 20).await.unwrap();
    println!("alive for 20 beats");
    Ok(())
}
