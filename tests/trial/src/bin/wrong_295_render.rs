//! A page is rendered in a trait's method that is `async`, but has nothing to wait for, while a heart should beat.
//!
//! doctor: `never_yields`
//! cure: `spawn_blocking`, or `yield_now` between the rows

use std::time::Duration;

use kettle::time::interval;

trait Render {
    async fn row(&self, y: u32) -> u64;
}

struct Mandelbrot {
    width: u32,
    depth: u64,
}

impl Render for Mandelbrot {
    async fn row(&self, y: u32) -> u64 {
        (0..self.width)
            .map(|x| steps(f64::from(x) / 400.0 - 2.0, f64::from(y) / 400.0 - 1.0, self.depth))
            .sum()
    }
}

fn steps(a: f64, b: f64, depth: u64) -> u64 {
    let (mut x, mut y) = (0.0, 0.0);
    let inside = (0..depth).take_while(|_| {
        (x, y) = (x * x - y * y + a, 2.0 * x * y + b);
        x * x + y * y < 4.0
    });
    inside.count() as u64
}

async fn picture(render: impl Render) -> u64 {
    let mut sum = 0;
    for y in 0..800 {
        sum += render.row(y).await;
    }
    sum
}

#[kettle::main]
async fn main() {
    let heart = kettle::spawn(async {
        let mut beat = interval(Duration::from_millis(50));
        loop {
            beat.tick().await;
        }
    });
    kettle::task::yield_now().await;
    let picture = kettle::spawn(picture(Mandelbrot { width: 1200, depth: 150 }));
    println!("{} steps", picture.await.unwrap());
    heart.abort();
}
