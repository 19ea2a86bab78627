// A panic, long names, long generic types, non-ASCII text, a LocalSet. Expected: main sees the panic of one
// task ("Übergröße …"), carries on, ends by itself; a LocalSet's task counts in an Rc.
use kettle::sync::{mpsc, watch};
use kettle::task::{LocalSet, spawn_local};
use kettle::time::{Duration, sleep};
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

mod a_rather_long_module_name_for_the_things_of_the_bakery {
    use super::*;
    pub type Order = BTreeMap<String, HashMap<(u64, &'static str), Vec<Option<Result<String, std::num::ParseIntError>>>>>;

    #[derive(Clone)]
    pub struct BrötchenBäckereiVerwaltung<Zutat, Kundschaft> {
        pub zutaten: Vec<Zutat>,
        pub kundschaft: Vec<Kundschaft>,
    }

    impl<Zutat: Clone + Send + 'static, Kundschaft: Clone + Send + 'static> BrötchenBäckereiVerwaltung<Zutat, Kundschaft> {
        pub async fn verarbeite_alle_bestellungen_der_kundschaft_nacheinander(self, bestellungen: mpsc::Sender<Order>) {
            for _ in &self.kundschaft {
                sleep(Duration::from_millis(25)).await;
                bestellungen.send(Order::new()).await.unwrap();
            }
        }
    }
}
use a_rather_long_module_name_for_the_things_of_the_bakery::{BrötchenBäckereiVerwaltung, Order};

async fn größe_prüfen(größe: usize) -> usize {
    sleep(Duration::from_millis(60)).await;
    assert!(größe < 10, "Übergröße: {größe} Brötchen passen nicht in die Tüte — 注文が多すぎます 🥐 (und eine lange Erklärung, die nicht aufhören will, damit man sieht, was die Seite damit macht)");
    größe
}

async fn zähler(zahl: Rc<RefCell<u32>>, mut wert: watch::Receiver<u32>) {
    while wert.changed().await.is_ok() {
        *zahl.borrow_mut() += *wert.borrow_and_update();
    }
}

#[kettle::main]
async fn main() {
    let (send, mut bestellungen) = mpsc::channel::<Order>(1);
    let bäckerei = BrötchenBäckereiVerwaltung::<HashMap<String, Vec<u8>>, Box<BTreeMap<u8, String>>> {
        zutaten: vec![HashMap::new()],
        kundschaft: vec![Box::default(); 4],
    };
    let arbeit = kettle::spawn(bäckerei.verarbeite_alle_bestellungen_der_kundschaft_nacheinander(send));
    let prüfung = kettle::spawn(größe_prüfen(12));
    let kleine = kettle::spawn(größe_prüfen(3));
    let zahl = Rc::new(RefCell::new(0));
    let (setzen, wert) = watch::channel(0);
    let lokal = LocalSet::new();
    let ergebnis = zahl.clone();
    lokal
        .run_until(async move {
            let zählt = spawn_local(zähler(zahl.clone(), wert));
            while let Some(order) = bestellungen.recv().await {
                setzen.send(order.len() as u32 + 1).unwrap();
                kettle::task::yield_now().await;
            }
            drop(setzen);
            zählt.await.unwrap();
        })
        .await;
    arbeit.await.unwrap();
    println!("{:?} / {:?} / {}", prüfung.await.map_err(|e| e.is_panic()), kleine.await, ergebnis.borrow());
}
