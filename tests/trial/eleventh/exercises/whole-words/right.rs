use kettle::sync::mpsc::{Receiver, Sender};
pub struct Words { letters: Receiver<char>, have: std::collections::VecDeque<char> }
impl Words {
    pub fn new(letters: Receiver<char>) -> Words { Words { letters, have: Default::default() } }
    pub async fn word(&mut self) -> Option<String> { self.gather().await; let n = self.have.len().min(3); let w: String = self.have.drain(..n).collect(); (n > 0).then_some(w) }
    async fn gather(&mut self) { while self.have.len() < 3 { match self.letters.recv().await { Some(l) => self.have.push_back(l), None => return } } }
    pub async fn post(&mut self, to: &Sender<String>) -> bool { self.gather().await; if self.have.is_empty() { return false; } let Ok(p) = to.reserve().await else { return false }; p.send(self.have.drain(..).collect()); true }
}
