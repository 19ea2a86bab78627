//! A way is long, or crowded: of two connections the later one may be heard first.

use std::time::Duration;

use super::{Fault, event};

pub(super) static DELAY: Fault = Fault {
    told: event::Fault {
        word: "net.delay",
        does: &[
            "what has arrived here is held for 1 ms",
            "what has arrived here is held for 10 ms",
            "what has arrived here is held for 100 ms",
            "what has arrived here is held for 1 s",
        ],
    },
    may_come: |end, direction| end.is_unread(direction),
    does: |end, answer| {
        let ms = [1, 10, 100, 1_000][answer - 1];
        end.here().falls_silent(Some(Duration::from_millis(ms)));
    },
};
