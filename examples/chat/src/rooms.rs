//! Who is here, and how does a line reach all of them?
//!
//! A [`Room`] has a broadcast channel: a line is put there once, and each member takes it from
//! there in its own time. The channel keeps the last [`MOST`] lines. So no speaker ever waits for a
//! reader, and a reader that is slower loses the oldest lines and is told how many. [`Chat`] has
//! the rooms and the names; a [`Visitor`] is one client's place in it.
//!
//! Nothing here waits but [`Visitor::news`]. So one lock of std's is enough, and a destructor can
//! take it, too: a visitor that is dropped has left. (A lock that is held across an `.await` would
//! have to be kettle's, and no destructor can wait.)

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use kettle::sync::broadcast::{Receiver, Sender, error::RecvError};

/// A line as it is sent, with its `\n`: one text that all members share.
pub type Line = Arc<str>;

/// How many lines a room keeps for members that have not taken them: more than the clients that may
/// speak at once. It takes memory only for what is sent.
pub const MOST: usize = 1_024;
/// In larger rooms no one is told who comes and goes: a thousand arrivals would be a million lines.
/// It is less than [`MOST`], so that members who all leave at once are no more lines than the
/// others can take.
const SMALL: usize = 50;
/// How many last lines a newcomer reads.
const HISTORY: usize = 20;
/// How many names `/who` lists.
const NAMES: usize = 20;

#[derive(Default)]
pub struct Chat(Mutex<Shared>);

#[derive(Default)]
struct Shared {
    /// A room is made for its first member, and goes with the last.
    rooms: BTreeMap<Arc<str>, Room>,
    closed: bool,
    arrivals: u64,
    /// Lines heard from clients; of all the rooms' lines to all members: taken to be written, and
    /// missed.
    heard: u64,
    written: u64,
    missed: u64,
}

struct Room {
    lines: Sender<Line>,
    /// By their names. No two clients have the same.
    members: BTreeSet<Arc<str>>,
    /// The newest first.
    history: VecDeque<Line>,
}

/// A client in its room, which it leaves when it is dropped.
pub struct Visitor {
    chat: Arc<Chat>,
    name: Arc<str>,
    room: Arc<str>,
    lines: Receiver<Line>,
}

impl Chat {
    /// Drops the rooms, and with them the senders of their lines. A receiver takes what is left for
    /// it, and then learns that this was all.
    pub fn close(&self) {
        let mut shared = self.shared();
        shared.closed = true;
        shared.rooms.clear();
    }

    /// One line about all that was said.
    pub fn counts(&self) -> String {
        let Shared { arrivals, heard, written, missed, .. } = *self.shared();
        format!("clients {arrivals}, lines heard {heard}, written {written}, missed {missed}")
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.0.lock().expect("no code panics while it holds the rooms")
    }
}

/// What a client can do. A `String` that is returned is for this client alone.
impl Visitor {
    /// Into the lobby, as a guest with a number. No `/nick` can be like that, so the name is free.
    pub fn arrive(chat: Arc<Chat>) -> (Visitor, String) {
        let mut shared = chat.shared();
        shared.arrivals += 1;
        let name = format!("guest#{}", shared.arrivals);
        drop(shared);
        let welcome = format!("* Welcome, {name}. /nick NAME  /join ROOM  /who  /quit\n");
        let (visitor, seen) = Visitor::enter(chat, name.into(), "lobby".into());
        (visitor, welcome + &seen)
    }

    /// Returns also what the newcomer reads of what was said before.
    fn enter(chat: Arc<Chat>, name: Arc<str>, room: Arc<str>) -> (Visitor, String) {
        let mut shared = chat.shared();
        let new = || Room { lines: Sender::new(MOST), members: [].into(), history: [].into() };
        let inside = shared.rooms.entry(room.clone()).or_insert_with(new);
        inside.mention(&format!("{name} is here"));
        let seen = format!("* You are in {room}. Others: {}.\n", inside.members.len());
        let seen = inside.history.iter().rev().fold(seen, |seen, line| seen + line);
        inside.members.insert(name.clone());
        let lines = inside.lines.subscribe();
        if shared.closed {
            shared.rooms.clear(); // so these lines have their end at once
        }
        drop(shared);
        (Visitor { chat, name, room, lines }, seen)
    }

    pub fn join(&mut self, room: &str) -> String {
        if *room == *self.room {
            return self.who();
        }
        let (there, seen) = Visitor::enter(self.chat.clone(), self.name.clone(), room.into());
        *self = there; // what was here before is dropped, and has left the old room
        seen
    }

    /// The next line of the room; `None` when the chat is closed. Cancel safe, as `recv` is: after
    /// that it waits no more.
    pub async fn news(&mut self) -> Option<Line> {
        let (line, written, missed) = match self.lines.recv().await {
            Ok(line) => (line, 1, 0),
            Err(RecvError::Lagged(n)) => (format!("* You have missed {n} lines.\n").into(), 0, n),
            Err(RecvError::Closed) => return None,
        };
        let mut shared = self.chat.shared();
        (shared.written, shared.missed) = (shared.written + written, shared.missed + missed);
        Some(line)
    }

    /// Would `news` return a line at once?
    pub fn has_news(&self) -> bool {
        !self.lines.is_empty()
    }

    pub fn say(&self, text: &str) -> String {
        let line: Line = format!("{}: {text}\n", self.name).into();
        let mut shared = self.chat.shared();
        shared.heard += 1;
        // Once the chat is closed there is no room.
        if let Some(room) = shared.rooms.get_mut(&self.room) {
            room.history.push_front(line.clone());
            room.history.truncate(HISTORY);
            let _ = room.lines.send(line);
        }
        String::new() // it reads the line with all the others
    }

    pub fn rename(&mut self, name: &str) -> String {
        let mut shared = self.chat.shared();
        if shared.rooms.values().any(|room| room.members.contains(name)) {
            return format!("* The name {name} is taken.\n");
        }
        let old = std::mem::replace(&mut self.name, name.into());
        if let Some(room) = shared.rooms.get_mut(&self.room) {
            room.members.remove(&old);
            room.members.insert(self.name.clone());
            room.mention(&format!("{old} is {name} now"));
        }
        format!("* You are {name} now.\n")
    }

    pub fn who(&self) -> String {
        let shared = self.chat.shared();
        let Some(room) = shared.rooms.get(&self.room) else { return String::new() };
        let some: Vec<&str> = room.members.iter().take(NAMES).map(|name| &**name).collect();
        let (some, all) = (some.join(", "), room.members.len());
        let more = if all > NAMES { ", …" } else { "" };
        format!("* {all} in {}: {some}{more}\n", self.room)
    }
}

impl Drop for Visitor {
    fn drop(&mut self) {
        let mut shared = self.chat.shared();
        let Some(room) = shared.rooms.get_mut(&self.room) else { return };
        room.members.remove(&self.name);
        room.mention(&format!("{} has left", self.name));
        if room.members.is_empty() {
            shared.rooms.remove(&self.room);
        }
    }
}

impl Room {
    /// Tells who comes and goes, where that is few.
    fn mention(&self, text: &str) {
        if self.members.len() <= SMALL {
            let _ = self.lines.send(format!("* {text}.\n").into()); // an error says that no one is here
        }
    }
}
