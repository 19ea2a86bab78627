//! The method returns a box, which has one size for all of them.

use std::pin::Pin;

trait Brew {
    fn brew(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

struct Teapot;

impl Brew for Teapot {
    fn brew(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async { println!("Tea.") })
    }
}

struct Press;

impl Brew for Press {
    fn brew(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async { println!("Coffee.") })
    }
}

#[kettle::main]
async fn main() {
    let makers: [Box<dyn Brew>; 2] = [Box::new(Teapot), Box::new(Press)];
    for maker in makers {
        maker.brew().await;
    }
}
