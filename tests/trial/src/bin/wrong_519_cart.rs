//! A shopping cart that several local tasks share by an `Rc`.
//! doctor: `deadlock`

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use kettle::task::LocalSet;
use kettle::time::sleep;

#[derive(Default)]
struct Cart {
    items: Vec<(&'static str, u32)>,
}

impl Cart {
    fn total(&self) -> u32 {
        self.items.iter().map(|(_, cents)| cents).sum()
    }
}

async fn price_of(item: &'static str) -> u32 {
    sleep(Duration::from_millis(10)).await;
    item.len() as u32 * 99
}

#[kettle::main]
async fn main() {
    let cart = Rc::new(RefCell::new(Cart::default()));
    let local = LocalSet::new();
    let mut adding = Vec::new();
    for item in ["bread", "butter", "figs"] {
        let cart = cart.clone();
        adding.push(local.spawn_local(async move {
            let cents = price_of(item).await;
            cart.borrow_mut().items.push((item, cents));
        }));
    }
    println!("Three things are put into the cart.");
    for added in adding {
        added.await.expect("no panic");
    }
    println!("Together {} cents.", cart.borrow().total());
}
