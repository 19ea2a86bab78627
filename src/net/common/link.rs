//! Who is at the other end of a connection, and can anything still come from there?
//!
//! Two ends in this process are a [`Link`], which counts the bytes that each has written and read.
//! The ends of a pair or a pipe are made together. Over TCP they find each other by their two
//! addresses, at `connect` and `accept`, if the listener is here; of a Unix stream that went that
//! way the system says only which process is at the other end. What was sent over TCP, or done to
//! its connection, may be on its way for a while; anything else is there at once.
//!
//! An end whose descriptor was taken or lent may be anywhere: a wait there, or at the end opposite,
//! is open, and so is each wait while a child of this process lives. In a search, TCP's come back:
//! some clients take a stream only to set an option, or connect a socket that they have made.
//!
//! Interface: [`End`], which a source holds; [`pair`], [`listening`], [`connecting`], [`accepted`],
//! [`of_process`], which make one if both ends are known to be here. Invariant: without debug
//! assertions an [`Held`] can't exist, so that it costs nothing. `tests/world.rs` asks the system
//! whether "at once" is true; elsewhere than on Linux nobody has asked, and no end is made.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::panic::RefUnwindSafe;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize};
use std::sync::{Arc, Weak};
use std::time::Duration;

use kettle_runtime::event::{self, Coming, Direction, EndNow, StateLock};
use kettle_runtime::has_schedule;
use mio::net::TcpStream;
use socket2::SockRef;

use super::gate::Gate;
pub(crate) use super::gate::Source;
use super::others::has_children;

/// One end, which its source holds.
#[cfg(debug_assertions)]
pub(crate) type Held = Arc<End>;
#[cfg(not(debug_assertions))]
pub(crate) type Held = Nobody;

/// Nothing of this type exists.
#[cfg(not(debug_assertions))]
#[derive(Debug)]
pub(crate) enum Nobody {}

#[cfg(not(debug_assertions))]
impl std::ops::Deref for Nobody {
    type Target = End;

    fn deref(&self) -> &End {
        match *self {}
    }
}

/// One end of a [`Link`].
pub(crate) struct End {
    link: Arc<Link>,
    side: usize,
    source: Arc<Source>,
}

/// Both ends.
struct Link {
    way: Way,
    /// Does a schedule decide?
    decided: bool,
    sides: [Side; 2],
}

/// How does something get from one end to the other?
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Over TCP.
    Tcp,
    /// At once.
    #[cfg(unix)]
    Local,
    /// At once, from an end of which only the process is known.
    Process,
    /// From anybody who connects or sends. In a search nobody does from outside.
    Listens,
}

/// What one end has done, and what happens to it.
#[derive(Default)]
pub(super) struct Side {
    /// As long as it is there, and with it the wakers of whoever waits.
    source: StateLock<Option<Arc<Source>>>,
    read: AtomicU64,
    written: AtomicU64,
    /// It writes no more; it has been dropped; it has left kettle.
    over: AtomicBool,
    gone: AtomicBool,
    left: AtomicBool,
    /// Has the program set `TCP_NODELAY`? In a search the system has it anyway.
    nodelay: AtomicBool,
    gate: Gate,
}

impl Side {
    fn source(&self) -> Option<Arc<Source>> {
        self.source.lock().clone()
    }

    /// Operations fail from now on, once what was sent before has been read, or at once.
    pub(super) fn cut(&self, drains: bool) {
        self.gate.cut(drains);
        self.report(Direction::Read);
        self.report(Direction::Write);
    }

    /// Nothing is found to be read for this time, or for good.
    pub(super) fn falls_silent(&self, time: Option<Duration>) {
        self.gate.falls_silent(time);
    }

    /// Wakes who waits there for this direction.
    fn report(&self, way: Direction) {
        if let Some(source) = self.source().filter(|it| it.1.is_cleared(way)) {
            source.1.report(way);
        }
    }
}

/// The listeners of this process, and the connections to them that they haven't accepted.
struct Known {
    listeners: Vec<(SocketAddr, event::Id)>,
    calls: BTreeMap<[SocketAddr; 2], Arc<Link>>,
    /// Those that have begun here and have an end, for one that leaves and comes back.
    begun: BTreeMap<[SocketAddr; 2], Weak<Link>>,
}

static KNOWN: StateLock<Known> =
    StateLock::new(Known { listeners: Vec::new(), calls: BTreeMap::new(), begun: BTreeMap::new() });

/// In a search a connection takes so many bytes unread a direction.
const CAP: usize = 32 * 1024;

/// How many ends that are known by their process have left.
static STRAYS: AtomicUsize = AtomicUsize::new(0);

/// Ends that were made together.
#[cfg(unix)]
pub(crate) fn pair([one, other]: [Source; 2]) -> [Option<Held>; 2] {
    let link = Link::new(Way::Local);
    [end(&link, 0, one), end(&link, 1, other)]
}

/// A listener at this address, or a socket at which anybody's datagrams arrive.
pub(crate) fn listening(source: Source, at: Option<SocketAddr>) -> Option<Held> {
    KNOWN.lock().listeners.extend(at.map(|at| (canonical(at), source.0)));
    end(&Link::new(Way::Listens), 0, source)
}

/// A connection that has begun, if one of our listeners is at the address.
pub(crate) fn connecting(source: Source, io: &TcpStream, to: SocketAddr) -> Option<Held> {
    let (from, mut to) = (canonical(io.local_addr().ok()?), canonical(to));
    if to.ip().is_unspecified() {
        to.set_ip(from.ip()); // which the system takes for this machine
    }
    let mut known = KNOWN.lock();
    if !known.listens([from, to]) {
        return None;
    }
    let link = Link::new(Way::Tcp);
    let before = known.calls.insert([from, to], link.clone());
    known.begun.retain(|_, link| link.strong_count() > 0);
    known.begun.insert([from, to], Arc::downgrade(&link));
    drop(known); // before what may have wakers
    drop(before);
    link.hurries(io);
    end(&link, 0, source)
}

/// The other end of a connection that began here.
pub(crate) fn accepted(source: Source, io: &TcpStream, from: SocketAddr) -> Option<Held> {
    let ends = [canonical(from), canonical(io.local_addr().ok()?)];
    let link = KNOWN.lock().calls.remove(&ends)?;
    link.hurries(io);
    end(&link, 1, source)
}

/// An end that had left, and comes back.
pub(crate) fn returned(source: Source, io: &TcpStream) -> Option<Held> {
    let [near, far] = [io.local_addr(), io.peer_addr()].map(|end| end.ok().map(canonical));
    let (near, far) = (near?, far?);
    let begun = |ends| KNOWN.lock().begun.get(&ends)?.upgrade();
    let other_side = || Some((begun([far, near])?, 1));
    let (link, side) = begun([near, far]).map(|link| (link, 0)).or_else(other_side)?;
    let Side { left, gone, .. } = &link.sides[side];
    let had_left = left.swap(false, Relaxed) && gone.swap(false, Relaxed);
    if had_left { end(&link, side, source) } else { None }
}

/// A Unix stream whose other end this process has made.
#[cfg(unix)]
pub(crate) fn of_process(source: Source) -> Option<Held> {
    end(&Link::new(Way::Process), 0, source)
}

#[cfg(debug_assertions)]
fn end(link: &Arc<Link>, side: usize, source: Source) -> Option<Held> {
    if !cfg!(target_os = "linux") {
        return None;
    }
    let source = Arc::new(source);
    let end = Arc::new(End { link: link.clone(), side, source: source.clone() });
    let weak: Weak<End> = Arc::downgrade(&end);
    source.1.set_end(weak);
    *link.sides[side].source.lock() = Some(source);
    Some(end)
}

#[cfg(not(debug_assertions))]
fn end(_: &Arc<Link>, _: usize, _: Source) -> Option<Held> {
    None
}

impl Link {
    fn new(way: Way) -> Arc<Link> {
        Arc::new(Link { way, decided: has_schedule(), sides: Default::default() })
    }

    /// In a search no small piece waits, which takes the machine's time, and the system has room
    /// for all that the cap lets through: when it makes more, it tells at no certain time.
    fn hurries(&self, io: &TcpStream) {
        if self.decided {
            let _ = io.set_nodelay(true);
            let _ = SockRef::from(io).set_send_buffer_size(4 * CAP);
            let _ = SockRef::from(io).set_recv_buffer_size(4 * CAP);
        }
    }
}

impl Known {
    /// Is one of our listeners called, on this machine?
    fn listens(&self, [from, to]: [SocketAddr; 2]) -> bool {
        let is_here = to.ip().is_loopback() || from.ip() == to.ip();
        let is_called = |at: &SocketAddr| {
            at.port() == to.port() && (at.ip() == to.ip() || at.ip().is_unspecified())
        };
        is_here && self.listeners.iter().any(|(at, _)| is_called(at))
    }
}

/// The same for one address as for its IPv6 form.
fn canonical(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}

impl End {
    pub(super) fn here(&self) -> &Side {
        &self.link.sides[self.side]
    }

    pub(super) fn there(&self) -> &Side {
        &self.link.sides[1 - self.side]
    }

    /// Lets an operation that would move so many bytes move some of them, and counts those.
    pub(crate) fn transfers(
        &self,
        direction: Direction,
        wanted: usize,
        op: impl FnOnce(usize) -> io::Result<usize>,
    ) -> io::Result<usize> {
        let (here, there) = (self.here(), self.there());
        let passes = || here.gate.passes(direction, self.is_unread(direction), &self.source);
        if self.is_capped() && !passes()? {
            return Ok(0);
        }
        let reads = direction == Direction::Read;
        let bytes = op(if reads { wanted } else { self.room(wanted)? })?;
        let count = if reads { &here.read } else { &here.written };
        count.fetch_add(bytes as u64, Relaxed);
        if reads && bytes > 0 && self.is_capped() {
            there.report(Direction::Write);
        }
        Ok(bytes)
    }

    /// Might a fault of the network come?
    pub(super) fn is_whole(&self) -> bool {
        self.is_capped() && self.here().gate.is_open()
    }

    /// Is this a read, and has something come that hasn't been read?
    pub(super) fn is_unread(&self, direction: Direction) -> bool {
        let [read, written] =
            [&self.here().read, &self.there().written].map(|bytes| bytes.load(Relaxed));
        direction == Direction::Read && read < written
    }

    /// Beyond a window the system's timing decides what has arrived.
    fn is_capped(&self) -> bool {
        self.link.decided && self.link.way == Way::Tcp
    }

    /// How many of these bytes may be written, so that no more than [`CAP`] lie unread?
    fn room(&self, wanted: usize) -> io::Result<usize> {
        let (here, there) = (self.here(), self.there());
        let unread = here.written.load(Relaxed).saturating_sub(there.read.load(Relaxed));
        match CAP.saturating_sub(usize::try_from(unread).unwrap_or(CAP)) {
            _ if !self.is_capped() || wanted == 0 => Ok(wanted),
            0 if !there.gone.load(Relaxed) => Err(io::ErrorKind::WouldBlock.into()),
            room => Ok(wanted.min(room.max(1))),
        }
    }

    /// In a search: what the program has set of `TCP_NODELAY`, or sets now.
    pub(crate) fn nodelay(&self, set: Option<bool>) -> Option<bool> {
        let nodelay = &self.here().nodelay;
        nodelay.store(set.unwrap_or_else(|| nodelay.load(Relaxed)), Relaxed);
        self.is_capped().then(|| nodelay.load(Relaxed))
    }

    /// It writes no more.
    pub(crate) fn ends_writing(&self) {
        self.here().over.store(true, Relaxed);
    }

    /// Its descriptor is with the program.
    pub(crate) fn leaves(&self) {
        let stays = !self.here().left.swap(true, Relaxed);
        if stays && self.link.way == Way::Process {
            STRAYS.fetch_add(1, Relaxed);
        }
        self.forget();
    }

    /// Another process may accept, or nobody does any more.
    fn forget(&self) {
        if self.link.way == Way::Listens {
            let mut known = KNOWN.lock();
            known.listeners.retain(|(_, listener)| *listener != self.source.0);
            let calls = std::mem::take(&mut known.calls).into_iter();
            let (kept, over) = calls.partition(|(ends, _)| known.listens(*ends));
            known.calls = kept;
            drop(known); // before what may have wakers
            drop::<BTreeMap<_, _>>(over);
        }
    }

    /// May another process have an end?
    fn is_open(&self) -> bool {
        let (here, there) = (self.here(), self.there());
        let is_stray = self.link.way == Way::Process && STRAYS.load(Relaxed) > 0;
        is_stray || here.left.load(Relaxed) || there.left.load(Relaxed) || has_children()
    }

    fn coming(&self, direction: Direction) -> Coming {
        let reads = direction == Direction::Read;
        match self.link.way {
            _ if matches!(direction, Direction::Priority | Direction::Error) => Coming::Open,
            _ if reads && let Some(since) = self.here().gate.silent_since() => {
                Coming::Silent(since)
            }
            Way::Listens if !self.link.decided => Coming::Listens,
            Way::Tcp if self.is_due(direction) => Coming::OnItsWay,
            _ => Coming::Closed,
        }
    }

    /// Is something to be reported that hasn't been?
    fn is_due(&self, direction: Direction) -> bool {
        let (here, there) = (self.here(), self.there());
        let [gone, over] = [&there.gone, &there.over].map(|it| it.load(Relaxed));
        let is_less = |one: &AtomicU64, other: &AtomicU64| one.load(Relaxed) < other.load(Relaxed);
        let comes = match direction {
            Direction::Read => over || gone || is_less(&here.read, &there.written),
            _ => gone || !is_less(&there.read, &here.written),
        };
        comes && self.source.1.is_cleared(direction)
    }
}

// No foreign code runs under its locks, so a panic can't leave it half changed.
impl RefUnwindSafe for End {}

impl event::End for End {
    fn now(&self) -> EndNow {
        let other = self.there().source().map(|source| source.0);
        let is_open = self.is_open(); // asks the system, so once for all directions
        let coming = |way| if is_open { Coming::Open } else { self.coming(way) };
        EndNow { other, coming: Direction::ALL.map(coming) }
    }
}

impl Drop for End {
    fn drop(&mut self) {
        let here = self.here();
        here.gone.store(true, Relaxed);
        let _own = here.source.lock().take();
        self.forget();
        self.source.1.set_end(Weak::<End>::new());
    }
}

impl fmt::Debug for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("End").field("source", &self.source.0).finish_non_exhaustive()
    }
}
