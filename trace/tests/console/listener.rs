//! A subscriber that writes down what it hears, and reads it as tokio-console does.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, MutexGuard};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

pub(crate) type Fields = BTreeMap<&'static str, String>;

/// All clones are one.
#[derive(Clone, Default)]
pub(crate) struct Listener(Arc<Mutex<Heard>>);

#[derive(Default)]
struct Heard {
    spans: Vec<Span>,
    stack: Vec<u64>,
    said: Vec<Said>,
}

#[derive(Clone, Debug)]
pub(crate) struct Span {
    pub(crate) id: u64,
    pub(crate) name: &'static str,
    pub(crate) target: &'static str,
    pub(crate) fields: Fields,
    pub(crate) is_root: bool,
    references: usize,
}

impl Span {
    pub(crate) fn is_closed(&self) -> bool {
        self.references == 0
    }

    pub(crate) fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Said {
    Enter(u64),
    Exit(u64),
    Event {
        target: &'static str,
        fields: Fields,
        /// The spans that were entered, the innermost last.
        inside: Vec<u64>,
    },
}

/// What the console counts of a task.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) polls: usize,
    pub(crate) wakes: usize,
    pub(crate) self_wakes: usize,
    /// Clones less drops; a wake by value is a drop, too.
    pub(crate) wakers: i64,
}

impl Listener {
    fn heard(&self) -> MutexGuard<'_, Heard> {
        self.0.lock().unwrap()
    }

    /// Spans of this name, in the order of their making.
    pub(crate) fn spans(&self, name: &str) -> Vec<Span> {
        self.heard().spans.iter().filter(|span| span.name == name).cloned().collect()
    }

    /// The task that is shown by this name.
    pub(crate) fn task(&self, name: &str) -> Span {
        let tasks = self.spans("runtime.spawn");
        let mut found = tasks.into_iter().filter(|span| span.field("task.name") == name);
        let task = found.next().unwrap_or_else(|| panic!("no task is called {name}"));
        assert!(found.next().is_none(), "two tasks are called {name}");
        task
    }

    pub(crate) fn said(&self) -> Vec<Said> {
        self.heard().said.clone()
    }

    /// Events of this target: their fields, and what they stood in.
    pub(crate) fn events(&self, target: &str) -> Vec<(Fields, Vec<u64>)> {
        let of_target = |said| match said {
            Said::Event { target: other, fields, inside } if other == target => {
                Some((fields, inside))
            }
            _ => None,
        };
        self.said().into_iter().filter_map(of_target).collect()
    }

    /// What tokio-console would show of this task now.
    pub(crate) fn counts(&self, task: &Span) -> Counts {
        let mut counts = Counts::default();
        for said in self.said() {
            match said {
                Said::Enter(id) => counts.polls += usize::from(id == task.id),
                Said::Event { target: "runtime::waker", fields, inside }
                    if fields["task.id"] == task.id.to_string() =>
                {
                    let is_wake = fields["op"].starts_with("waker.wake");
                    counts.wakes += usize::from(is_wake);
                    counts.self_wakes += usize::from(is_wake && inside.contains(&task.id));
                    counts.wakers += match fields["op"].as_str() {
                        "waker.clone" => 1,
                        "waker.drop" | "waker.wake" => -1,
                        "waker.wake_by_ref" => 0,
                        other => panic!("no op of a waker: {other}"),
                    };
                    assert!(counts.wakers >= 0, "more drops than clones: {task:?}");
                }
                _ => {}
            }
        }
        counts
    }

    /// After the run: whatever was entered was left, whatever was made was closed.
    pub(crate) fn assert_over(&self) {
        let heard = self.heard();
        assert_eq!(heard.stack, [], "still entered");
        let open: Vec<_> = heard.spans.iter().filter(|span| !span.is_closed()).collect();
        assert!(open.is_empty(), "not closed: {open:?}");
    }
}

impl Subscriber for Listener {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut fields = Reader::default();
        span.record(&mut fields);
        let mut heard = self.heard();
        let id = heard.spans.len() as u64 + 1;
        heard.spans.push(Span {
            id,
            name: span.metadata().name(),
            target: span.metadata().target(),
            fields: fields.0,
            is_root: span.is_root(),
            references: 1,
        });
        Id::from_u64(id)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Reader::default();
        event.record(&mut fields);
        let mut heard = self.heard();
        let inside = heard.stack.clone();
        let target = event.metadata().target();
        heard.said.push(Said::Event { target, fields: fields.0, inside });
    }

    fn enter(&self, span: &Id) {
        let mut heard = self.heard();
        heard.stack.push(span.into_u64());
        heard.said.push(Said::Enter(span.into_u64()));
    }

    fn exit(&self, span: &Id) {
        let mut heard = self.heard();
        assert_eq!(heard.stack.pop(), Some(span.into_u64()), "left, but not the innermost");
        heard.said.push(Said::Exit(span.into_u64()));
    }

    fn clone_span(&self, span: &Id) -> Id {
        self.heard().of(span).references += 1;
        span.clone()
    }

    fn try_close(&self, span: Id) -> bool {
        let mut heard = self.heard();
        assert!(!heard.stack.contains(&span.into_u64()), "closed while it is entered");
        let span = heard.of(&span);
        span.references -= 1;
        span.is_closed()
    }
}

impl Heard {
    fn of(&mut self, id: &Id) -> &mut Span {
        let index = usize::try_from(id.into_u64()).unwrap() - 1;
        &mut self.spans[index]
    }
}

#[derive(Default)]
struct Reader(Fields);

impl Visit for Reader {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }
}
