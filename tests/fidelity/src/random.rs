//! What if the programs that we thought of are just the ones that agree?
//!
//! Then a random one doesn't: [`program`] makes one of any number, a tree of small steps that
//! spawn, sleep, lock, send, receive, wait for each other and cancel each other. `both/player.rs`
//! plays it, on either runtime.
//!
//! Left out is what `docs/tokio-map.md` names as different. So no two deadlines are equal (each
//! sleep has a power of two of its own: two sums of them are never the same), nobody calls
//! `yield_now`, nobody aborts himself, and `main` only waits for the end.
//!
//! Interface: [`program`], [`Op`].

/// One step of a task.
#[derive(Clone, Debug)]
pub enum Op {
    /// Spawns a task that does these.
    Spawn(Vec<Op>),
    /// Spawns one that does these and then answers; waits for the answer.
    Ask(Vec<Op>),
    /// Awaits the oldest of its children.
    Join,
    /// Aborts the youngest.
    Abort,
    /// Lets go of the oldest's handle.
    Detach,
    /// Sleeps so many milliseconds.
    Sleep(u64),
    /// Does these, for so many milliseconds at the most.
    Timeout(u64, Vec<Op>),
    /// Does both, side by side, until the first is through.
    Race(Vec<Op>, Vec<Op>),
    /// Sends into this channel.
    Send(usize),
    /// Receives from it.
    Receive(usize),
    /// Does these with this lock.
    Lock(usize, Vec<Op>),
    /// Wakes itself and returns `Pending`.
    StepAside,
}

/// So many kinds of [`Op`] there are.
pub const KINDS: usize = 12;
/// The channels of a program; the second has room for two.
pub const CHANNELS: usize = 2;
/// The locks of a program.
pub const LOCKS: usize = 2;
/// No sleep is as long as this, nor all of them together.
pub const FOREVER: u64 = 1 << TIMERS;

const TIMERS: u32 = 24;
/// The most steps of a program.
const STEPS: usize = 120;

/// The program of this number. With `ties`, all its sleeps are equally long: a control that must
/// find a difference.
pub fn program(number: u64, ties: bool) -> Vec<Op> {
    let mut author = Author { dice: number, timers: 0, steps: 0, ties };
    let length = 6 + author.below(10);
    author.ops(length, 0)
}

struct Author {
    dice: u64,
    timers: u32,
    steps: usize,
    ties: bool,
}

impl Author {
    fn ops(&mut self, length: usize, depth: usize) -> Vec<Op> {
        let mut ops = Vec::new();
        for _ in 0..length {
            if self.steps >= STEPS {
                break;
            }
            self.steps += 1;
            ops.push(self.op(depth));
        }
        ops
    }

    fn op(&mut self, depth: usize) -> Op {
        // Deep in the tree nothing grows any more.
        let kinds = if depth < 4 { 16 } else { 9 };
        match self.below(kinds) {
            0 => Op::Join,
            1 => Op::Abort,
            2 => Op::Detach,
            3 => self.sleep(),
            4 | 5 => Op::Send(self.below(CHANNELS)),
            6 | 7 => Op::Receive(self.below(CHANNELS)),
            8 => Op::StepAside,
            9 => Op::Ask(self.inner(depth)),
            10 => match self.timer() {
                Some(millis) => Op::Timeout(millis, self.inner(depth)),
                None => Op::StepAside,
            },
            11 => Op::Race(self.inner(depth), self.inner(depth)),
            12 | 13 => Op::Lock(self.below(LOCKS), self.inner(depth)),
            _ => Op::Spawn(self.inner(depth)),
        }
    }

    fn inner(&mut self, depth: usize) -> Vec<Op> {
        let length = 1 + self.below(4);
        self.ops(length, depth + 1)
    }

    fn sleep(&mut self) -> Op {
        self.timer().map_or(Op::StepAside, Op::Sleep)
    }

    fn timer(&mut self) -> Option<u64> {
        if self.ties {
            return Some(8);
        }
        // In no order, so that sleeps overlap: 7 and 24 have no common divisor.
        let power = (self.timers * 7) % TIMERS;
        self.timers += 1;
        (self.timers <= TIMERS).then_some(1 << power)
    }

    /// A number below `bound` (splitmix64).
    fn below(&mut self, bound: usize) -> usize {
        self.dice = self.dice.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.dice;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % bound as u64).expect("it is below a usize")
    }
}
