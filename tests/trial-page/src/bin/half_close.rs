// A till sends its sales of the day over a socket; the office reads them to the end, adds them up, and answers
// with the sum. The run doesn't end.

use std::io;
use std::time::Duration;

use kettle::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use kettle::net::{TcpListener, TcpStream};
use kettle::time::sleep;

struct Till {
    name: &'static str,
    /// An old one ends with an empty line. The others close their end.
    old: bool,
    sales: Vec<u32>,
}

/// Reads all the sales of one till, then answers with their sum.
async fn book(mut socket: TcpStream) -> io::Result<u32> {
    let mut text = String::new();
    socket.read_to_string(&mut text).await?;
    let sum = text.lines().filter_map(|line| line.parse::<u32>().ok()).sum();
    socket.write_all(format!("{sum}\n").as_bytes()).await?;
    Ok(sum)
}

async fn office(listener: TcpListener) -> io::Result<()> {
    loop {
        let (socket, _) = listener.accept().await?;
        kettle::spawn(async move {
            match book(socket).await {
                Ok(sum) => println!("booked {sum}"),
                Err(error) => eprintln!("not booked: {error}"),
            }
        });
    }
}

/// Sends the sales, and returns what the office makes of them.
async fn close_till(till: Till, address: std::net::SocketAddr) -> io::Result<String> {
    let socket = TcpStream::connect(address).await?;
    let (read, mut write) = socket.into_split();
    for sale in &till.sales {
        write.write_all(format!("{sale}\n").as_bytes()).await?;
        sleep(Duration::from_millis(5)).await;
    }
    if till.old {
        write.write_all(b"\n").await?;
    } else {
        write.shutdown().await?;
    }
    let mut answer = String::new();
    BufReader::new(read).read_line(&mut answer).await?;
    Ok(format!("{}: {}", till.name, answer.trim()))
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    kettle::spawn(office(listener));

    let tills = [
        Till { name: "bakery", old: false, sales: vec![3, 4, 8, 15] },
        Till { name: "cheese", old: false, sales: vec![20, 9, 1, 1, 7] },
        Till { name: "fish", old: true, sales: vec![31, 12] },
        Till { name: "fruit", old: false, sales: vec![2, 2, 2, 3, 5, 1] },
    ];
    let closing: Vec<_> =
        tills.into_iter().map(|till| kettle::spawn(close_till(till, address))).collect();
    for till in closing {
        println!("{}", till.await??);
    }
    println!("the day is closed");
    Ok(())
}
