// Misconception 11: what I have told to stop comes to its end.
//
// What happens: the cook hears the word to stop, leaves its loop and begins to clean the kettle,
// which takes a moment. `main` has said the word and returns, so the runtime ends, and drops the
// cook at its `.await`. The kettle stays dirty.
//
// The doctor: `kettle::cut_short`, a note: for a task that is to run until the end, this is right.
//
// The fix: keep the handle that `spawn` returns, and await it after the word.

use std::time::Duration;

use kettle::select;
use kettle::sync::oneshot;
use kettle::time::sleep;

#[kettle::main]
async fn main() {
    let (stop, mut stopped) = oneshot::channel::<()>();
    kettle::spawn(async move {
        loop {
            select! {
                _word = &mut stopped => break,
                () = sleep(Duration::from_millis(7)) => println!("A cup of tea."),
            }
        }
        sleep(Duration::from_millis(20)).await;
        println!("The kettle is clean.");
    });
    sleep(Duration::from_millis(31)).await;
    stop.send(()).expect("the cook listens");
    sleep(Duration::from_millis(2)).await;
    println!("Good night.");
}
