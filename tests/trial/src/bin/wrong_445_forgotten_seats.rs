//! A coach has four seats. A booking that fails must give its seat back.
//! doctor: `deadlock`

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Semaphore;
use kettle::time::sleep;

struct Coach {
    seats: Semaphore,
}

async fn pay(traveller: u32) -> Result<(), String> {
    sleep(Duration::from_millis(10)).await;
    if traveller % 2 == 0 { Err(format!("the card of {traveller} is refused")) } else { Ok(()) }
}

async fn ride(traveller: u32, coach: Arc<Coach>) -> Result<u32, String> {
    let seat = coach.seats.acquire().await.map_err(|error| error.to_string())?;
    seat.forget(); // taken: it is given back at the end of the ride
    pay(traveller).await?;
    sleep(Duration::from_millis(50)).await;
    coach.seats.add_permits(1);
    Ok(traveller)
}

#[kettle::main]
async fn main() {
    let coach = Arc::new(Coach { seats: Semaphore::new(4) });
    let rides: Vec<_> = (1..=12).map(|n| kettle::spawn(ride(n, coach.clone()))).collect();
    for ride in rides {
        match ride.await.unwrap() {
            Ok(traveller) => println!("traveller {traveller} has arrived"),
            Err(why) => println!("{why}"),
        }
    }
}
