// Misconception 3: a spawned task runs in the background, whatever `main` does.
//
// What happens: no letter is written. `spawn` puts the task into the run queue. There is one
// thread, and it polls `main` until `main` awaits something. `main` awaits nothing: it returns, the
// runtime ends, and the task is dropped before its first poll.
//
// The doctor: `kettle::unpolled`, with the line of the `spawn`.
//
// The fix: `let letter = kettle::spawn(…);`, and `letter.await` at the end.

async fn write_a_letter() {
    println!("Dear aunt, …");
}

#[kettle::main]
async fn main() {
    kettle::spawn(write_a_letter());
    println!("Meanwhile I do the dishes.");
}
