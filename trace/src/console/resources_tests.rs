//! `resources.rs`: is nothing kept of what is over?

use super::*;
use crate::fixture::{Script, place};
use kettle_events::{Closer, Replaced};
use tracing::subscriber::{Subscriber, with_default};
use tracing::{Metadata, span};

/// Listens to all, and keeps nothing.
struct Anybody;

impl Subscriber for Anybody {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }
    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn event(&self, _: &tracing::Event<'_>) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

#[test]
fn nothing_is_kept_of_what_is_over() {
    let mut script = Script::new();
    let task = Id::next();
    script.task(task);
    for _ in 0..3 {
        let (timer, channel) = (Serial::new(), Serial::new());
        let wait = |on| Event::Wait { on, replaced: Replaced::None };
        let kind = ChannelKind::Mpsc;
        script
            .write(Event::TimerAdd { timer, due: Duration::ZERO, level: 0, slot: 0 })
            .write(wait(Resource::Timer(timer)))
            .write(Event::TimerFire { timer, late: Duration::ZERO })
            .write(Event::ChannelOpen { channel, kind, capacity: None, at: place() })
            .write(wait(Resource::ChannelValue(channel)))
            .write(wait(Resource::ChannelClosed(channel)))
            .write(Event::ChannelRecv { channel, len: 0 })
            .write(Event::ChannelClose { channel, by: Closer::Senders });
    }
    let mut resources = Resources::default();
    with_default(Anybody, || {
        script.records.iter().for_each(|record| resources.learn(record));
    });
    assert!(resources.open.is_empty() && resources.waiting.is_empty(), "{resources:?}");
}
