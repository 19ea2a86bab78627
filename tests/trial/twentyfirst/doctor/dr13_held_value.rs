// RIGHT. As a lost value seems: the branch receives, then waits for a timer, and another branch may win. But the branch's future is pinned
// outside of the `select!` and goes on in the next round (`&mut`). EXPECT: silence.
use kettle::sync::mpsc;
use kettle::time::sleep;
use std::time::Duration;

#[kettle::main]
async fn main() {
    let (order, mut orders) = mpsc::channel(8);
    let guest = kettle::spawn(async move {
        for tea in ["mint", "green", "black", "white"] {
            order.send(tea).await.unwrap();
            sleep(Duration::from_millis(30)).await;
        }
    });
    let mut made = 0;
    'all: loop {
        let make = async {
            let tea = orders.recv().await;
            sleep(Duration::from_millis(120)).await;
            tea
        };
        let mut make = std::pin::pin!(make);
        loop {
            kettle::select! {
                tea = &mut make => match tea {
                    Some(tea) => { println!("{tea}"); made += 1; break }
                    None => break 'all,
                },
                () = sleep(Duration::from_millis(50)) => println!("the bell"),
            }
        }
    }
    guest.await.unwrap();
    println!("{made} of 4");
}
