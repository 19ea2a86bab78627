//! Crates come by lorry. Each delivery wakes all pickers; a crate is a permit of a semaphore.
use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::sync::{Notify, Semaphore};
use kettle::time::sleep;
use std::sync::Arc;
use std::time::Duration;

struct Hall {
    crates: Semaphore,
    arrived: Notify,
}

impl Hall {
    async fn pick(&self, need: u32) {
        loop {
            let arrived = self.arrived.notified();
            if let Ok(crates) = self.crates.try_acquire_many(need) {
                crates.forget();
                return;
            }
            arrived.await;
        }
    }
}

async fn express(hall: Arc<Hall>) {
    for order in 1..=6 {
        hall.pick(1).await;
        println!("express order {order} is out");
    }
}

async fn bulk(hall: Arc<Hall>) {
    hall.pick(4).await;
    println!("the bulk order is out");
}

async fn lorry(mut gate: TcpStream) -> std::io::Result<()> {
    for load in [1, 1, 1, 1, 1, 1, 3, 1] {
        sleep(Duration::from_millis(120)).await;
        gate.write_u8(load).await?;
    }
    Ok(())
}

async fn dock(listener: TcpListener, hall: Arc<Hall>) -> std::io::Result<()> {
    let (mut gate, _) = listener.accept().await?;
    while let Ok(load) = gate.read_u8().await {
        hall.crates.add_permits(usize::from(load));
        hall.arrived.notify_waiters();
    }
    Ok(())
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let hall = Arc::new(Hall { crates: Semaphore::new(0), arrived: Notify::new() });
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let dock = kettle::spawn(dock(listener, hall.clone()));
    let express = kettle::spawn(express(hall.clone()));
    let bulk = kettle::spawn(bulk(hall));
    let lorry = kettle::spawn(lorry(TcpStream::connect(address).await?));
    express.await?;
    bulk.await?;
    lorry.await??;
    dock.await?
}
