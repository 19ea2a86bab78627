//! Who is here, and how does a line reach all of them?
//!
//! A [`Room`] has its members and its last lines, behind a lock of kettle's that *is* held across `.await`s: telling a
//! million members takes a while, so after each [`SLICE`] the other tasks get their turn, and still every member reads
//! the same lines in the same order, because the next speaker waits in line for the lock. No client is waited for.
//! [`Chat`] has the rooms and the names; a [`Visitor`] is one client's place in all this.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use kettle::sync::Mutex as AsyncMutex;
use kettle::task::yield_now;
use slab::Slab;

use crate::mailbox::{Batch, Line, Mailbox};

const LOBBY: &str = "lobby";
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
    rooms: BTreeMap<String, Arc<Room>>,
    names: BTreeSet<Line>,
    closing: bool,
    arrivals: u64,
    /// Lines heard from clients, written to them, and dropped because they read too slowly.
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
    members: Slab<Arc<Client>>,
    history: VecDeque<Line>,
}

struct Client {
    name: Mutex<Line>,
    mailbox: Mailbox,
}

/// A client in its room. It has to [`leave`](Visitor::leave): a destructor could not wait for the room's lock.
pub struct Visitor {
    chat: Arc<Chat>,
    me: Arc<Client>,
    room: Arc<Room>,
    seat: usize,
}

impl Chat {
    /// Tells every client that this is the end: what is in its mailbox, and then goodbye.
    pub async fn close(&self) {
        self.shared().closing = true;
        let rooms: Vec<Arc<Room>> = self.shared().rooms.values().cloned().collect();
        for room in rooms {
            for (_, client) in &room.inside.lock().await.members {
                client.mailbox.close();
            }
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
            let name = loop {
                shared.arrivals += 1;
                let name: Line = format!("guest{}", shared.arrivals).into();
                if shared.names.insert(name.clone()) {
                    break name;
                }
            };
            (name, shared.room(LOBBY))
        };
        let welcome = format!("* Welcome, {name}. /nick NAME  /join ROOM  /who  /quit\n");
        let me = Client { name: Mutex::new(name), mailbox: Mailbox::default() };
        me.mailbox.post(&welcome.into());
        let mut visitor = Visitor { chat, me: Arc::new(me), room, seat: 0 };
        visitor.sit_down().await;
        visitor
    }

    /// From here on [`news`](Visitor::news) is what waits already, and then `None`.
    pub async fn leave(&self) {
        self.stand_up().await;
        self.me.mailbox.close();
        self.chat.shared().names.remove(&self.name());
    }

    /// What is to be written to this client next. Cancel safe.
    pub async fn news(&self) -> Option<Batch> {
        self.me.mailbox.take().await
    }

    pub fn was_written(&self, batch: &Batch) {
        let mut shared = self.chat.shared();
        shared.written += batch.lines;
        shared.missed += batch.missed;
    }

    /// A word to this client alone.
    pub fn told(&self, text: &str) {
        self.me.mailbox.post(&format!("* {text}\n").into());
    }

    pub async fn say(&self, text: &str) {
        self.chat.shared().heard += 1;
        let line: Line = format!("{}: {text}\n", self.name()).into();
        let mut inside = self.room.inside.lock().await;
        if inside.history.len() == HISTORY {
            inside.history.pop_front();
        }
        inside.history.push_back(line.clone());
        inside.tell(&line).await;
    }

    pub async fn join(&mut self, name: &str) {
        self.stand_up().await;
        self.room = self.chat.shared().room(name);
        self.sit_down().await;
    }

    pub async fn rename(&self, name: &str) {
        let old = self.name();
        let new: Line = name.into();
        {
            let mut shared = self.chat.shared();
            if !shared.names.insert(new.clone()) {
                drop(shared);
                return self.told(&format!("The name {name} is taken."));
            }
            shared.names.remove(&old);
        }
        *self.me.name.lock().expect("no panic under it") = new;
        self.told(&format!("You are {name} now."));
        self.room.inside.lock().await.mention(&format!("{old} is {name} now")).await;
    }

    pub async fn who(&self) {
        let inside = self.room.inside.lock().await;
        let names: Vec<String> =
            inside.members.iter().take(50).map(|(_, member)| member.name().to_string()).collect();
        let (names, all) = (names.join(", "), inside.members.len());
        self.told(&format!(
            "{all} in {}: {names}{}",
            self.room.name,
            if all > 50 { ", …" } else { "" }
        ));
    }

    fn name(&self) -> Line {
        self.me.name()
    }

    async fn sit_down(&mut self) {
        let mut inside = self.room.inside.lock().await;
        inside.mention(&format!("{} is here", self.name())).await;
        self.told(&format!("You are in {}, with {} others.", self.room.name, inside.members.len()));
        for line in &inside.history {
            self.me.mailbox.post(line);
        }
        self.seat = inside.members.insert(self.me.clone());
        // `close` has set this before it goes through the rooms: it finds us there, or we find this.
        if self.chat.shared().closing {
            self.me.mailbox.close();
        }
    }

    async fn stand_up(&self) {
        let mut inside = self.room.inside.lock().await;
        inside.members.remove(self.seat);
        inside.mention(&format!("{} has left", self.name())).await;
        drop(inside);
        let mut shared = self.chat.shared();
        // Clones are made under this lock only. With one in the map and one here, nobody is in it or on the way.
        if Arc::strong_count(&self.room) == 2 {
            shared.rooms.remove(&self.room.name);
        }
    }
}

impl Shared {
    /// A room is made when its first member comes, and goes with the last.
    fn room(&mut self, name: &str) -> Arc<Room> {
        let new = || Arc::new(Room { name: name.to_owned(), inside: AsyncMutex::default() });
        self.rooms.entry(name.to_owned()).or_insert_with(new).clone()
    }
}

impl Inside {
    async fn tell(&self, line: &Line) {
        for (told, (_, member)) in self.members.iter().enumerate() {
            member.mailbox.post(line);
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

impl Client {
    fn name(&self) -> Line {
        self.name.lock().expect("no panic under it").clone()
    }
}
