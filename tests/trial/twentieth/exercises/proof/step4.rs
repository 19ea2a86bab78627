#[macro_use]
mod answer;
use std::cell::Cell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

fn main() {
    let polls = Rc::new(Cell::new(0));
    let b_polls = Rc::clone(&polls);
    let mut turn = 0;
    answer::block_on(poll_fn(move |cx| {
        turn += 1;
        if turn == 1 {
            // A wakes itself in its only poll, and ends.
            answer::spawn(poll_fn(|cx| { cx.waker().wake_by_ref(); Poll::Ready(()) }));
        }
        if turn == 2 {
            // B waits for something that never comes: no waker of it is kept, nothing wakes it.
            let polls = Rc::clone(&b_polls);
            answer::spawn(poll_fn(move |_| { polls.set(polls.get() + 1); Poll::Pending }));
        }
        if turn < 5 { cx.waker().wake_by_ref(); return Poll::Pending }
        Poll::Ready(())
    }));
    println!("B was woken 0 times and polled {} times", polls.get());
}
