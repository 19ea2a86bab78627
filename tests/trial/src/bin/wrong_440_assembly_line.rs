//! Two robots meet at each part, to weld it together.
//! doctor: `blocking_poll`

use std::sync::{Arc, Barrier};
use std::time::Duration;

use kettle::time::sleep;

struct Robot {
    name: &'static str,
    reach: Duration,
    welds: u32,
}

async fn weld(mut robot: Robot, meet: Arc<Barrier>, parts: u32) -> u32 {
    for part in 0..parts {
        sleep(robot.reach).await;
        if meet.wait().is_leader() {
            println!("{} leads the weld of part {part}", robot.name);
        }
        robot.welds += 1;
    }
    robot.welds
}

#[kettle::main]
async fn main() {
    let meet = Arc::new(Barrier::new(2));
    let left = Robot { name: "left", reach: Duration::from_millis(30), welds: 0 };
    let right = Robot { name: "right", reach: Duration::from_millis(50), welds: 0 };
    let left = kettle::spawn(weld(left, meet.clone(), 4));
    let right = kettle::spawn(weld(right, meet, 4));
    let welds = left.await.unwrap() + right.await.unwrap();
    println!("{welds} welds");
}
