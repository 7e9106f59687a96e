"""A road network of a million junctions, and pandana beside our searches on it. Needs: pip install osmium numpy pandas pandana

  python bench/streets.py make DIR [--side 1000]     DIR/streets.osm.pbf, DIR/areas.csv, DIR/settings.csv (made up, seed 7)
  python bench/streets.py junctions STATES.csv DIR       DIR/junction-areas.csv, DIR/junction-settings.csv: 150 junctions each
  python bench/streets.py compare STATES.csv ARCS.csv AREAS.csv SETTINGS.csv PAIRS.csv MINUTES    our pairs beside pandana's
  python bench/streets.py pandana STATES.csv ARCS.csv AREAS.csv SETTINGS.csv MINUTES    (the first 200 of each)

The town is a bent grid of side x side junctions about 130 m apart, one street in six missing, one road in ten a primary road,
one in five a tertiary road, some one-way streets, and a bend in every second street: about as dense as an English town.
"""

import argparse
import time

import numpy as np


def make(folder, side):
    import os

    import osmium

    os.makedirs(folder, exist_ok=True)
    path = f"{folder}/streets.osm.pbf"
    if os.path.exists(path):
        os.remove(path)
    rng = np.random.default_rng(7)
    step_lat, step_lon = 130 / 111_200, 130 / 70_000
    rows, columns = np.divmod(np.arange(side * side), side)
    lat = 50.0 + (rows + rng.uniform(-0.3, 0.3, side * side)) * step_lat
    lon = -5.0 + (columns + rng.uniform(-0.3, 0.3, side * side)) * step_lon
    horizontal = np.arange(side * side).reshape(side, side)
    streets = np.concatenate(
        [
            np.stack([horizontal[:, :-1].ravel(), horizontal[:, 1:].ravel()], 1),
            np.stack([horizontal[:-1].ravel(), horizontal[1:].ravel()], 1),
        ]
    )
    along = np.concatenate([rows[streets[: side * (side - 1), 0]], columns[streets[side * (side - 1) :, 0]]])
    kept = rng.uniform(size=len(streets)) > 1 / 6
    # Main roads have no gaps.
    kept |= along % 10 == 0
    streets, along = streets[kept], along[kept]
    bends = rng.uniform(size=len(streets)) < 0.5
    one_way = rng.uniform(size=len(streets)) < 0.03
    shift = rng.uniform(-0.15, 0.15, (len(streets), 2))
    writer = osmium.SimpleWriter(path)
    for node in range(side * side):
        writer.add_node(osmium.osm.mutable.Node(id=node + 1, location=(lon[node], lat[node]), version=1))
    base = side * side + 1
    for street in np.flatnonzero(bends):
        a, b = streets[street]
        place = ((lon[a] + lon[b]) / 2 + shift[street, 0] * step_lon, (lat[a] + lat[b]) / 2 + shift[street, 1] * step_lat)
        writer.add_node(osmium.osm.mutable.Node(id=base + int(street), location=place, version=1))
    for street, (a, b) in enumerate(streets):
        line = along[street]
        tags = {"highway": "primary" if line % 10 == 0 else "tertiary" if line % 5 == 0 else "residential"}
        if tags["highway"] != "residential":
            tags["maxspeed"] = "40 mph" if line % 10 == 0 else "30 mph"
        elif one_way[street]:
            tags["oneway"] = "yes"
        middle = [base + street] if bends[street] else []
        writer.add_way(osmium.osm.mutable.Way(id=street + 1, nodes=[a + 1, *middle, b + 1], tags=tags, version=1))
    writer.close()
    for name in ["areas", "settings"]:
        chosen = rng.choice(side * side, 2000, replace=False)
        with open(f"{folder}/{name}.csv", "w", encoding="utf-8") as file:
            file.write("id,longitude,latitude\n")
            for index, node in enumerate(chosen):
                file.write(f"{index},{lon[node] + step_lon / 5:.7f},{lat[node] + step_lat / 7:.7f}\n")
    print(f"{side * side} junctions, {int(bends.sum())} bends, {len(streets)} streets: {path}")


def seconds(arcs):
    # pandana keeps thousandths of the unit, and cuts off the rest: of a second that is our millisecond, of a minute it is not.
    return (arcs[["milliseconds"]] + 0.01) / 1000


def pandana_times(states_path, arcs_path, areas_path, settings_path, minutes):
    import pandana
    import pandas as pd

    states, arcs = pd.read_csv(states_path), pd.read_csv(arcs_path)
    begun = time.perf_counter()
    network = pandana.Network(
        states.longitude, states.latitude, arcs["from"], arcs["to"], seconds(arcs), twoway=False
    )
    print(f"build {time.perf_counter() - begun:.2f} s (contraction hierarchy included)")
    # network.precompute(minutes) is left out: on the million it filled 24 GB and was killed.
    sides = [pd.read_csv(path).head(200) for path in (areas_path, settings_path)]
    nodes = [network.get_node_ids(side.longitude, side.latitude).to_numpy() for side in sides]
    begun = time.perf_counter()
    found = network.nodes_in_range(nodes[0], minutes * 60)
    took = time.perf_counter() - begun
    print(f"nodes in range of {len(nodes[0])} sources {took:.3f} s: {took / len(nodes[0]) * 1000:.3f} ms and {len(found) / len(nodes[0]):.0f} nodes a source")
    begun = time.perf_counter()
    starts, ends = np.repeat(nodes[0], len(nodes[1])), np.tile(nodes[1], len(nodes[0]))
    lengths = np.array(network.shortest_path_lengths(starts, ends))
    took = time.perf_counter() - begun
    print(f"all {len(starts)} pairs {took:.3f} s; {int((lengths <= minutes * 60).sum())} within {minutes} minutes")


def junctions(states_path, folder):
    import pandas as pd

    states = pd.read_csv(states_path)
    chosen = states[states.state == states.junction].sample(300, random_state=7)
    for name, part in [("areas", chosen[:150]), ("settings", chosen[150:])]:
        part = part.rename(columns={"state": "id"})[["id", "longitude", "latitude"]]
        part.to_csv(f"{folder}/junction-{name}.csv", index=False)


def compare(states_path, arcs_path, areas_path, settings_path, pairs_path, minutes):
    """Our pairs beside pandana's, which starts and ends at the nearest junction."""
    import pandana
    import pandas as pd

    states, arcs = pd.read_csv(states_path), pd.read_csv(arcs_path)
    network = pandana.Network(
        states.longitude, states.latitude, arcs["from"], arcs["to"], seconds(arcs), twoway=False
    )
    plain = states[states.state == states.junction]
    at = {}
    for name, path in [("area", areas_path), ("setting", settings_path)]:
        side = pd.read_csv(path, dtype={"id": str})
        squared = (plain.longitude.to_numpy() - side.longitude.to_numpy()[:, None]) ** 2 * 0.4 + (
            plain.latitude.to_numpy() - side.latitude.to_numpy()[:, None]
        ) ** 2
        at[name] = dict(zip(side.id, plain.state.to_numpy()[squared.argmin(1)]))
    states_of = states.groupby("junction").state.apply(list).to_dict()
    rows = [(a, s, start, end) for a, start in at["area"].items() for s, end in at["setting"].items()]
    asked = [(k, start, state) for k, (_, _, start, end) in enumerate(rows) for state in states_of[end]]
    lengths = network.shortest_path_lengths([start for _, start, _ in asked], [end for _, _, end in asked])
    theirs = pd.DataFrame({"row": [k for k, _, _ in asked], "theirs": np.array(lengths) / 60}).groupby("row").theirs.min()
    table = pd.DataFrame(rows, columns=["area", "setting", "start", "end"])
    table["theirs"] = theirs
    ours = pd.read_csv(pairs_path, dtype={"area": str, "setting": str})
    both = table.merge(ours, on=["area", "setting"], how="left")
    missing = both[both.minutes.isna() & (both.theirs <= minutes * 0.99)]
    both = both[both.minutes.notna() & (both.minutes > 0)]
    off = (both.minutes - both.theirs).abs()
    beyond = off > 0.01 * both.minutes
    print(
        f"{len(both)} pairs of ours; {int(beyond.sum())} differ by more than 1 %; median difference {off.median() * 60:.2f} s,"
        f" largest {off.max() * 60:.2f} s; {len(missing)} that only pandana has within the limit"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    maker = commands.add_parser("make")
    maker.add_argument("folder")
    maker.add_argument("--side", type=int, default=1000)
    peer = commands.add_parser("pandana")
    for name in ["states", "arcs", "areas", "settings"]:
        peer.add_argument(name)
    peer.add_argument("minutes", type=float)
    chooser = commands.add_parser("junctions")
    chooser.add_argument("states")
    chooser.add_argument("folder")
    comparer = commands.add_parser("compare")
    for name in ["states", "arcs", "areas", "settings", "pairs"]:
        comparer.add_argument(name)
    comparer.add_argument("minutes", type=float)
    arguments = parser.parse_args()
    if arguments.command == "make":
        make(arguments.folder, arguments.side)
    elif arguments.command == "junctions":
        junctions(arguments.states, arguments.folder)
    elif arguments.command == "compare":
        compare(
            arguments.states, arguments.arcs, arguments.areas, arguments.settings, arguments.pairs, arguments.minutes
        )
    else:
        pandana_times(arguments.states, arguments.arcs, arguments.areas, arguments.settings, arguments.minutes)


main()
