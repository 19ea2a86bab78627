//! An orchestra of local tasks that share an `Rc`, led by a conductor.
//! doctor: silence

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use kettle::sync::watch;
use kettle::task::{LocalSet, spawn_local, yield_now};
use kettle::time::sleep;

#[derive(Default)]
struct Score {
    notes: RefCell<Vec<(u32, &'static str)>>,
}

async fn musician(
    instrument: &'static str,
    beats: watch::Receiver<u32>,
    score: Rc<Score>,
) -> usize {
    let mut beats = beats;
    let mut played = 0;
    while beats.changed().await.is_ok() {
        let beat = *beats.borrow_and_update();
        yield_now().await; // a breath
        if instrument != "triangle" || beat == 6 {
            score.notes.borrow_mut().push((beat, instrument));
            played += 1;
        }
    }
    played
}

async fn concert() -> usize {
    let score = Rc::new(Score::default());
    let (baton, beats) = watch::channel(0);
    let musicians: Vec<_> = ["violin", "horn", "triangle"]
        .into_iter()
        .map(|instrument| spawn_local(musician(instrument, beats.clone(), score.clone())))
        .collect();
    drop(beats);
    for beat in 1..=8 {
        sleep(Duration::from_millis(if beat == 6 { 1500 } else { 60 })).await;
        baton.send(beat).unwrap();
    }
    sleep(Duration::from_millis(10)).await;
    drop(baton);
    for musician in musicians {
        println!("{} notes", musician.await.unwrap());
    }
    score.notes.borrow().len()
}

#[kettle::main]
async fn main() {
    let hall = LocalSet::new();
    let notes = hall.run_until(concert()).await;
    println!("{notes} notes in all");
}
