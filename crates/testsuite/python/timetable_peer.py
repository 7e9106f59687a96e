"""Journeys by timetable from the definition, with nothing of the project's but its walks.

usage: timetable_peer.py DATE HH:MM LIMIT WALKS_FROM.csv WALKS_STOPS.csv WALKS_TO.csv WALKS_ALL.csv PAIRS.csv FEED.zip ...

Reads the feeds anew, finds the trips of the day and of the nights around it, and for one departure finds the earliest arrival
with at most four rides by looking at every trip from every stop again and again. Walks are tables area,setting,minutes of
`enough travel --mode walk`: areas to stops, stops to stops, stops to settings, areas to settings. Fails if any time differs.
"""

import csv
import datetime
import io
import sys
import zipfile

CHANGE = 60.0
RIDES = 4


def table(archive, name):
    if name not in archive.namelist():
        return []
    with archive.open(name) as file:
        return list(csv.DictReader(io.TextIOWrapper(file, "utf-8-sig")))


def seconds(text):
    hours, minutes, rest = text.strip().split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(rest)


def trips_of(path, feed, day):
    archive = zipfile.ZipFile(path)
    trips = []
    calls = {}
    for row in table(archive, "stop_times.txt"):
        calls.setdefault(row["trip_id"], []).append(row)
    for shift in (-1, 0, 1):
        date = day + datetime.timedelta(days=shift)
        text = date.strftime("%Y%m%d")
        name = date.strftime("%A").lower()
        running = {
            row["service_id"]
            for row in table(archive, "calendar.txt")
            if row[name] == "1" and row["start_date"] <= text <= row["end_date"]
        }
        for row in table(archive, "calendar_dates.txt"):
            if row["date"] == text:
                (running.add if row["exception_type"] == "1" else running.discard)(row["service_id"])
        for trip in table(archive, "trips.txt"):
            if trip["service_id"] in running:
                rows = sorted(calls[trip["trip_id"]], key=lambda row: int(row["stop_sequence"]))
                trips.append(
                    [
                        (
                            f"{feed}:{row['stop_id']}",
                            seconds(row["arrival_time"]) + shift * 86400,
                            seconds(row["departure_time"]) + shift * 86400,
                            row.get("pickup_type") != "1",
                            row.get("drop_off_type") != "1",
                        )
                        for row in rows
                    ]
                )
    return trips


def walks(path):
    found = {}
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["area"], []).append((row["setting"], float(row["minutes"]) * 60))
    return found


def main():
    day, clock, limit, from_path, stops_path, to_path, all_path, pairs_path, *feeds = sys.argv[1:]
    begin = seconds(clock + ":00")
    latest = begin + float(limit) * 60
    access, between, egress, direct = (walks(path) for path in (from_path, stops_path, to_path, all_path))
    trips = [
        trip
        for number, path in enumerate(feeds)
        for trip in trips_of(path, number, datetime.date.fromisoformat(day))
        if trip[-1][1] >= begin and trip[0][2] <= latest
    ]
    theirs = {}
    for area in access.keys() | direct.keys():
        best = {}
        for setting, walk in direct.get(area, []):
            best[setting] = begin + walk
        start = {}
        for stop, walk in access.get(area, []):
            start[stop] = min(start.get(stop, latest + 1), begin + walk)
        ready = dict(start)
        at = dict(start)
        for _ in range(RIDES):
            off = {}
            for trip in trips:
                aboard = False
                for stop, arrival, departure, board, alight in trip:
                    if aboard and alight and arrival <= latest:
                        off[stop] = min(off.get(stop, arrival), arrival)
                    if board and ready.get(stop, departure + 1) <= departure:
                        aboard = True
            for stop, time in off.items():
                at[stop] = min(at.get(stop, time), time)
                for other, walk in between.get(stop, []):
                    at[other] = min(at.get(other, latest + 1), time + walk)
                for setting, walk in egress.get(stop, []):
                    if time + walk <= latest:
                        best[setting] = min(best.get(setting, latest + 1), time + walk)
            ready = {stop: min(time + CHANGE, start.get(stop, time + CHANGE)) for stop, time in at.items()}
        for setting, time in best.items():
            if time <= latest:
                theirs[(area, setting)] = (time - begin) / 60
    ours = {}
    with open(pairs_path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            ours[(row["area"], row["setting"])] = float(row["minutes"])
    ridden = 0
    for pair in ours.keys() | theirs.keys():
        mine, other = ours.get(pair), theirs.get(pair)
        if mine is None or other is None:
            assert (mine if other is None else other) > float(limit) - 1e-3, f"{pair}: ours {mine}, theirs {other}"
            continue
        assert abs(mine - other) < 1e-3, f"{pair}: ours {mine}, by definition {other}"
        ridden += other < dict(direct.get(pair[0], [])).get(pair[1], 1e9) / 60 - 1e-6
    assert ridden > 50, f"only {ridden} pairs ride"
    print(f"{len(ours)} pairs, {ridden} of them ride")


main()
