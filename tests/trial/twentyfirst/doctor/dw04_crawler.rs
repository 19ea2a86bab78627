// WRONG. A crawler: one task takes pages from a bounded queue and puts the links it finds into the same queue.
// Each page has three links: the queue is full after a few pages, and the only receiver waits for room.
// EXPECT: deadlock: the crawl task waits for room in the channel at `queue.send(...)`; it is itself the receiver.
// CURE: an own VecDeque / unbounded channel for what it finds.
use kettle::sync::mpsc;

fn links(page: u32) -> Vec<u32> {
    if page < 40 { vec![page * 3 + 1, page * 3 + 2, page * 3 + 3] } else { vec![] }
}

async fn crawl(queue: mpsc::Sender<u32>, mut pages: mpsc::Receiver<u32>) -> usize {
    let mut seen = 0;
    let mut open = 1;
    while let Some(page) = pages.recv().await {
        seen += 1;
        for link in links(page) {
            queue.send(link).await.unwrap();
            open += 1;
        }
        open -= 1;
        if open == 0 {
            break;
        }
    }
    seen
}

#[kettle::main]
async fn main() {
    let (queue, pages) = mpsc::channel(8);
    queue.send(0).await.unwrap();
    let seen = kettle::spawn(crawl(queue, pages)).await.unwrap();
    println!("{seen} pages");
}
