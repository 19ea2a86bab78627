//! A machine goes through its states, and tells who watches of each.
//! doctor: `deadlock`

use std::time::Duration;

use kettle::sync::watch;
use kettle::time::sleep;

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Cold,
    Heating,
    Ready,
}

struct Machine {
    state: watch::Sender<State>,
}

impl Machine {
    fn set(&self, to: State) {
        self.state.send_if_modified(|state| {
            *state = to;
            *state != to // has it changed?
        });
    }

    async fn start(&self) {
        self.set(State::Heating);
        sleep(Duration::from_millis(100)).await;
        self.set(State::Ready);
    }
}

async fn barista(mut state: watch::Receiver<State>) -> u32 {
    state.wait_for(|state| *state == State::Ready).await.unwrap();
    println!("an espresso");
    1
}

#[kettle::main]
async fn main() {
    let (state, watched) = watch::channel(State::Cold);
    let machine = Machine { state };
    let cups = kettle::spawn(barista(watched));
    machine.start().await;
    println!("the machine is {:?}", *machine.state.borrow());
    println!("{} cup", cups.await.unwrap());
}
