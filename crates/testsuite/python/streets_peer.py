"""Times on our exported street network by networkx, which shares no code with the project.

usage: streets_peer.py STATES.csv ARCS.csv SNAPS.csv PAIRS.csv MINUTES OFF_KMH

Puts the snapped points into the graph as nodes of their own, finds all times from each area within the limit by networkx's
Dijkstra, and compares them with the pairs of `enough travel`: the same pairs, and times within half a millisecond for each
rounding. Prints how many pairs were compared and the largest difference, and fails on any beyond.
"""

import csv
import sys

import networkx as nx


def rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def main():
    states_path, arcs_path, snaps_path, pairs_path, minutes, off_kmh = sys.argv[1:]
    limit = float(minutes) * 60_000
    graph = nx.DiGraph()
    junction = {int(row["state"]): int(row["junction"]) for row in rows(states_path)}
    states_of = {}
    for state, place in junction.items():
        states_of.setdefault(place, []).append(state)
    sides = {}
    for row in rows(arcs_path):
        start, end, time = int(row["from"]), int(row["to"]), int(row["milliseconds"])
        if not graph.has_edge(start, end) or graph[start][end]["weight"] > time:
            graph.add_edge(start, end, weight=time)
        sides.setdefault((int(row["street"]), row["backward"] == "1"), []).append((start, end, time))
    points = {"area": {}, "setting": {}}
    for row in rows(snaps_path):
        if row["street"]:
            off = float(row["metres"]) / 1000 / float(off_kmh) * 3_600_000
            points[row["side"]][row["id"]] = (int(row["street"]), float(row["along"]), off)
    # Leaving: to the end of the street without memory of what was driven before; arriving: from any state that may take it.
    for ident, (street, along, off) in points["area"].items():
        for backward, share in [(False, 1 - along), (True, along)]:
            for start, end, time in sides.get((street, backward), []):
                if start == junction[start]:
                    graph.add_edge(("area", ident), end, weight=off + time * share)
    for ident, (street, along, off) in points["setting"].items():
        for backward, share in [(False, along), (True, 1 - along)]:
            for start, _, time in sides.get((street, backward), []):
                node = ("setting", ident)
                weight = off + time * share
                if not graph.has_edge(start, node) or graph[start][node]["weight"] > weight:
                    graph.add_edge(start, node, weight=weight)
    # At the end of a street one is at the junction, whatever its direction.
    for side, other in [("area", 0), ("setting", 1)]:
        for ident, (street, along, off) in points[side].items():
            if along in (0.0, 1.0):
                ends = sides.get((street, along == 1.0), []) or [
                    (end, start, time) for start, end, time in sides.get((street, along == 0.0), [])
                ]
                for place in {junction[start] for start, _, _ in ends}:
                    if side == "area":
                        graph.add_edge(("area", ident), place, weight=off)
                    else:
                        for state in states_of[place]:
                            graph.add_edge(state, ("setting", ident), weight=off)
    ours = {(row["area"], row["setting"]): float(row["minutes"]) * 60_000 for row in rows(pairs_path)}
    settings_on = {}
    for ident, (street, along, off) in points["setting"].items():
        settings_on.setdefault(street, []).append((ident, along, off))
    theirs = {}
    for ident, (street, along, off) in points["area"].items():
        if ("area", ident) not in graph:
            continue
        times = nx.single_source_dijkstra_path_length(graph, ("area", ident), cutoff=limit + 10)
        for node, time in times.items():
            if isinstance(node, tuple) and node[0] == "setting":
                theirs[(ident, node[1])] = time
        # Both ends on one street, without leaving it.
        for other, at, other_off in settings_on.get(street, []):
            for backward, share in [(False, at - along), (True, along - at)]:
                if share >= 0:
                    for start, _, time in sides.get((street, backward), []):
                        if start == junction[start]:
                            direct = off + other_off + time * share
                            known = theirs.get((ident, other), float("inf"))
                            theirs[(ident, other)] = min(known, direct)
    largest, compared = 0.0, 0
    for pair in ours.keys() | theirs.keys():
        mine, other = ours.get(pair), theirs.get(pair)
        if mine is None or other is None:
            near = (mine if other is None else other) > limit - 5
            assert near, f"{pair}: ours {mine}, networkx {other}"
            continue
        difference = abs(mine - other)
        # Each of the two ends is rounded twice, and distances are written to a millimetre.
        assert difference < 5, f"{pair}: ours {mine}, networkx {other}"
        largest, compared = max(largest, difference), compared + 1
    assert compared > 0, "no pair was compared"
    print(f"{compared} pairs, largest difference {largest:.2f} ms")


main()
