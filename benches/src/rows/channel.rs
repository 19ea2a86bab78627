//! What does a message between two tasks cost?

#[path = "ping_pong.rs"]
mod ping_pong;

pub(crate) use self::ping_pong::ping_pong;
use super::rt;
use super::rt::{mpsc, oneshot};
use crate::sample::{Clock, Sample};

/// The capacity of the bounded channel.
const CAPACITY: usize = 32;

/// One sends, one receives.
pub(crate) fn one_producer(messages: u64) -> Sample {
    rt::block_on(bounded(1, messages))
}

/// Ten send, one receives.
pub(crate) fn ten_producers(messages: u64) -> Sample {
    rt::block_on(bounded(10, messages))
}

/// So many `producers` send their share of the messages over a channel of 32 places.
pub(crate) async fn bounded(producers: u64, messages: u64) -> Sample {
    let each = messages / producers;
    let (sender, receiver) = mpsc::channel::<u64>(CAPACITY);
    for _ in 0..producers {
        let sender = sender.clone();
        rt::detach(async move {
            for message in 0..each {
                sender.send(message).await.expect("somebody receives");
            }
        });
    }
    drop(sender);
    let clock = Clock::start();
    let sum = rt::spawn(sum_of(receiver)).await;
    let sample = clock.stop(each * producers);
    assert_eq!(sum, producers * (each * each.saturating_sub(1) / 2));
    sample
}

pub(super) async fn sum_of(mut receiver: mpsc::Receiver<u64>) -> u64 {
    let mut sum = 0;
    while let Some(message) = receiver.recv().await {
        sum += message;
    }
    sum
}

/// One sends, one receives, with no bound. The sender lets the receiver run every 100 messages,
/// as one that waits for its own input would.
pub(crate) fn unbounded(messages: u64) -> Sample {
    rt::block_on(async {
        let (sender, mut receiver) = mpsc::unbounded_channel::<u64>();
        let clock = Clock::start();
        rt::detach(async move {
            for message in 0..messages {
                sender.send(message).expect("somebody receives");
                if message % 100 == 99 {
                    rt::yield_now().await;
                }
            }
        });
        let consumer = rt::spawn(async move {
            let mut sum = 0;
            while let Some(message) = receiver.recv().await {
                sum += message;
            }
            sum
        });
        let sum = consumer.await;
        let sample = clock.stop(messages);
        assert_eq!(sum, messages * (messages - 1) / 2);
        sample
    })
}

/// A question with a `oneshot` for its answer, to a task that answers.
pub(crate) fn answers(questions: u64) -> Sample {
    rt::block_on(async {
        let (ask, mut asked) = mpsc::channel::<(u64, oneshot::Sender<u64>)>(CAPACITY);
        rt::detach(async move {
            while let Some((question, answer)) = asked.recv().await {
                answer.send(question + 1).expect("the answer is waited for");
            }
        });
        let clock = Clock::start();
        let asking = rt::spawn(async move {
            let mut sum = 0;
            for question in 0..questions {
                let (answer, answered) = oneshot::channel();
                ask.send((question, answer)).await.expect("somebody answers");
                sum += answered.await.expect("an answer");
            }
            sum
        });
        let sum = asking.await;
        let sample = clock.stop(questions);
        assert_eq!(sum, questions * (questions + 1) / 2);
        sample
    })
}
