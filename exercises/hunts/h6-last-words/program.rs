// A guest who says goodbye when he goes, and nobody asks for him.

use kettle::sync::mpsc;

struct Guest {
    door: mpsc::UnboundedSender<&'static str>,
}

impl Drop for Guest {
    fn drop(&mut self) {
        let _ = self.door.send("Goodbye!"); // it doesn't matter if nobody listens
    }
}

#[kettle::main]
async fn main() {
    let (door, mut said) = mpsc::unbounded_channel();
    let porter = kettle::spawn(async move {
        while let Some(words) = said.recv().await {
            println!("The porter hears: {words}");
        }
    });
    let visit = kettle::spawn(async move { Guest { door } });
    kettle::task::yield_now().await; // the visit ends; its guest waits to be fetched

    println!("Nobody comes for the guest.");
    drop(visit);
    porter.await.expect("no panic");
    println!("The door is closed.");
}
