//! Rounds against trying every trip at every stop again for each departure.

use enough_kernel::LonLat;
use proptest::prelude::*;

use super::super::lines::{Line, LineStop};
use super::*;

const STOPS: u32 = 7;
const ENDS: usize = 4;

type Trip = (Vec<LineStop>, Vec<(u32, u32)>);

#[derive(Debug, Clone)]
struct World {
    trips: Vec<Trip>,
    transfers: Walks,
    egress: Walks,
    access: Vec<(u32, u32)>,
}

fn world() -> impl Strategy<Value = World> {
    let call = (0..STOPS, 1..30u32, 0..4u32, 0..8u32);
    let trip = (0..100u32, prop::collection::vec(call, 2..6)).prop_map(|(start, calls)| {
        let mut clock = start;
        let mut stops = Vec::new();
        let mut times = Vec::new();
        for (stop, ride, wait, rules) in calls {
            stops.push(LineStop { stop, board: rules != 0, alight: rules != 1 });
            times.push((clock + ride, clock + ride + wait));
            clock += ride + wait;
        }
        (stops, times)
    });
    let walks = |ends: u32| {
        prop::collection::vec(prop::collection::btree_map(0..ends, 0..25u32, 0..3), STOPS as usize)
            .prop_map(|rows| rows.into_iter().map(|row| row.into_iter().collect()).collect::<Walks>())
    };
    (
        prop::collection::vec(trip, 1..12),
        walks(STOPS),
        walks(ENDS as u32),
        prop::collection::btree_map(0..STOPS, 0..20u32, 1..4),
        any::<bool>(),
    )
        .prop_map(|(mut trips, transfers, egress, access, repeat)| {
            // The same stops at other times, so that lines with several trips and with overtaking appear.
            if repeat {
                let again: Vec<Trip> = trips
                    .iter()
                    .map(|(stops, times)| {
                        (stops.clone(), times.iter().map(|t| (t.0 + 17, t.1 + 17)).collect())
                    })
                    .collect();
                trips.extend(again);
            }
            World { trips, transfers, egress, access: access.into_iter().collect() }
        })
}

fn timetable(trips: &[Trip]) -> Timetable {
    let lines: Vec<Line> = trips
        .iter()
        .map(|(stops, times)| Line { stops: stops.clone(), trips: vec![times.clone()] })
        .collect();
    Timetable::of_lines(vec![LonLat { longitude: 0.0, latitude: 0.0 }; STOPS as usize], lines)
}

/// Earliest arrival at each end by the definition.
fn plain(world: &World, departure: u32, change: u32, rides: usize, limit: u32) -> Vec<u32> {
    let latest = departure + limit;
    let mut at = vec![NEVER; STOPS as usize];
    let mut end = vec![NEVER; ENDS];
    for &(stop, walk) in &world.access {
        at[stop as usize] = at[stop as usize].min(departure + walk);
    }
    for round in 0..rides {
        let ready: Vec<u32> =
            at.iter().map(|&time| if round > 0 && time != NEVER { time + change } else { time }).collect();
        let mut off = vec![NEVER; STOPS as usize];
        for (stops, times) in &world.trips {
            for i in 0..stops.len() {
                for j in i + 1..stops.len() {
                    let (from, to) = (stops[i], stops[j]);
                    if from.board
                        && to.alight
                        && ready[from.stop as usize] <= times[i].1
                        && times[j].0 <= latest
                    {
                        off[to.stop as usize] = off[to.stop as usize].min(times[j].0);
                    }
                }
            }
        }
        for (stop, &time) in off.iter().enumerate().filter(|(_, time)| **time != NEVER) {
            at[stop] = at[stop].min(time);
            for &(other, walk) in &world.transfers[stop] {
                at[other as usize] = at[other as usize].min(time + walk);
            }
            for &(e, walk) in &world.egress[stop] {
                if time + walk <= latest {
                    end[e as usize] = end[e as usize].min(time + walk);
                }
            }
        }
        // Before the first ride one is at a stop without having changed.
        for &(stop, walk) in &world.access {
            at[stop as usize] = at[stop as usize].min(departure + walk);
        }
    }
    end
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn every_departure_of_a_window_arrives_as_early_as_by_trying_everything(
        world in world(), change in 0..4u32, rides in 1..4usize, limit in 20..150u32
    ) {
        let timetable = timetable(&world.trips);
        let raptor = Raptor { timetable: &timetable, transfers: &world.transfers, egress: &world.egress, change, rides, limit };
        let mut labels = raptor.labels(ENDS);
        for departure in (0..80u32).rev().step_by(7) {
            raptor.depart(departure, &world.access, &mut labels);
            let expected = plain(&world, departure, change, rides, limit);
            for end in 0..ENDS {
                let found = labels.end[end];
                let within = |time: u32| if time != NEVER && time - departure <= limit { time } else { NEVER };
                prop_assert_eq!(within(found), within(expected[end]), "departure {}, end {}", departure, end);
            }
        }
    }

    #[test]
    fn joining_trips_into_lines_changes_nothing(world in world(), limit in 20..150u32) {
        let apart = timetable(&world.trips);
        let joined = Timetable::of_trips(apart.stops.clone(), world.trips.iter().cloned());
        prop_assert!(joined.lines.len() <= apart.lines.len());
        let arrivals = |timetable: &Timetable| {
            let raptor = Raptor { timetable, transfers: &world.transfers, egress: &world.egress, change: 1, rides: 3, limit };
            let mut labels = raptor.labels(ENDS);
            (0..80u32).rev().step_by(9).map(|departure| {
                raptor.depart(departure, &world.access, &mut labels);
                labels.end.clone()
            }).collect::<Vec<_>>()
        };
        prop_assert_eq!(arrivals(&apart), arrivals(&joined));
    }
}
