//! A template engine calls a plain function for each value, and the values come from a task. So the function polls until it is there.
//!
//! Wrong: the `block_on` written by hand asks again and again in one poll of its task, and the task that would send never runs.
//!
//! Expected: `never_yields`: a poll of task 2 that never ends, on the processor. The cure: `.await` it, which needs an async function
//! (gather the values before), or render in a blocking job.
//!
//! doctor: `never_yields`
//! ends: killed

use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use kettle::sync::{mpsc, oneshot};
use kettle::time::sleep;

type Question = (&'static str, oneshot::Sender<String>);

fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut cx = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
            return output;
        }
        std::thread::yield_now();
    }
}

fn value(name: &'static str, values: &mpsc::UnboundedSender<Question>) -> String {
    let (answer, answered) = oneshot::channel();
    values.send((name, answer)).expect("the table is there");
    block_on(answered).expect("the table answers")
}

async fn table(mut questions: mpsc::UnboundedReceiver<Question>) {
    while let Some((name, answer)) = questions.recv().await {
        sleep(Duration::from_millis(3)).await;
        let _ = answer.send(name.to_uppercase());
    }
}

#[kettle::main]
async fn main() {
    let (values, questions) = mpsc::unbounded_channel();
    kettle::spawn(table(questions));
    let page = kettle::spawn(async move { format!("Dear {},", value("name", &values)) });
    println!("{}", page.await.unwrap());
}
