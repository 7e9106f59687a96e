//! Plans: what was published stays to be read, keeps its numbers, and is measured by figures that are not rewritten.

use chrono::{DateTime, Duration, NaiveDate, TimeZone, Utc};
use enough_plans::{
    Better, Figure, Indicator, Kind, Objective, ObjectiveKey, Outcome, Progress, Reading, Text, Unit,
    add_plan, change_plan, objectives, plan, plans, publish_plan, remove_plan, series, standing,
    take_back_figure, tell_figure,
};
use enough_store::audit::Actor;
use enough_store::testing::{AUTHORITY, Clock, Empty};
use enough_store::{Result, StoreError};
use proptest::prelude::*;

fn start() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 22, 9, 0, 0).unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn refused<T: std::fmt::Debug>(result: Result<T>) -> String {
    match result {
        Err(StoreError::Refused(why)) => why.to_string(),
        other => panic!("not refused: {other:?}"),
    }
}

fn text() -> Text {
    let indicator = Indicator {
        title: "Two-year-olds who take up their free hours".to_owned(),
        unit: Unit::ShareOfChildren,
        better: Better::More,
        baseline: Figure::whole(61),
        baseline_on: day("2026-01-31"),
        target: Figure::whole(75),
        target_on: day("2028-01-31"),
        source: "Early years census".to_owned(),
    };
    let objective = Objective {
        title: "Children are ready for school".to_owned(),
        outcome: Outcome::Education,
        lead: "Head of early years".to_owned(),
        story: String::new(),
        partners: String::new(),
        works: String::new(),
        indicators: vec![indicator],
    };
    Text {
        title: "Children's plan".to_owned(),
        kind: Kind::ChildrenAndYoungPeople,
        from: day("2026-04-01"),
        until: day("2029-03-31"),
        objectives: vec![objective],
    }
}

#[tokio::test]
async fn what_was_published_keeps_its_numbers_and_its_baseline() {
    for empty in Empty::each().await {
        let clock = Clock::new(start());
        let authority =
            empty.store_at(clock.environment()).await.authority(AUTHORITY, "Example").await.unwrap();
        let actor = Actor::service("test");
        let mut draft = text();
        draft.objectives[0].indicators.clear();
        let id = add_plan(&authority, &actor, &draft).await.unwrap();
        let why = refused(publish_plan(&authority, &actor, (&id, 1)).await);
        assert!(why.contains("add an indicator") && why.contains("shows its indicator"), "{why}");
        assert!(objectives(&authority).await.unwrap().is_empty(), "a draft is for nobody");
        change_plan(&authority, &actor, (&id, 1), &text(), "").await.unwrap();
        let reading = |children: i64, all: u32| Reading { value: Figure::whole(children), out_of: Some(all) };
        let told = async |on: &str, reading: Reading| {
            clock.pass(Duration::seconds(1));
            tell_figure(&authority, &actor, (&id, (1, 1)), (day(on), reading), "").await
        };
        let mut backward = text();
        backward.objectives[0].indicators[0].target = Figure::whole(1);
        let worse = refused(add_plan(&authority, &actor, &backward).await);
        assert!(worse.contains("worse than its baseline"), "{worse}");
        let mut unborn = text();
        unborn.objectives[0].indicators[0].baseline_on = day("2026-12-01");
        let other = add_plan(&authority, &actor, &unborn).await.unwrap();
        let unborn = refused(publish_plan(&authority, &actor, (&other, 1)).await);
        assert!(unborn.contains("of a day that has come"), "{unborn}");
        remove_plan(&authority, &actor, (&other, 1)).await.unwrap();
        assert!(refused(told("2026-06-30", reading(66, 100)).await).contains("public"));
        publish_plan(&authority, &actor, (&id, 2)).await.unwrap();
        let key = ObjectiveKey { plan: id.clone(), number: 1 };
        assert_eq!(objectives(&authority).await.unwrap()[&key].title, "Children are ready for school");
        assert_eq!(key.to_string().parse(), Ok(key));

        let mut fewer = text();
        fewer.objectives.clear();
        assert!(
            refused(change_plan(&authority, &actor, (&id, 3), &fewer, "x").await)
                .contains("Add an objective")
        );
        let mut easier = text();
        easier.objectives[0].indicators[0].baseline = Figure::whole(50);
        assert!(refused(change_plan(&authority, &actor, (&id, 3), &easier, "x").await).contains("baseline"));
        let mut more = text();
        more.objectives[0].indicators[0].target = Figure::whole(80);
        assert!(refused(change_plan(&authority, &actor, (&id, 3), &more, " ").await).contains("why"));
        change_plan(&authority, &actor, (&id, 3), &more, "We can do more").await.unwrap();
        assert_eq!(plan(&authority, &id).await.unwrap().1.last().unwrap().before, Some(text()));
        assert!(refused(remove_plan(&authority, &actor, (&id, 4)).await).contains("stays to be read"));

        assert!(refused(told("2026-12-24", reading(66, 100)).await).contains("has come"));
        assert!(refused(told("2026-06-30", reading(101, 100)).await).contains("at most"));
        assert!(matches!(
            tell_figure(&authority, &actor, (&id, (1, 2)), (day("2026-06-30"), reading(1, 2)), "").await,
            Err(StoreError::NotFound(_))
        ));
        told("2026-06-30", reading(66, 100)).await.unwrap();
        told("2026-03-31", reading(62, 100)).await.unwrap();
        // What was told is corrected with a reason, or taken back, and everybody sees both.
        let silent = refused(told("2026-06-30", reading(67, 100)).await);
        assert!(silent.contains("why it was wrong"), "{silent}");
        assert!(refused(told("2026-06-30", reading(66, 100)).await).contains("told already"));
        let place = (id.as_str(), (1, 1));
        let corrected = (day("2026-06-30"), reading(67, 100));
        clock.pass(Duration::seconds(1));
        tell_figure(&authority, &actor, place, corrected, "One was counted twice").await.unwrap();
        let none = take_back_figure(&authority, &actor, place, day("2026-01-01"), "So").await;
        assert!(refused(none).contains("No figure of that day"));
        let march = day("2026-03-31");
        assert!(refused(take_back_figure(&authority, &actor, place, march, " ").await).contains("why"));
        clock.pass(Duration::seconds(1));
        take_back_figure(&authority, &actor, place, march, "Of another town").await.unwrap();
        let all = series(&authority, &id).await.unwrap();
        let days: Vec<_> = standing(&all[&(1, 1)]).map(|one| (one.on, one.reading)).collect();
        assert_eq!(days, [corrected]);
        let gone: Vec<_> = all[&(1, 1)].iter().filter_map(|one| one.then.clone()).collect();
        let gone: Vec<_> = gone.iter().map(|then| (then.taken_back, then.why.as_str())).collect();
        assert_eq!(gone, [(true, "Of another town"), (false, "One was counted twice")]);
        clock.pass(Duration::seconds(1));
        told("2026-03-31", reading(61, 100)).await.unwrap();
        assert_eq!(standing(&series(&authority, &id).await.unwrap()[&(1, 1)]).count(), 2);
        assert_eq!(plans(&authority).await.unwrap().len(), 1);
    }
}

proptest! {
    #[test]
    fn a_figure_is_read_as_it_is_written(hundredths in 0_i64..1_000_000_000_000) {
        let figure = Figure::new(hundredths);
        prop_assert_eq!(figure.to_string().parse(), Ok(figure));
    }

    /// A share is never off by more than half a hundredth of a percent, and is told only if nobody could be recognised.
    #[test]
    fn shares_are_exact_and_kept_back(all in 1_u32..100_000, part in 0.0_f64..=1.0) {
        let children = (f64::from(all) * part).floor();
        let reading = Reading { value: Figure::whole(children as i64), out_of: Some(all) };
        let share = Unit::ShareOfChildren.figure(reading).get() as f64 / 100.0;
        prop_assert!((share - children * 100.0 / f64::from(all)).abs() <= 0.005 + 1e-9);
        let few = |count: f64| (1.0..=5.0).contains(&count);
        let kept = few(children) || few(f64::from(all)) || few(f64::from(all) - children);
        prop_assert_eq!(Unit::ShareOfChildren.is_kept_back(reading), kept);
        let said = Unit::ShareOfChildren.publish(reading);
        prop_assert_eq!(said.starts_with("kept back"), kept, "{}", said);
    }

    #[test]
    fn progress_is_toward_the_target(figure in 0_i64..100, baseline in 0_i64..100, target in 0_i64..100) {
        prop_assume!(baseline != target);
        let better = if target > baseline { Better::More } else { Better::Less };
        let [figure, baseline, target] = [figure, baseline, target].map(Figure::whole);
        let is = better.progress(figure, baseline, target);
        prop_assert_eq!(better.progress(target, baseline, target), Progress::Reached);
        prop_assert_eq!(better.progress(baseline, baseline, target), Progress::NotNearer);
        prop_assert_eq!(is == Progress::Reached, better.is_reached(figure, target));
    }
}
