//! A list of different types with the same async method.

trait Brew {
    async fn brew(&self);
}

struct Teapot;

impl Brew for Teapot {
    async fn brew(&self) {
        println!("Tea.");
    }
}

struct Press;

impl Brew for Press {
    async fn brew(&self) {
        println!("Coffee.");
    }
}

#[kettle::main]
async fn main() {
    let makers: [Box<dyn Brew>; 2] = [Box::new(Teapot), Box::new(Press)];
    for maker in makers {
        maker.brew().await;
    }
}
