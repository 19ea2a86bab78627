// A meter sends frames: two bytes with the length, then the text. The station pings it when it says nothing for 80 ms. It
// reads three frames, and then one whose length makes no sense.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use kettle::net::{TcpListener, TcpStream};
use kettle::time::{sleep, timeout};

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

async fn read_frame(socket: &mut OwnedReadHalf) -> io::Result<String> {
    let length = socket.read_u16().await?;
    if length > 1_000 {
        return Err(io::Error::other(format!("a frame of {length} bytes")));
    }
    let mut text = vec![0; usize::from(length)];
    socket.read_exact(&mut text).await?;
    String::from_utf8(text).map_err(io::Error::other)
}

async fn station(mut socket: OwnedReadHalf, mut out: OwnedWriteHalf) -> io::Result<()> {
    loop {
        match timeout(ms(80), read_frame(&mut socket)).await {
            Ok(frame) => println!("{}", frame?),
            Err(_) => out.write_all(b"are you there?").await?,
        }
    }
}

async fn write_frame(socket: &mut TcpStream, text: &str, measure: Duration) -> io::Result<()> {
    socket.write_u16(u16::try_from(text.len()).unwrap()).await?;
    sleep(measure).await;
    socket.write_all(text.as_bytes()).await
}

async fn meter(address: SocketAddr) -> io::Result<()> {
    let mut socket = TcpStream::connect(address).await?;
    write_frame(&mut socket, "volts 231", ms(5)).await?;
    sleep(ms(40)).await;
    write_frame(&mut socket, "amperes 4", ms(20)).await?;
    sleep(ms(100)).await; // a ping
    write_frame(&mut socket, "watts 924", ms(10)).await?;
    write_frame(&mut socket, "kelvin 288, after two looks", ms(110)).await?;
    write_frame(&mut socket, "bars 1013", ms(5)).await
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let meter = kettle::spawn(meter(listener.local_addr()?));
    let (socket, _) = listener.accept().await?;
    let (read, write) = socket.into_split();
    let station = kettle::spawn(station(read, write));
    if let Err(error) = station.await.unwrap() {
        println!("the station has given up: {error}");
    }
    let _ = meter.await.unwrap(); // its connection is closed
    Ok(())
}
