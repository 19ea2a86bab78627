// A channel with room for two, as small as it can be. What each side does is in `send` and `recv`;
// `book_narrow.rs` is the same program on kettle's own channel, and prints the same lines.

use std::collections::{BTreeMap, VecDeque};
use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use kettle::time::{Instant, sleep};

/// A rail of cups between one sender and one receiver, or several senders.
struct Rail {
    cups: VecDeque<u32>,
    /// The ticket that the next send draws.
    next_ticket: u64,
    /// Tickets below this number may put their cup on the rail.
    allowed: u64,
    /// The wakers of waiting sends, by ticket.
    senders: BTreeMap<u64, Waker>,
    /// The waker of a waiting receiver.
    receiver: Option<Waker>,
    /// How many senders are left.
    alive: usize,
}

impl Rail {
    fn send(&mut self, cup: u32, ticket: &mut Option<u64>, cx: &Context<'_>) -> Poll<()> {
        let ticket = *ticket.get_or_insert_with(|| {
            self.next_ticket += 1;
            self.next_ticket - 1
        });
        if ticket >= self.allowed {
            self.senders.insert(ticket, cx.waker().clone());
            return Poll::Pending;
        }
        self.cups.push_back(cup);
        self.receiver.take().inspect(Waker::wake_by_ref);
        Poll::Ready(())
    }

    fn recv(&mut self, cx: &Context<'_>) -> Poll<Option<u32>> {
        let Some(cup) = self.cups.pop_front() else {
            self.receiver = Some(cx.waker().clone());
            return if self.alive == 0 { Poll::Ready(None) } else { Poll::Pending };
        };
        self.senders.remove(&self.allowed).inspect(Waker::wake_by_ref);
        self.allowed += 1;
        Poll::Ready(Some(cup))
    }

    fn sender_is_gone(&mut self) {
        self.alive -= 1;
        self.receiver.take().inspect(Waker::wake_by_ref);
    }
}

#[kettle::main(start_paused = true)]
async fn main() {
    let start = Instant::now();
    let rail = Arc::new(Mutex::new(Rail {
        cups: VecDeque::new(),
        next_ticket: 0,
        allowed: 2, // the room
        senders: BTreeMap::new(),
        receiver: None,
        alive: 1,
    }));

    let of_sender = Arc::clone(&rail);
    kettle::spawn(async move {
        for cup in 1..=5 {
            let mut ticket = None;
            poll_fn(|cx| of_sender.lock().unwrap().send(cup, &mut ticket, cx)).await;
            println!("{} s: cup {cup} is put on the rail", start.elapsed().as_secs());
        }
        of_sender.lock().unwrap().sender_is_gone();
    });

    while let Some(cup) = poll_fn(|cx| rail.lock().unwrap().recv(cx)).await {
        println!("{} s: cup {cup} is taken off", start.elapsed().as_secs());
        sleep(Duration::from_secs(1)).await;
    }
}
