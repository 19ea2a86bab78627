// A doctor calls the visitors in, one by one; and three visitors come in together.

use std::net::TcpStream;

use kettle::net::TcpListener;

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let doctor = kettle::spawn(async move {
        for number in 1..=3 {
            let (visitor, _) = listener.accept().await?;
            println!("Number {number}, please.");
            drop(visitor);
        }
        std::io::Result::Ok(())
    });
    kettle::task::yield_now().await; // the doctor waits

    let visitors: std::io::Result<Vec<_>> = (0..3).map(|_| TcpStream::connect(address)).collect();
    println!("{} visitors have come in.", visitors?.len());
    doctor.await.expect("no panic")?;
    println!("The waiting room is empty.");
    Ok(())
}
