// WRONG. Two sides of an in-memory stream of 64 bytes; both write a long message first and read afterwards. Both buffers are full.
// EXPECT: deadlock: both wait to write (room in the stream). CURE: read and write at the same time (join!/split), or a bigger buffer.
use kettle::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

async fn peer(name: &'static str, mut stream: DuplexStream) {
    let message = name.repeat(50);
    stream.write_all(message.as_bytes()).await.unwrap();
    let mut other = vec![0; message.len()];
    stream.read_exact(&mut other).await.unwrap();
    println!("{name} has read {} bytes", other.len());
}

#[kettle::main]
async fn main() {
    let (left, right) = kettle::io::duplex(64);
    let left = kettle::spawn(peer("left.", left));
    let right = kettle::spawn(peer("rght.", right));
    left.await.unwrap();
    right.await.unwrap();
}
