//! What else is run, beside the tutorial's programs?
//!
//! Programs of a few lines, one for each question that the six and the random ones (`random.rs`) leave
//! open. Each is written once, over a runtime called `rt`, and compiled twice.
//!
//! Interface: [`all`]. A new one is a function in one of the files and a line in the list below.

use crate::program::Program;
use crate::random::{KINDS, Op};
use crate::step::Recording;
use crate::{kettle_side, stage, tokio_side};

#[path = "variations"]
mod with_tokio {
    pub(super) mod channels;
    pub(super) mod ends;
    pub(super) mod locks;
    pub(super) mod net;
    pub(super) mod player;
    #[path = "rt_tokio.rs"]
    mod rt;
    pub(super) mod selects;
    pub(super) mod time;
    pub(super) mod together;
    pub(super) mod turns;
    pub(super) mod visits;
}

// The same files once more, with another `rt`: that is the point.
#[allow(clippy::duplicate_mod)]
#[path = "variations"]
mod with_kettle {
    pub(super) mod channels;
    pub(super) mod ends;
    pub(super) mod locks;
    pub(super) mod net;
    pub(super) mod player;
    #[path = "rt_kettle.rs"]
    mod rt;
    pub(super) mod selects;
    pub(super) mod time;
    pub(super) mod together;
    pub(super) mod turns;
    pub(super) mod visits;
}

macro_rules! variations {
    ($($file:ident: $($name:ident)*;)*) => {
        /// All of them, in an order for readers.
        pub fn all() -> Vec<Program> {
            vec![$($(Program {
                name: stringify!($name),
                file: stringify!($file),
                source: include_str!(concat!("variations/", stringify!($file), ".rs")),
                on_tokio: || tokio_side::block_on(with_tokio::$file::$name()),
                on_kettle: || kettle_side::block_on(with_kettle::$file::$name()),
            },)*)*]
        }
    };
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

/// Plays a random program, with tokio and with kettle; in a local set, if asked.
pub fn play(program: &[Op], local: bool) -> [Played; 2] {
    let mut done = [0; KINDS];
    let recording = tokio_side::record(|| {
        done = tokio_side::block_on(with_tokio::player::play(program.to_vec(), local));
    });
    let tokio = Played { recording, done };
    let recording = kettle_side::record(|| {
        done = kettle_side::block_on(with_kettle::player::play(program.to_vec(), local));
    });
    [tokio, Played { recording, done }]
}

/// The tasks' own logs of a random program on kettle: recorded by nobody, by a recorder, and by a
/// sink that is called at each poll. In a local set, if asked.
pub fn own_logs(program: &[Op], local: bool) -> [Vec<String>; 3] {
    let play = || with_kettle::player::play(program.to_vec(), local);
    let unrecorded = async {
        assert!(!kettle_events::on(), "the doctor is on, or KETTLE_TRACE: somebody records");
        play().await;
    };
    stage::listen(|_| {}, || kettle_side::block_on(unrecorded));
    let alone = stage::logged();
    kettle_side::record(|| {
        kettle_side::block_on(play());
    });
    let recorded = stage::logged();
    stage::listen(
        |_| {},
        || {
            kettle_side::block_on_watched(play());
        },
    );
    [alone, recorded, stage::logged()]
}

/// How often each of three branches of a `select!` wins which are always ready: with tokio, with
/// kettle.
pub fn lots() -> [[usize; 3]; 2] {
    let mut won = [[0; 3]; 2];
    tokio_side::record(|| won[0] = tokio_side::block_on(with_tokio::selects::lots()));
    kettle_side::record(|| won[1] = kettle_side::block_on(with_kettle::selects::lots()));
    won
}

variations! {
    turns: yields_of_two yields_of_three self_wakes_of_three yields_of_main yield_beside_spawn
        main_woken_among_others task_woken_among_others main_woken_before_a_task
        task_woken_before_a_task main_among_seventy seventy_ready_tasks wake_during_poll
        wake_of_main_during_poll wakes_coalesce wake_after_the_end;
    together: join_of_two join_of_three try_join_of_three join_three_hundred_times
        local_set no_local_set;
    ends: main_ends_first panic_in_a_task abort_itself abort_by_another drop_spawns
        three_hundred_handles handle_is_finished;
    channels: channel_burst channel_receiver_gone channel_close_with_heir channel_close_with_room
        channel_close_with_permit channel_closed channel_reserve channel_recv_many
        channel_of_a_thousand send_three_hundred channel_weak_sender oneshot_gone
        oneshot_three_hundred;
    locks: mutex_three_hundred_times mutex_of_who_panics mutex_tried;
    time: sleeps_to_one_moment sleeps_to_one_moment_far_away wake_beside_a_due_timer
        wake_between_due_timers sleep_of_nothing sleeps_of_nothing sleep_of_parts
        timeout_at_the_same_moment sleep_reset sleep_moves advance_over_two advance_in_a_task
        sleep_over_two out_of_reach hundred_intervals;
    selects: select_same_moment select_three_hundred_times select_asks_in_order;
    net: echo read_of_what_is_there socket_beside_a_deadline two_halves
        read_in_pieces read_three_hundred_bytes write_three_hundred_bytes half_close
        ready_and_tried ready_and_tried_in_full
        copy_there_and_back peek_twice;
}
