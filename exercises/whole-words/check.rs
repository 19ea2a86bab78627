//! What the answer of `whole-words` must do.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use kettle::sync::mpsc::{self, Receiver};
use kettle::time::{interval, sleep, timeout};
use kettle_judge::count::Polls;
use kettle_judge::proptest::collection::vec;
use kettle_judge::runtime::run;
use kettle_judge::{Check, check, property};

use super::answer::Words;

pub const CHECKS: &[Check] = &[
    check!(patient => "if no future is dropped, all words come out, then the letters that are left, then `None`"),
    check!(any_await => "a `word` that is dropped at one of its awaits doesn't lose a letter"),
    check!(a_clock => "beside a clock in a `select!` all words come out, however fast it ticks"),
    check!(no_room => "a `post` that is dropped while it waits for room doesn't lose its word, nor send it twice"),
    check!(no_receiver => "if the receiver is gone, the word comes out of the next `word`"),
    check!(empty_hands => "a `post` that waits for letters, or is dropped, leaves the room in the channel to others"),
    check!(any_moment => "whenever both are dropped, all letters come out, in order and once"),
];

const TEXT: &str = "teajameggha";
const WORDS: [&str; 4] = ["tea", "jam", "egg", "ha"];
/// Between two letters.
const PAUSE: Duration = Duration::from_millis(100);
/// More calls than this are needed by no answer.
const CALLS: usize = 20_000;

fn patient() {
    run(async {
        for length in 0..=TEXT.len() {
            let text = &TEXT[..length];
            let expected: Vec<_> = text.as_bytes().chunks(3).map(String::from_utf8_lossy).collect();
            let mut words = Words::new(letters(text));
            let all = Polls::new(all_words(&mut words), 40).0.await;
            assert_eq!(all, expected, "the words of {text:?}");

            let (to, mut from) = mpsc::channel(4);
            let mut words = Words::new(letters(text));
            for word in &expected {
                assert!(words.post(&to).await, "`post` of {word:?} says that it was not sent");
                assert_eq!(from.try_recv().as_deref(), Ok(&**word), "what `post` has sent");
            }
            let more = Polls::new(words.post(&to), 40).0.await;
            assert_eq!(
                more, false,
                "`post`, when no more letters come. (The letters were {text:?})"
            );
        }
    });
}

/// All that comes out of `word` until the end, which comes again.
async fn all_words(words: &mut Words) -> Vec<String> {
    let mut all = Vec::new();
    while let Some(word) = words.word().await {
        all.push(word);
    }
    assert_eq!(words.word().await, None, "`word`, when no more letters come, once more");
    all
}

fn any_await() {
    for nth in 1..=4 {
        run(async {
            let mut words = Words::new(letters(TEXT));
            let mut all = Vec::new();
            let first = up_to(words.word(), nth).await;
            all.extend(first.flatten());
            while let Some(word) = words.word().await {
                all.push(word);
            }
            assert_eq!(all, WORDS, "words of {TEXT:?}, the first `word` dropped at await {nth}");
        });
    }
}

fn a_clock() {
    for period in [10, 50, 90, 130, 240, 340] {
        run(async {
            let mut words = Words::new(letters(TEXT));
            let mut clock = interval(Duration::from_millis(period));
            let mut all = Vec::new();
            for _ in 0..CALLS {
                kettle::select! {
                    word = words.word() => match word {
                        Some(word) => all.push(word),
                        None => break,
                    },
                    _ = clock.tick() => {}
                }
            }
            assert_eq!(all, WORDS, "words of {TEXT:?}, beside a clock that ticks each {period} ms");
        });
    }
}

fn no_room() {
    run(async {
        let (to, mut from) = mpsc::channel(1);
        let reader = kettle::spawn(async move {
            let mut all = Vec::new();
            while let Some(word) = from.recv().await {
                all.push(word);
                sleep(20 * PAUSE).await;
            }
            all
        });
        let mut words = Words::new(letters(TEXT));
        for _ in 0..CALLS {
            if timeout(PAUSE * 3 / 2, words.post(&to)).await == Ok(false) {
                break;
            }
        }
        drop(to);
        let all = reader.await.expect("the reader does not panic");
        assert_eq!(all, WORDS, "what comes through a channel with room for one, to a slow reader");
    });
}

fn no_receiver() {
    for (text, word) in [("teajam", "tea"), ("ha", "ha")] {
        run(async {
            // The receiver goes before `post` asks for room, and while it waits for room.
            for is_full in [false, true] {
                let (to, from) = mpsc::channel(1);
                let mut words = Words::new(letters(text));
                if is_full {
                    to.send("full".to_owned()).await.expect("room for one");
                    let waits = timeout(10 * PAUSE, words.post(&to)).await;
                    assert!(waits.is_err(), "`post` is ready, although there is no room");
                }
                drop(from);
                for _ in 0..2 {
                    assert!(
                        !words.post(&to).await,
                        "{word:?} was sent, although there is no receiver"
                    );
                }
                let next = words.word().await;
                assert_eq!(next.as_deref(), Some(word), "`word`, when no receiver took {word:?}");
            }
        });
    }
}

fn empty_hands() {
    for come in ["", "t", "te"] {
        run(async {
            let (to, _from) = mpsc::channel(1);
            let (letter_to, letters) = mpsc::channel(3);
            for letter in come.chars() {
                letter_to.try_send(letter).expect("room for three letters");
            }
            let mut words = Words::new(letters);
            let mut post = pin!(words.post(&to));
            let polled = poll_fn(|cx| Poll::Ready(post.as_mut().poll(cx))).await;
            assert_eq!(polled, Poll::Pending, "`post`, when {come:?} has come");
            let other = to.try_send("mine".to_owned());
            assert_eq!(other, Ok(()), "another sender, while `post` waits after {come:?}");
        });
    }
    run(async {
        let (to, mut from) = mpsc::channel(1);
        let mut words = Words::new(letters(TEXT));
        to.try_send("full".to_owned()).expect("room for one");
        let given_up = timeout(10 * PAUSE, words.post(&to)).await.ok();
        assert_eq!(given_up, None, "`post`, while there is no room");
        from.recv().await.expect("what was sent");
        let other = to.try_send("mine".to_owned());
        assert_eq!(other, Ok(()), "another sender, when there is room, and `post` was dropped");
    });
}

fn any_moment() {
    property(300, &vec((1_u64..400, 0_usize..4, 0_u8..3), 0..12), |calls| {
        run(async {
            let (to, mut from) = mpsc::channel(1);
            let mut words = Words::new(letters(TEXT));
            let mut all = Vec::new();
            // So long the caller is patient, and for so many polls; and what it does: take a word,
            // post one, look what was posted.
            for (time, polls, what) in calls {
                let patience = (Duration::from_millis(time), polls);
                match what {
                    0 => {
                        while let Ok(word) = from.try_recv() {
                            all.push(word);
                        }
                        all.extend(patient_for(patience, words.word()).await.flatten());
                    }
                    1 => drop(patient_for(patience, words.post(&to)).await),
                    _ => all.extend(from.try_recv()),
                }
            }
            all.extend(from.try_recv());
            while let Some(word) = words.word().await {
                all.push(word);
            }
            assert_eq!(all, WORDS, "the words of {TEXT:?}");
        });
    });
}

async fn patient_for<F: Future>((time, polls): (Duration, usize), future: F) -> Option<F::Output> {
    let polls = if polls == 0 { usize::MAX } else { polls };
    timeout(time, up_to(future, polls)).await.ok().flatten()
}

/// Sends one letter after the other, with a pause before each.
fn letters(text: &'static str) -> Receiver<char> {
    let (to, from) = mpsc::channel(1);
    kettle::spawn(async move {
        for letter in text.chars() {
            sleep(PAUSE).await;
            if to.send(letter).await.is_err() {
                return;
            }
        }
    });
    from
}

/// Polls a future until it is ready, or has returned `Pending` so often; then drops it.
async fn up_to<F: Future>(future: F, pendings: usize) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut left = pendings;
    poll_fn(|cx| {
        if let Poll::Ready(output) = future.as_mut().poll(cx) {
            return Poll::Ready(Some(output));
        }
        left -= 1;
        if left == 0 { Poll::Ready(None) } else { Poll::Pending }
    })
    .await
}
