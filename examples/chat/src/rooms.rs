//! Who is here, and how does a line reach all of them?
//!
//! A [`Room`] has its members and its last lines, behind a lock of kettle's that *is* held across `.await`s: telling a
//! million members takes a while, so after each [`SLICE`] the other tasks get their turn, and still every member reads
//! the same lines in the same order, because the next speaker waits in line for the lock. No client is waited for.
//! [`Chat`] has the rooms and the names; a [`Visitor`] is one client's place in all this.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard};

use kettle::sync::Mutex as AsyncMutex;
use kettle::task::yield_now;

use crate::mailbox::{Line, Mailbox};

const LOBBY: &str = "lobby";
/// How the name begins that a client has at first.
const GUEST: &str = "guest";
/// So many last lines does a newcomer read.
const HISTORY: usize = 20;
/// In larger rooms no one is told who comes and goes: a thousand arrivals would be a million lines.
const SMALL: usize = 100;
/// So many members are told in one poll.
const SLICE: usize = 1_000;

#[derive(Default)]
pub struct Chat {
    // A lock of std's, never held across an `.await`.
    shared: Mutex<Shared>,
}

#[derive(Default)]
struct Shared {
    /// Each with the number of clients in it and on their way there: it is made for the first, and goes with the last.
    rooms: BTreeMap<String, (usize, Arc<Room>)>,
    names: BTreeSet<Arc<str>>,
    closing: bool,
    arrivals: u64,
    /// Lines heard from clients, taken to be written to them, and dropped because they read too slowly.
    heard: u64,
    written: u64,
    missed: u64,
}

struct Room {
    name: String,
    inside: AsyncMutex<Inside>,
}

#[derive(Default)]
struct Inside {
    /// By their names. No two clients have the same.
    members: BTreeMap<Arc<str>, Arc<Mailbox>>,
    history: VecDeque<Line>,
}

/// A client in its room. It has to [`leave`](Visitor::leave): a destructor could not wait for the room's lock.
pub struct Visitor {
    chat: Arc<Chat>,
    name: Arc<str>,
    mailbox: Arc<Mailbox>,
    room: Arc<Room>,
}

impl Chat {
    /// Tells every client that this is the end: what is in its mailbox, and then goodbye.
    pub async fn close(&self) {
        self.shared().closing = true;
        let rooms: Vec<_> = self.shared().rooms.values().map(|(_, room)| room.clone()).collect();
        for room in rooms {
            room.inside.lock().await.members.values().for_each(|mailbox| mailbox.close());
        }
    }

    /// One line about all that was said.
    pub fn counts(&self) -> String {
        let Shared { arrivals, heard, written, missed, .. } = *self.shared();
        format!("clients {arrivals}, lines heard {heard}, written {written}, missed {missed}")
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().expect("no code panics while it holds the names")
    }
}

impl Visitor {
    /// Into the lobby, as a guest with a number.
    pub async fn arrive(chat: Arc<Chat>) -> Visitor {
        let (name, room) = {
            let mut shared = chat.shared();
            shared.arrivals += 1;
            let name: Arc<str> = format!("{GUEST}{}", shared.arrivals).into();
            shared.names.insert(name.clone());
            (name, shared.enter(LOBBY))
        };
        let visitor = Visitor { chat, name, mailbox: Arc::default(), room };
        let welcome = format!("Welcome, {}. /nick NAME  /join ROOM  /who  /quit", visitor.name);
        visitor.told(&welcome);
        visitor.sit_down().await;
        visitor
    }

    /// From here on [`news`](Visitor::news) is what waits already, and then `None`.
    pub async fn leave(&self) {
        self.stand_up().await;
        self.mailbox.close();
        self.chat.shared().names.remove(&self.name);
    }

    /// What is to be written to this client next. Cancel safe, as [`Mailbox::take`] is.
    pub async fn news(&self) -> Option<String> {
        let batch = self.mailbox.take().await?;
        let mut shared = self.chat.shared();
        shared.written += batch.lines;
        shared.missed += batch.missed;
        Some(batch.text)
    }

    /// A word to this client alone.
    pub fn told(&self, text: &str) {
        self.mailbox.post(&format!("* {text}\n").into());
    }

    pub async fn say(&self, text: &str) {
        self.chat.shared().heard += 1;
        let line: Line = format!("{}: {text}\n", self.name).into();
        let mut inside = self.room.inside.lock().await;
        if inside.history.len() == HISTORY {
            inside.history.pop_front();
        }
        inside.history.push_back(line.clone());
        inside.tell(&line).await;
    }

    pub async fn join(&mut self, name: &str) {
        self.stand_up().await;
        self.room = self.chat.shared().enter(name);
        self.sit_down().await;
    }

    pub async fn rename(&mut self, name: &str) {
        let new: Arc<str> = name.into();
        // A name like a guest's is kept free for the guest with that number.
        if name.starts_with(GUEST) || !self.chat.shared().names.insert(new.clone()) {
            return self.told(&format!("The name {name} is taken."));
        }
        self.told(&format!("You are {name} now."));
        let old = mem::replace(&mut self.name, new);
        let mut inside = self.room.inside.lock().await;
        inside.members.remove(&old);
        inside.members.insert(self.name.clone(), self.mailbox.clone());
        inside.mention(&format!("{old} is {name} now")).await;
        // Not before the room knows: another client could come in under the old name.
        self.chat.shared().names.remove(&old);
    }

    pub async fn who(&self) {
        let inside = self.room.inside.lock().await;
        let names: Vec<&str> = inside.members.keys().take(50).map(|name| &**name).collect();
        let (names, all) = (names.join(", "), inside.members.len());
        let more = if all > 50 { ", …" } else { "" };
        self.told(&format!("{all} in {}: {names}{more}", self.room.name));
    }

    async fn sit_down(&self) {
        let mut inside = self.room.inside.lock().await;
        inside.mention(&format!("{} is here", self.name)).await;
        self.told(&format!("You are in {}, with {} others.", self.room.name, inside.members.len()));
        for line in &inside.history {
            self.mailbox.post(line);
        }
        inside.members.insert(self.name.clone(), self.mailbox.clone());
        // `close` has set this before it goes through the rooms: it finds us there, or we find this.
        if self.chat.shared().closing {
            self.mailbox.close();
        }
    }

    async fn stand_up(&self) {
        let mut inside = self.room.inside.lock().await;
        inside.members.remove(&self.name);
        inside.mention(&format!("{} has left", self.name)).await;
        self.chat.shared().exit(&self.room.name);
    }
}

impl Shared {
    fn enter(&mut self, name: &str) -> Arc<Room> {
        let new = || Arc::new(Room { name: name.to_owned(), inside: AsyncMutex::default() });
        let (clients, room) = self.rooms.entry(name.to_owned()).or_insert_with(|| (0, new()));
        *clients += 1;
        room.clone()
    }

    fn exit(&mut self, name: &str) {
        let (clients, _) = self.rooms.get_mut(name).expect("a room with a client is there");
        *clients -= 1;
        if *clients == 0 {
            self.rooms.remove(name);
        }
    }
}

impl Inside {
    async fn tell(&self, line: &Line) {
        for (told, mailbox) in self.members.values().enumerate() {
            mailbox.post(line);
            if told % SLICE == SLICE - 1 {
                yield_now().await;
            }
        }
        // The members read this line before the next is said. Without this yield, a burst that one client has sent
        // would pass in a single poll, and be more than fits into the mailbox of a client that reads quickly.
        yield_now().await;
    }

    /// Tells who comes and goes, where that is few.
    async fn mention(&self, text: &str) {
        if self.members.len() <= SMALL {
            self.tell(&format!("* {text}.\n").into()).await;
        }
    }
}
