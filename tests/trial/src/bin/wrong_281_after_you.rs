//! `main` waits until the reader has dropped its receiver (`closed`), and the reader reads until `main` has dropped
//! its sender.
//!
//! doctor: `deadlock`
//! cure: drop the sender, and await the task's handle in place of `closed`
//! ends: killed

use kettle::sync::mpsc;

struct Printer {
    pages: mpsc::Sender<String>,
}

impl Printer {
    fn start() -> Printer {
        let (pages, mut queue) = mpsc::channel::<String>(4);
        kettle::spawn(async move {
            while let Some(page) = queue.recv().await {
                println!("{page}");
            }
            println!("the printer is off");
        });
        Printer { pages }
    }

    async fn print(&self, page: &str) {
        self.pages.send(page.to_owned()).await.unwrap();
    }

    async fn finish(self) {
        self.pages.closed().await;
    }
}

#[kettle::main]
async fn main() {
    let printer = Printer::start();
    for page in ["one", "two", "three"] {
        printer.print(page).await;
    }
    printer.finish().await;
    println!("all is printed");
}
