//! How long a task that gave way waits beside tasks that are always ready: kettle and tokio.
//!
//! `cargo run -p kettle-parity --bin polls --release`. The same code (`rows.rs`) is compiled for both.
//! Four tasks do 20 µs of work at each poll, and yield. What is counted are their polls while the
//! row's own task waits.

mod rows_kettle {
    use kettle as rt;
    include!("rows.rs");
}
mod rows_tokio {
    use tokio as rt;
    include!("rows.rs");
}

fn main() {
    println!("{:34}{:>18}{:>24}", "", "kettle", "tokio");
    for (row, (kettle, tokio)) in
        rows_kettle::rows().into_iter().zip(rows_tokio::rows()).enumerate()
    {
        let name =
            ["2,000 messages received", "2,000 yields under a waker", "25 wakes by a thread"];
        println!("{:34}{kettle:>18}{tokio:>24}", name[row]);
    }
}
