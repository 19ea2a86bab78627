//! What can no runtime do without: mio's loop, and a state for each connection.
//!
//! The limit of the network's rows. No task, no waker, no budget: an event goes to its connection
//! by an index, and what it does is a method.

use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, SocketAddr};

use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token};
use slab::Slab;

const LISTENER: Token = Token(usize::MAX);

/// One connection, whatever it does.
pub(crate) trait Talk {
    fn begin(socket: TcpStream) -> Self;
    fn socket(&mut self) -> &mut TcpStream;
    /// Does what can be done at once; the bytes it has read when all is over.
    fn proceed(&mut self) -> io::Result<Option<u64>>;
}

/// A server of one loop.
pub(crate) struct Server<T> {
    selector: Poll,
    events: Events,
    listener: TcpListener,
    talks: Slab<T>,
    /// How many have come, and how many have gone.
    pub(crate) come: u64,
    pub(crate) gone: u64,
    /// What they said, in bytes.
    pub(crate) bytes: u64,
}

impl<T: Talk> Server<T> {
    pub(crate) fn listen() -> (Server<T>, SocketAddr) {
        let selector = Poll::new().expect("a selector");
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let mut listener = TcpListener::bind(any).expect("a port of this machine");
        let registry = selector.registry();
        registry.register(&mut listener, LISTENER, Interest::READABLE).expect("a selector");
        let address = listener.local_addr().expect("the port");
        let (events, talks) = (Events::with_capacity(1024), Slab::new());
        (Server { selector, events, listener, talks, come: 0, gone: 0, bytes: 0 }, address)
    }

    /// Waits once, and serves whoever is ready.
    pub(crate) fn turn(&mut self) {
        self.selector.poll(&mut self.events, None).expect("a selector");
        let mut accepting = false;
        for event in &self.events {
            let Token(key) = event.token();
            if event.token() == LISTENER {
                accepting = true;
            } else if let Some(bytes) = self.talks[key].proceed().expect("a visitor talks") {
                // Closing takes it out of the selector.
                self.talks.remove(key);
                self.bytes += bytes;
                self.gone += 1;
            }
        }
        if accepting {
            self.accept();
        }
    }

    fn accept(&mut self) {
        loop {
            let socket = match self.listener.accept() {
                Ok((socket, _)) => socket,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(error) => panic!("cannot accept: {error}"),
            };
            self.come += 1;
            let mut talk = T::begin(socket);
            // Often the visitor has spoken already: then the selector need not know of him.
            if let Some(bytes) = talk.proceed().expect("a visitor talks") {
                self.bytes += bytes;
                self.gone += 1;
                continue;
            }
            let entry = self.talks.vacant_entry();
            let token = Token(entry.key());
            let registry = self.selector.registry();
            registry.register(talk.socket(), token, Interest::READABLE).expect("a selector");
            entry.insert(talk);
        }
    }
}
