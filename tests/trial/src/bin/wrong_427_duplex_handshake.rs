//! Two parties exchange their whole key rings over a pipe in memory.
//! doctor: `deadlock`

use kettle::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

struct Party {
    name: &'static str,
    keys: Vec<u8>,
}

impl Party {
    async fn exchange(&self, stream: &mut DuplexStream) -> std::io::Result<Vec<u8>> {
        stream.write_u32(self.keys.len() as u32).await?;
        stream.write_all(&self.keys).await?;
        let len = stream.read_u32().await?;
        let mut theirs = vec![0; len as usize];
        stream.read_exact(&mut theirs).await?;
        println!("{} has received {len} bytes", self.name);
        Ok(theirs)
    }
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let (mut left, mut right) = duplex(256);
    let alice = Party { name: "Alice", keys: (0..200).collect() };
    let bob = Party { name: "Bob", keys: vec![7; 1000] };

    let bob_side = kettle::spawn(async move { bob.exchange(&mut right).await });
    let small = alice.exchange(&mut left).await?;
    bob_side.await.unwrap()?;
    println!("first round: {} bytes", small.len());

    let (mut left, mut right) = duplex(256);
    let alice = Party { name: "Alice", keys: vec![1; 4000] };
    let bob = Party { name: "Bob", keys: vec![2; 4000] };
    let bob_side = kettle::spawn(async move { bob.exchange(&mut right).await });
    let large = alice.exchange(&mut left).await?;
    bob_side.await.unwrap()?;
    println!("second round: {} bytes", large.len());
    Ok(())
}
