//! The invariants of the fair share, held against an exact solver by enumeration and a linear programme.

use std::collections::HashMap;

use proptest::prelude::*;

use super::*;
use crate::gap::{shortfall, unreachable};
use crate::reach::Pairs;
use enough_kernel::Minutes;

#[derive(Debug, Clone)]
struct Case {
    need: Vec<Children>,
    capacity: Vec<Places>,
    pairs: Vec<(u32, u32)>,
}

impl Case {
    fn reach(&self) -> Reach {
        let mut pairs = Pairs::default();
        for &(area, setting) in &self.pairs {
            pairs.push(area, setting, Minutes::new(1.0));
        }
        Reach::new(self.need.len(), self.capacity.len(), &pairs, None).unwrap()
    }

    fn share(&self) -> FairShare {
        fair_share(&self.need, &self.capacity, &self.reach())
    }

    fn shortfall(&self, level: &[Level], target: f64) -> f64 {
        self.need
            .iter()
            .zip(level)
            .map(|(&need, &level)| shortfall(need, level, Level::new(target)).get())
            .sum()
    }
}

fn quantity() -> impl Strategy<Value = f64> {
    prop_oneof![1 => Just(0.0), 3 => (1u32..40).prop_map(f64::from), 2 => 0.01f64..50.0]
}

prop_compose! {
    fn case(most_areas: usize, most_settings: usize)(areas in 1..=most_areas, settings in 1..=most_settings)(
        need in prop::collection::vec(quantity(), areas),
        capacity in prop::collection::vec(quantity(), settings),
        reached in prop::collection::vec(prop::bool::weighted(0.35), areas * settings),
    ) -> Case {
        let pairs = (0..need.len() * capacity.len())
            .filter(|&k| reached[k])
            .map(|k| ((k / capacity.len()) as u32, (k % capacity.len()) as u32))
            .collect();
        Case {
            need: need.into_iter().map(Children::new).collect(),
            capacity: capacity.into_iter().map(Places::new).collect(),
            pairs,
        }
    }
}

/// The levels by definition: among all groups of areas take the worst ratio of reachable places to children, fix it, go on.
fn levels_by_enumeration(case: &Case) -> Vec<Option<f64>> {
    let settings_of: Vec<u32> = (0..case.need.len() as u32)
        .map(|area| case.pairs.iter().filter(|pair| pair.0 == area).map(|pair| 1u32 << pair.1).sum())
        .collect();
    let mut level = vec![None; case.need.len()];
    let mut left: u32 =
        (0..case.need.len()).filter(|&area| case.need[area].get() > 0.0).map(|area| 1u32 << area).sum();
    let mut used = 0u32;
    while left != 0 {
        let (mut worst, mut group) = (f64::INFINITY, 0u32);
        let mut subset = left;
        while subset != 0 {
            let members = (0..case.need.len()).filter(|area| subset >> area & 1 == 1);
            let (mut need, mut reach) = (0.0, 0u32);
            for area in members {
                need += case.need[area].get();
                reach |= settings_of[area];
            }
            let places: f64 = (0..case.capacity.len())
                .filter(|s| (reach & !used) >> s & 1 == 1)
                .map(|s| case.capacity[s].get())
                .sum();
            if places / need < worst {
                (worst, group) = (places / need, subset);
            }
            subset = (subset - 1) & left;
        }
        for area in (0..case.need.len()).filter(|area| group >> area & 1 == 1) {
            level[area] = Some(worst);
            used |= settings_of[area];
        }
        left &= !group;
    }
    level
}

/// The least total shortfall that any allocation leaves, by the simplex method of a library.
fn least_shortfall(case: &Case, target: f64) -> f64 {
    let mut problem = microlp::Problem::new(microlp::OptimizationDirection::Minimize);
    let flow: HashMap<(u32, u32), _> =
        case.pairs.iter().map(|&pair| (pair, problem.add_var(0.0, (0.0, f64::INFINITY)))).collect();
    for (area, need) in case.need.iter().enumerate() {
        let mut row: Vec<_> =
            flow.iter().filter(|(pair, _)| pair.0 == area as u32).map(|(_, var)| (*var, 1.0)).collect();
        row.push((problem.add_var(1.0, (0.0, f64::INFINITY)), 1.0));
        problem.add_constraint(row.as_slice(), microlp::ComparisonOp::Ge, target * need.get());
    }
    for (setting, capacity) in case.capacity.iter().enumerate() {
        let row: Vec<_> =
            flow.iter().filter(|(pair, _)| pair.1 == setting as u32).map(|(_, var)| (*var, 1.0)).collect();
        problem.add_constraint(row.as_slice(), microlp::ComparisonOp::Le, capacity.get());
    }
    match problem.solve().unwrap() {
        microlp::SolveOutcome::Solution(solution) => solution.objective(),
        microlp::SolveOutcome::Interrupted(_) => panic!("the programme always has an optimum"),
    }
}

fn near(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-9 * (1.0 + one.abs().max(other.abs()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn levels_equal_those_of_the_definition(case in case(8, 6)) {
        let shared = case.share();
        for (area, exact) in levels_by_enumeration(&case).into_iter().enumerate() {
            if let Some(exact) = exact {
                prop_assert!(near(shared.level[area].get(), exact), "area {area}: {:?} but {exact}", shared.level[area]);
            }
        }
    }

    #[test]
    fn the_certificate_holds(case in case(25, 20)) {
        let proof = case.share().certificate(&case.need, &case.capacity, &case.reach());
        prop_assert!(proof.relative_residual.abs() <= 1e-9, "{proof:?}");
        prop_assert!(proof.level_error <= 1e-9 && proof.out_of_reach.get() == 0.0, "{proof:?}");
        prop_assert!(proof.idle.get() <= 1e-9 && proof.overdrawn.get() <= 1e-9, "{proof:?}");
    }

    #[test]
    fn the_flows_carry_the_levels_and_use_all_capacity_in_reach(case in case(25, 20)) {
        let shared = case.share();
        let mut has = vec![0.0; case.need.len()];
        for setting in 0..case.capacity.len() {
            for (area, places) in shared.flows.of_setting(setting) {
                prop_assert!(case.pairs.contains(&(area, setting as u32)) && places.get() > 0.0);
                has[area as usize] += places.get();
            }
        }
        for (area, has) in has.iter().enumerate() {
            prop_assert!(near(case.need[area].at(shared.level[area]).get(), *has));
        }
        let all: f64 = case.capacity.iter().map(|c| c.get()).sum();
        let lost = unreachable(&case.need, &case.capacity, &case.reach()).capacity.get();
        prop_assert!(near(has.iter().sum::<f64>(), all - lost));
    }

    #[test]
    fn no_allocation_leaves_less_shortfall(case in case(10, 8), target in 0.05f64..3.0) {
        let ours = case.shortfall(&case.share().level, target);
        prop_assert!(near(ours, least_shortfall(&case, target)), "{ours} but {}", least_shortfall(&case, target));
    }

    #[test]
    fn no_level_falls_when_capacity_is_added(case in case(20, 15), more in 0.1f64..30.0, at in any::<prop::sample::Index>()) {
        let before = case.share().level;
        let mut richer = case.clone();
        let setting = at.index(richer.capacity.len());
        richer.capacity[setting] += Places::new(more);
        for (before, after) in before.iter().zip(richer.share().level) {
            prop_assert!(after.get() >= before.get() * (1.0 - 1e-9));
        }
    }

    #[test]
    fn total_shortfall_never_rises_when_reach_is_added(
        case in case(20, 15), target in 0.05f64..3.0, a in any::<prop::sample::Index>(), s in any::<prop::sample::Index>()
    ) {
        let pair = (a.index(case.need.len()) as u32, s.index(case.capacity.len()) as u32);
        let mut wider = case.clone();
        if !wider.pairs.contains(&pair) {
            wider.pairs.push(pair);
        }
        let (before, after) = (case.shortfall(&case.share().level, target), wider.shortfall(&wider.share().level, target));
        prop_assert!(after <= before + 1e-9 * (1.0 + before));
    }

    #[test]
    fn every_place_that_helps_closes_one_missing_place(
        case in case(20, 15), target in 0.05f64..3.0, share in 0.1f64..1.0, at in any::<prop::sample::Index>()
    ) {
        let level = case.share().level;
        let helps = crate::gap::places_that_help(&case.need, &level, &case.reach(), Level::new(target));
        let setting = at.index(case.capacity.len());
        let added = helps[setting] * share;
        let mut richer = case.clone();
        richer.capacity[setting] += added;
        let closed = case.shortfall(&level, target) - richer.shortfall(&richer.share().level, target);
        prop_assert!((closed - added.get()).abs() <= 1e-8 * (1.0 + added.get()), "{closed} closed by {}", added.get());
    }

    #[test]
    fn the_order_of_pairs_changes_no_bit(case in case(20, 15), seed in any::<u64>()) {
        let mut shuffled = case.clone();
        shuffled.pairs.sort_by_key(|pair| (u64::from(pair.0) * 31 + u64::from(pair.1)).wrapping_mul(seed | 1));
        prop_assert_eq!(case.share(), shuffled.share());
    }

    #[test]
    fn markets_are_level_worst_first_and_keep_their_places(case in case(25, 20)) {
        let shared = case.share();
        for two in shared.markets.windows(2) {
            prop_assert!(two[0].level <= two[1].level);
        }
        for (index, market) in shared.markets.iter().enumerate() {
            let need: f64 = market.areas.iter().map(|&a| case.need[a as usize].get()).sum();
            let places: f64 = market.settings.iter().map(|&s| case.capacity[s as usize].get()).sum();
            prop_assert!(near(need, market.need.get()) && near(places, market.capacity.get()));
            for &area in &market.areas {
                prop_assert_eq!(shared.market_of_area[area as usize], Some(index as u32));
                // The bottleneck: whatever else the area reaches belongs to a market that is no better off.
                for &(_, setting) in case.pairs.iter().filter(|pair| pair.0 == area) {
                    let other = &shared.markets[shared.market_of_setting[setting as usize].unwrap() as usize];
                    prop_assert!(other.level.get() <= market.level.get() * (1.0 + 1e-9));
                }
            }
        }
    }
}

#[test]
fn one_thread_and_many_give_the_same_bits() {
    let mut random = 20061u64;
    let mut next = move |below: u64| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) % below
    };
    let need: Vec<Children> = (0..3000).map(|_| Children::new(next(60) as f64)).collect();
    let capacity: Vec<Places> = (0..900).map(|_| Places::new(next(80) as f64)).collect();
    let mut pairs = Pairs::default();
    for setting in 0..900u32 {
        for area in 0..3000u32 {
            // A strip of land: a setting is reached from around its own place, more or less far.
            if (i64::from(area) * 3 - i64::from(setting) * 10).abs() < 20 + next(60) as i64 {
                pairs.push(area, setting, Minutes::new(1.0));
            }
        }
    }
    let reach = Reach::new(need.len(), capacity.len(), &pairs, None).unwrap();
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| fair_share(&need, &capacity, &reach))
    };
    let one = with(1);
    assert!(one.markets.len() > 5, "a case worth dividing: {} markets", one.markets.len());
    assert_eq!(one, with(2));
    assert_eq!(one, with(5));
    assert!(one.certificate(&need, &capacity, &reach).relative_residual < 1e-12);
}

#[test]
fn a_small_area_with_nothing_is_not_hidden_by_the_rounding_of_a_large_one() {
    let case = Case {
        need: [0.000_001, 10_000_000.0].map(Children::new).to_vec(),
        capacity: [0.0, 4_000_000.0].map(Places::new).to_vec(),
        pairs: vec![(0, 0), (1, 0), (1, 1)],
    };
    let shared = case.share();
    assert_eq!(shared.level.iter().map(|level| level.get()).collect::<Vec<_>>(), [0.0, 0.4]);
    assert_eq!(shared.markets.len(), 2);
}

#[test]
fn a_certificate_of_other_levels_does_not_hold() {
    let case = Case {
        need: [10.0, 10.0].map(Children::new).to_vec(),
        capacity: [4.0, 16.0].map(Places::new).to_vec(),
        pairs: vec![(0, 0), (1, 0), (1, 1)],
    };
    let mut shared = case.share();
    shared.level[0] = Level::new(0.5);
    let proof = shared.certificate(&case.need, &case.capacity, &case.reach());
    assert!(proof.level_error > 0.1, "{proof:?}");
}

#[test]
fn areas_without_reach_have_level_zero() {
    let case = Case { need: vec![Children::new(5.0)], capacity: vec![Places::new(3.0)], pairs: vec![] };
    let shared = case.share();
    assert_eq!((shared.level[0], shared.market_of_area[0], shared.markets.len()), (Level::new(0.0), None, 0));
    let left_out = unreachable(&case.need, &case.capacity, &case.reach());
    assert_eq!((left_out.need, left_out.capacity), (Children::new(5.0), Places::new(3.0)));
}

#[test]
fn an_area_without_children_is_told_what_a_first_child_would_find() {
    let case = Case {
        need: [10.0, 0.0, 0.0].map(Children::new).to_vec(),
        capacity: [4.0, 7.0].map(Places::new).to_vec(),
        pairs: vec![(0, 0), (1, 0), (2, 1)],
    };
    let levels: Vec<f64> = case.share().level.iter().map(|level| level.get()).collect();
    assert_eq!(levels, [0.4, 0.4, 0.0]);
}
