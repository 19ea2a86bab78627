// Belief 3: a spawned task runs in the background, whatever `main` does.
//
// What happens: no letter is written. `spawn` puts the task into the run queue; there is one thread, and
// it runs `main` until that awaits something. `main` awaits nothing. It ends, the runtime with it, and
// the task is dropped where it was made.
//
// The doctor: `kettle::unpolled`, with the line of the `spawn`.
//
// The mend: `let letter = kettle::spawn(…);` and `letter.await` at the end.

async fn write_a_letter() {
    println!("Dear aunt, …");
}

#[kettle::main]
async fn main() {
    kettle::spawn(write_a_letter());
    println!("Meanwhile I do the dishes.");
}
