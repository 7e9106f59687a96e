//! How long it takes to seal a bid of 400 words, on each kind of database: `scripts/with-postgres cargo bench --workspace --profile dev --bench
//! sealing`. An older commit is measured with this file among its tests.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

// The bench uses little of it.
#[allow(dead_code)]
#[path = "../tests/all/house/mod.rs"]
mod house;

use std::time::Instant;

use enough_commissioning::tenders::{publish, submit};
use house::House;

#[tokio::main]
async fn main() {
    for house in House::each().await {
        let id = house.approved().await;
        publish(&house.authority, house.actor("ann"), (&id, 3), &house.named()).await.unwrap();
        let of = (id.as_str(), house.organisation("kim"));
        let content = house.bid(&id, &[1, 2], 200_000, &"word ".repeat(200)).await;
        let mut times = Vec::new();
        for _ in 0..210 {
            let began = Instant::now();
            submit(&house.authority, house.actor("kim"), of, &content).await.unwrap();
            times.push(began.elapsed().as_secs_f64() * 1000.0);
        }
        // The first ones warm up.
        let mut times = times.split_off(10);
        times.sort_by(f64::total_cmp);
        let kind = house.authority.store().address().to_string();
        let kind = kind.split(':').next().unwrap_or_default();
        println!("{kind}: median {:.2} ms, 90 % {:.2} ms", times[100], times[180]);
    }
}
