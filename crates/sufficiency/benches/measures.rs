//! The measures on a made-up country: towns along a grid, about a tenth of England unless `ENOUGH_BENCH_SCALE` says more.
//! `cargo bench -p enough-sufficiency`. The figures of `docs/performance.md` come from a case of England's full size.

use divan::Bencher;
use enough_kernel::{Children, KilometresPerHour, Minutes, Places};
use enough_sufficiency::catchment::{Decay, two_step};
use enough_sufficiency::fair_share::fair_share;
use enough_sufficiency::reach::{Point, TravelModel};
use enough_sufficiency::{Pairs, Reach};

fn main() {
    divan::main();
}

struct Country {
    need: Vec<Children>,
    capacity: Vec<Places>,
    pairs: Pairs,
}

impl Country {
    fn new(limit: f64) -> Self {
        let scale: f64 =
            std::env::var("ENOUGH_BENCH_SCALE").ok().and_then(|text| text.parse().ok()).unwrap_or(0.1);
        let (areas, settings) = ((178_605.0 * scale) as usize, (60_000.0 * scale) as usize);
        let mut state = 20061u64;
        let mut unit = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1u64 << 53) as f64
        };
        // Towns of very different size, each a disc of even density.
        let towns: Vec<(f64, f64, f64)> = (1..=200)
            .map(|rank| {
                (
                    unit() * 4e5 * scale.sqrt(),
                    unit() * 5e5 * scale.sqrt(),
                    9000.0 * scale.sqrt() / f64::from(rank).sqrt(),
                )
            })
            .collect();
        let point = |unit: &mut dyn FnMut() -> f64| {
            let (x, y, radius) = towns[(unit() * unit() * towns.len() as f64) as usize];
            let (angle, distance) = (unit() * std::f64::consts::TAU, radius * unit().sqrt());
            Point { easting: x + distance * angle.cos(), northing: y + distance * angle.sin() }
        };
        let area_points: Vec<Point> = (0..areas).map(|_| point(&mut unit)).collect();
        let setting_points: Vec<Point> = (0..settings).map(|_| point(&mut unit)).collect();
        let need = (0..areas).map(|_| Children::new((unit() * 52.0).floor())).collect();
        let capacity = (0..settings).map(|_| Places::new((unit() * 46.0).floor())).collect();
        let travel = TravelModel::Straight { detour: 1.3, speed: KilometresPerHour::new(4.8) };
        Self { need, capacity, pairs: travel.pairs(&area_points, &setting_points, Minutes::new(limit)) }
    }

    fn reach(&self) -> Reach {
        Reach::new(self.need.len(), self.capacity.len(), &self.pairs, None)
            .unwrap_or_else(|error| panic!("{error}"))
    }
}

#[divan::bench(args = [15.0, 30.0], sample_count = 5)]
fn fair_share_within_minutes(bencher: Bencher, limit: f64) {
    let country = Country::new(limit);
    let reach = country.reach().without_minutes();
    bencher
        .counter(divan::counter::ItemsCount::new(reach.pairs()))
        .bench(|| fair_share(&country.need, &country.capacity, &reach));
}

#[divan::bench(args = [30.0], sample_count = 5)]
fn two_steps_with_weights(bencher: Bencher, limit: f64) {
    let country = Country::new(limit);
    let reach = country.reach();
    let steps: Decay = "10:1,20:0.68,30:0.22".parse().unwrap_or(Decay::Within);
    bencher
        .counter(divan::counter::ItemsCount::new(reach.pairs()))
        .bench(|| two_step(&country.need, &country.capacity, &reach, &steps));
}

#[divan::bench(args = [30.0], sample_count = 5)]
fn building_reach(bencher: Bencher, limit: f64) {
    let country = Country::new(limit);
    bencher.counter(divan::counter::ItemsCount::new(country.pairs.len())).bench(|| country.reach());
}
