use std::time::Duration;

use std::sync::Arc;

use super::*;
use crate::{Record, Recorder, Sink, Times};

struct Nothing;

impl Sink for Nothing {
    fn record(&mut self, _: &[Record]) {}
}

impl Times for Nothing {
    fn times(&self) -> (Duration, Duration) {
        (Duration::ZERO, Duration::ZERO)
    }
}

#[test]
fn nothing_is_kept_before_a_recorder_is_there_and_after_it_has_gone() {
    let events = Arc::new(RemoteEvents::default());
    let say = || events.emit(|| Event::Note { text: "from another thread" });
    say();
    assert_eq!(events.take().events.len(), 0);
    let recorder = Recorder::new(Box::new(Nothing), Arc::new(Nothing), events.clone());
    say();
    assert_eq!(events.take().events.len(), 1);
    say();
    drop(recorder);
    say();
    assert_eq!(events.take().events.len(), 0, "the runtime has ended, and nobody will ask");
}
