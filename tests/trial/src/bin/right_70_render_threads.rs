//! A picture is rendered by threads of the program's own, a strip each. `main` waits for the strips, and has nothing
//! else to do.
//!
//! Right: the runtime sleeps without a timer or a socket for a second or so; the threads compute, and answer by
//! `oneshot`.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::thread;

use kettle::sync::oneshot;

const WIDTH: usize = 160;
const STRIP: usize = 30;

/// How many steps a point takes to leave the circle.
fn steps(x: f64, y: f64) -> u32 {
    let (mut a, mut b) = (0.0_f64, 0.0_f64);
    for step in 0..30_000 {
        (a, b) = (a * a - b * b + x, 2.0 * a * b + y);
        if a * a + b * b > 4.0 {
            return step;
        }
    }
    30_000
}

fn render(strip: usize) -> Vec<u32> {
    let mut pixels = Vec::with_capacity(WIDTH * STRIP);
    let mut y = -1.0 + 0.5 * f64::from(u32::try_from(strip).unwrap());
    for _row in 0..STRIP {
        let mut x = -2.0;
        for _column in 0..WIDTH {
            pixels.push(steps(x, y));
            x += 0.015;
        }
        y += 0.016;
    }
    pixels
}

fn start(strip: usize) -> oneshot::Receiver<Vec<u32>> {
    let (done, strip_done) = oneshot::channel();
    thread::spawn(move || {
        let _ = done.send(render(strip));
    });
    strip_done
}

#[kettle::main]
async fn main() {
    let strips: Vec<_> = (0..4).map(start).collect();
    let mut inside = 0;
    for (number, strip) in strips.into_iter().enumerate() {
        let pixels = strip.await.expect("a strip");
        println!("strip {number}: {} pixels", pixels.len());
        inside += pixels.iter().filter(|steps| **steps == 30_000).count();
    }
    println!("{inside} points are inside");
}
