//! How often does the system have to switch threads while tasks switch?

use super::channel;
use crate::sample::{Sample, Switches};

/// Two tasks: a message there and back.
pub(crate) fn ping_pong(trips: u64) -> Sample {
    let switches = Switches::start();
    switches.stop(channel::ping_pong(trips), trips)
}
