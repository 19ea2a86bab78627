//! A peer crashes, or something between the ends gives a connection up.

use super::{Fault, event};

pub(super) static CUT: Fault = Fault {
    told: event::Fault {
        word: "net.cut",
        does: &[
            "the connection is cut before this transfer, which its other end learns at once",
            "the connection is cut before this transfer, which its other end learns after what was sent",
        ],
    },
    may_come: |_, _| true,
    does: |end, answer| {
        end.here().cut(false);
        end.there().cut(answer == 2);
    },
};
