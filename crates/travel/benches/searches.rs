//! Bounded searches on a made-up town of a quarter of a million junctions: cargo bench -p enough-travel

use divan::Bencher;
use enough_kernel::{LonLat, Metres, Minutes};
use enough_travel::search::many_to_many;
use enough_travel::streets::{Mode, Network, Profile, Snap, StreetMap, Tags, Way};

const SIDE: u32 = 500;
/// Searches in one go, so that one search costs a thousandth of what is shown.
const STARTS: usize = 1000;

fn main() {
    divan::main();
}

/// A bent grid of streets about 130 m long; every tenth is a main road.
fn town() -> StreetMap {
    let bent = |k: u32| f64::from(k.wrapping_mul(2_654_435_761) >> 16) / 65_536.0 * 0.6 - 0.3;
    let points = (0..SIDE * SIDE)
        .map(|k| LonLat {
            longitude: -5.0 + (f64::from(k % SIDE) + bent(k)) * 0.0018,
            latitude: 50.0 + (f64::from(k / SIDE) + bent(k + 77)) * 0.0012,
        })
        .collect();
    let tags = ["residential", "primary"].map(|kind| Tags::new([("highway", kind)].into_iter())).to_vec();
    let line = |k: u32| u32::from(k.is_multiple_of(10));
    let mut ways = Vec::new();
    for k in 0..SIDE {
        let (row, column): (Vec<u32>, Vec<u32>) = (0..SIDE).map(|i| (k * SIDE + i, i * SIDE + k)).unzip();
        for points in [row, column] {
            ways.push(Way { id: ways.len() as i64, tags: line(k), points });
        }
    }
    StreetMap { points, ways, tags, ..StreetMap::default() }
}

fn prepared(mode: Mode) -> (Network, Vec<Option<Snap>>) {
    let map = town();
    let starts: Vec<LonLat> =
        map.points.iter().copied().step_by(map.points.len() / STARTS).take(STARTS).collect();
    let network =
        Network::build(&map, Profile::usual(mode)).unwrap_or_else(|| unreachable!("the town has streets"));
    let snaps = network.snap(&starts, Metres::new(100.0));
    (network, snaps)
}

#[divan::bench(args = [("walk", 15.0), ("car", 15.0)])]
fn a_thousand_searches(bencher: Bencher<'_, '_>, (mode, minutes): (&str, f64)) {
    let (network, snaps) = prepared(if mode == "car" { Mode::Car } else { Mode::Walk });
    bencher.bench(|| many_to_many(&network, &snaps, &snaps, Minutes::new(minutes)));
}

#[divan::bench]
fn preparing_a_quarter_of_a_million_junctions(bencher: Bencher<'_, '_>) {
    bencher.with_inputs(town).bench_refs(|map| Network::build(map, Profile::usual(Mode::Car)));
}
