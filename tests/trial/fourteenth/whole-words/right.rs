// RIGHT. Believes: letters wait in a `Vec` that `recv_many` fills (never with more than the word lacks), and
// a finished word that `post` has on its way is sent as a clone; the original leaves the struct in the very
// poll in which the clone has got its place in the channel. So a dropped future has lost nothing.

use kettle::sync::mpsc::{Receiver, Sender};

/// Puts letters together to words.
pub struct Words {
    letters: Receiver<char>,
    /// The letters of the next word, as far as they have come. Never more than three.
    kept: Vec<char>,
}

impl Words {
    /// The words of these letters.
    pub fn new(letters: Receiver<char>) -> Words {
        Words { letters, kept: Vec::with_capacity(3) }
    }

    /// Waits until there are three letters, or until no more come. Says whether there are any.
    async fn fill(&mut self) -> bool {
        loop {
            let lacking = 3 - self.kept.len();
            if lacking == 0 || self.letters.recv_many(&mut self.kept, lacking).await == 0 {
                return !self.kept.is_empty();
            }
        }
    }

    /// The next word. When no more letters come: a last one that is shorter, if any are left, then `None`.
    pub async fn word(&mut self) -> Option<String> {
        self.fill().await.then(|| self.kept.drain(..).collect())
    }

    /// Sends the next word on. False if there is no next word, or no receiver.
    pub async fn post(&mut self, to: &Sender<String>) -> bool {
        if !self.fill().await {
            return false;
        }
        let copy: String = self.kept.iter().collect();
        let sent = to.send(copy).await.is_ok();
        if sent {
            self.kept.clear();
        }
        sent
    }
}
