use kettle::sync::mpsc::{Receiver, Sender};
pub struct Words { letters: Receiver<char>, part: String }
impl Words {
    pub fn new(letters: Receiver<char>) -> Words { Words { letters, part: String::new() } }
    pub async fn word(&mut self) -> Option<String> { while self.part.len() < 3 { let Some(l) = self.letters.recv().await else { break }; self.part.push(l); } let w = std::mem::take(&mut self.part); (!w.is_empty()).then_some(w) }
    pub async fn post(&mut self, to: &Sender<String>) -> bool { while self.part.len() < 3 { let Some(l) = self.letters.recv().await else { break }; self.part.push(l); } if self.part.is_empty() { return false; } let Ok(p) = to.reserve().await else { return false }; p.send(self.part.clone()); kettle::task::yield_now().await; self.part.clear(); true }
}
