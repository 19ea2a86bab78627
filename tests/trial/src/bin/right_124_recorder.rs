//! A service records its calls. A recorder has a thread of its own, which packs the recording when the call is over, and
//! `Drop` of the recorder joins that thread.
//!
//! Right: a call hands its recorder to `spawn_blocking` to be dropped there, and nobody waits for that. The runtime does,
//! at its end.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use kettle::task::{JoinSet, spawn_blocking};
use kettle::time::interval;

struct Recorder {
    sound: Option<Sender<u32>>,
    thread: Option<JoinHandle<usize>>,
}

impl Recorder {
    fn start() -> Recorder {
        let (sound, sounds) = channel();
        let thread = std::thread::spawn(move || {
            let samples: Vec<u32> = sounds.iter().collect();
            std::thread::sleep(Duration::from_millis(1500)); // the packing
            samples.len()
        });
        Recorder { sound: Some(sound), thread: Some(thread) }
    }

    fn record(&self, sample: u32) {
        let sound = self.sound.as_ref().expect("it goes on");
        let _ = sound.send(sample);
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.sound = None;
        if let Some(Ok(samples)) = self.thread.take().map(JoinHandle::join) {
            println!("{samples} samples are packed");
        }
    }
}

async fn call(length: u32) {
    let recorder = Recorder::start();
    let mut clock = interval(Duration::from_millis(20));
    for sample in 0..length {
        clock.tick().await;
        recorder.record(sample);
    }
    spawn_blocking(move || drop(recorder));
}

#[kettle::main]
async fn main() {
    let mut calls = JoinSet::new();
    for length in [5, 10, 60] {
        calls.spawn(call(length));
    }
    calls.join_all().await;
    println!("good night");
}
