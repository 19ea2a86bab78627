//! A peer's machine is gone, or the network is parted: nobody says so, and only time limits notice.
//! What is written goes on into a buffer, until that is full.

use std::time::Duration;

use super::{Fault, event};

pub(super) static SILENCE: Fault = Fault {
    told: event::Fault {
        word: "net.silence",
        does: &[
            "from now on nothing arrives at either end of this connection",
            "nothing arrives at either end of this connection for 1 s",
            "nothing arrives at either end of this connection for 1 min",
        ],
    },
    may_come: |_, _| true,
    does: |end, answer| {
        let time = [None, Some(1), Some(60)][answer - 1].map(Duration::from_secs);
        end.here().falls_silent(time);
        end.there().falls_silent(time);
    },
};
