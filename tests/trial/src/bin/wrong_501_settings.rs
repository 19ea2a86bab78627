//! A shop's service reads its settings and its secrets once, each when it is first asked for.
//! doctor: `deadlock`

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use kettle::sync::OnceCell;
use kettle::time::{interval, sleep};

static SETTINGS: OnceCell<Settings> = OnceCell::const_new();
static SECRETS: OnceCell<Secrets> = OnceCell::const_new();

struct Settings {
    vault: String,
    database: String,
}

struct Secrets {
    password: String,
}

fn settings() -> Pin<Box<dyn Future<Output = &'static Settings> + Send>> {
    Box::pin(async {
        SETTINGS
            .get_or_init(|| async {
                sleep(Duration::from_millis(5)).await; // reads the file
                let password = &secrets().await.password;
                Settings {
                    vault: "vault.local".to_string(),
                    database: format!("postgres://shop:{password}@localhost/shop"),
                }
            })
            .await
    })
}

async fn secrets() -> &'static Secrets {
    SECRETS
        .get_or_init(|| async {
            let vault = &settings().await.vault;
            sleep(Duration::from_millis(5)).await; // asks the vault
            Secrets { password: format!("from-{vault}") }
        })
        .await
}

#[kettle::main]
async fn main() {
    kettle::spawn(async {
        let mut beat = interval(Duration::from_millis(700));
        loop {
            beat.tick().await;
            println!("health: alive");
        }
    });
    println!("The service starts.");
    let settings = settings().await;
    println!("The database is {}", settings.database);
}
