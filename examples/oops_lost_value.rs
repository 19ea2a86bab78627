// Misconception 10: the branch of a `select!` that loses has done nothing yet.
//
// What happens: the branch takes an order from the channel and then waits for the kettle. Now and
// then the bell rings first, and wins. The branch is dropped where it is, and the order with it.
// Nobody drinks that tea.
//
// The doctor: `kettle::lost_value`, a note with `KETTLE_DOCTOR=watch`: the order might have been
// put into a list, and no record tells.
//
// The fix: let only `recv` race, and make the tea in the handler.

use std::time::Duration;

use kettle::select;
use kettle::sync::mpsc;
use kettle::time::sleep;

#[kettle::main]
async fn main() {
    let (order, mut orders) = mpsc::channel(8);
    for tea in ["mint", "green", "black"] {
        order.send(tea).await.expect("main has the receiver");
    }
    drop(order);
    for bell in [5, 50, 50] {
        let make = async {
            let tea = orders.recv().await;
            sleep(Duration::from_millis(20)).await;
            tea
        };
        select! {
            tea = make => println!("{tea:?} is ready."),
            () = sleep(Duration::from_millis(bell)) => println!("The bell rings."),
        }
    }
}
