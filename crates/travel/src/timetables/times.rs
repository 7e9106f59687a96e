//! The calls of one trip with their times: in order, complete, never back in time.

use gtfs_structures::RawStopTime;

/// Seconds after which no trip runs: a week.
const LONGEST: u32 = 7 * 86_400;

/// A row of `stop_times.txt` and its line.
pub(super) struct RawCall {
    pub row: RawStopTime,
    pub line: u64,
}

/// A row, and its arrival and departure in seconds.
pub(super) type Timed = (RawStopTime, u32, u32);

/// The calls of a trip in order with their times; times between two that are given are in proportion to the calls.
pub(super) fn times(mut calls: Vec<RawCall>) -> Result<Vec<Timed>, (Option<u64>, &'static str)> {
    calls.sort_by_key(|call| (call.row.stop_sequence, call.line));
    if calls.len() < 2 {
        return Err((None, "the trip calls at fewer than two stops"));
    }
    if let Some(two) = calls.windows(2).find(|two| two[0].row.stop_sequence == two[1].row.stop_sequence) {
        return Err((Some(two[1].line), "the trip has a stop_sequence twice"));
    }
    let given: Vec<Option<(u32, u32)>> = calls
        .iter()
        .map(|call| {
            let (arrival, departure) = (call.row.arrival_time, call.row.departure_time);
            arrival.or(departure).zip(departure.or(arrival))
        })
        .collect();
    if given[0].is_none() || given[given.len() - 1].is_none() {
        return Err((Some(calls[0].line), "the trip has no time at its first or last stop"));
    }
    let mut times: Vec<(u32, u32)> = Vec::with_capacity(calls.len());
    let mut known = 0;
    for (at, time) in given.iter().enumerate() {
        let Some((arrival, departure)) = *time else { continue };
        let before = times.last().map_or(0, |&(_, departure): &(u32, u32)| departure);
        if departure > LONGEST {
            return Err((Some(calls[at].line), "the trip runs for more than a week"));
        }
        if arrival < before || departure < arrival {
            return Err((Some(calls[at].line), "the trip goes back in time"));
        }
        let gap = (at - known) as u32;
        for step in 1..gap {
            let between = before + (arrival - before) * step / gap;
            times.push((between, between));
        }
        times.push((arrival, departure));
        known = at;
    }
    Ok(calls
        .into_iter()
        .zip(times)
        .map(|(call, (arrival, departure))| (call.row, arrival, departure))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(sequence: u32, time: Option<u32>) -> RawCall {
        let row = RawStopTime {
            trip_id: "t".to_owned(),
            stop_id: format!("s{sequence}"),
            stop_sequence: sequence,
            arrival_time: time,
            departure_time: time,
            ..RawStopTime::default()
        };
        RawCall { row, line: u64::from(sequence) }
    }

    fn arrivals(calls: Vec<RawCall>) -> Result<Vec<u32>, &'static str> {
        times(calls)
            .map(|list| list.into_iter().map(|(_, arrival, _)| arrival).collect())
            .map_err(|error| error.1)
    }

    #[test]
    fn times_that_are_not_given_are_between_those_that_are() {
        let calls = vec![call(9, Some(160)), call(1, Some(100)), call(4, None), call(7, None)];
        assert_eq!(arrivals(calls), Ok(vec![100, 120, 140, 160]));
    }

    #[test]
    fn trips_that_cannot_be_are_refused() {
        assert!(arrivals(vec![call(1, Some(5))]).is_err());
        assert!(arrivals(vec![call(1, Some(5)), call(2, Some(4))]).is_err());
        assert!(arrivals(vec![call(1, Some(5)), call(1, Some(6))]).is_err());
        assert!(arrivals(vec![call(1, None), call(2, Some(6))]).is_err());
    }
}
