// What becomes of a value that points into itself when it is moved?
//
// `Sip` is what rustc makes of the `async fn` below, written by hand. It has an address in place of
// the reference, so rustc lets us move it. The real future is pinned in a box, and there only the
// box moves. See `docs/book/src/pin.md`.

use std::future::poll_fn;
use std::pin::Pin;
use std::ptr;
use std::sync::Mutex;
use std::task::Poll;
use std::time::Duration;

use kettle::time::sleep;

/// Three bytes, and a reference to the second one: both are needed after the `.await`.
async fn sip() {
    let cup = *b"tea";
    let rest = &cup[1..];
    tell("async, first poll ", &cup, rest.as_ptr());
    sleep(Duration::from_millis(10)).await;
    tell("async, last poll  ", &cup, rest.as_ptr());
}

struct Sip {
    cup: [u8; 3],
    /// The address of a byte in `cup`.
    rest: *const u8,
}

impl Sip {
    /// What the first poll would do: `let rest = &cup[1..];`
    fn begin(&mut self) {
        self.rest = &raw const self.cup[1];
    }

    fn tell(&self, when: &str) {
        tell(when, &self.cup, self.rest);
    }
}

#[kettle::main]
async fn main() {
    let mut by_hand = Sip { cup: *b"tea", rest: ptr::null() };
    by_hand.begin();
    by_hand.tell("by hand, begun    ");
    let moved = Box::new(by_hand);
    moved.tell("by hand, moved    ");

    let mut pinned = Box::pin(sip());
    assert!(poll_once(pinned.as_mut()).await.is_pending());
    let moved = [pinned];
    let [pinned] = moved;
    pinned.await;
}

fn tell(when: &str, cup: &[u8; 3], rest: *const u8) {
    println!("{when}: `cup` is at {}, `rest` holds {}", shown(cup.as_ptr()), shown(rest));
}

/// An address as a letter, because the number is another one in each run. A new place gets the next
/// letter, and the byte after place A is `A + 1`.
fn shown(address: *const u8) -> String {
    static PLACES: Mutex<Vec<usize>> = Mutex::new(Vec::new());
    let mut places = PLACES.lock().expect("no panic");
    let address = address.addr();
    let known = places.iter().position(|place| (*place..place + 3).contains(&address));
    let number = known.unwrap_or_else(|| {
        places.push(address);
        places.len() - 1
    });
    let letter = ('A'..).nth(number).expect("few places");
    match address - places[number] {
        0 => letter.to_string(),
        bytes => format!("{letter} + {bytes}"),
    }
}

/// Polls `future` once, whatever comes of it.
async fn poll_once<F: Future>(mut future: Pin<&mut F>) -> Poll<F::Output> {
    poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await
}
