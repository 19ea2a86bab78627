//! What is written once and compiled twice, with tokio and with kettle?
//!
//! The files in `both/` use a runtime called `rt`: the visitors of the tutorial's server, and the
//! player of random programs.
//!
//! Interface: [`play`], [`own_logs`].

use crate::random::{KINDS, Op};
use crate::step::Recording;
use crate::{kettle_side, stage, tokio_side};

#[path = "both"]
mod with_tokio {
    pub(super) mod player;
    #[path = "rt_tokio.rs"]
    mod rt;
    pub(super) mod visits;
}

// The same files once more, with another `rt`: that is the point.
#[allow(clippy::duplicate_mod)]
#[path = "both"]
mod with_kettle {
    pub(super) mod player;
    #[path = "rt_kettle.rs"]
    mod rt;
    pub(super) mod visits;
}

pub(crate) use with_kettle::visits::with_visitors as visited_with_kettle;
pub(crate) use with_tokio::visits::with_visitors as visited_with_tokio;

/// What came of a random program.
pub struct Played {
    /// What was recorded.
    pub recording: Recording,
    /// How often each kind of step was done to its end.
    pub done: [usize; KINDS],
}

/// Plays a random program, with tokio and with kettle.
pub fn play(program: &[Op]) -> [Played; 2] {
    let mut done = [0; KINDS];
    let recording = tokio_side::record(|| {
        done = tokio_side::block_on(with_tokio::player::play(program.to_vec()));
    });
    let tokio = Played { recording, done };
    let recording = kettle_side::record(|| {
        done = kettle_side::block_on(with_kettle::player::play(program.to_vec()));
    });
    [tokio, Played { recording, done }]
}

/// The tasks' own logs of a random program on kettle: recorded by nobody, and by a recorder.
pub fn own_logs(program: &[Op]) -> [Vec<String>; 2] {
    let play = || with_kettle::player::play(program.to_vec());
    let unrecorded = async {
        assert!(!kettle_events::on(), "the doctor is on, or KETTLE_TRACE: somebody records");
        play().await;
    };
    stage::listen(|_| {}, || kettle_side::block_on(unrecorded));
    let alone = stage::logged();
    kettle_side::record(|| {
        kettle_side::block_on(play());
    });
    [alone, stage::logged()]
}
