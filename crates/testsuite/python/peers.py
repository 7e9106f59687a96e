"""Random cases for the command, and what `access` (PySAL) and HiGHS (SciPy) say of them.

usage: peers.py make DIR SEED         writes demand.csv, supply.csv, pairs.csv
       peers.py check DIR METHOD      compares DIR/METHOD.csv with the peer; exits 1 and says where they differ"""
import sys
import numpy as np, pandas as pd

LIMIT, STEPS, SIGMA, TARGET = 30.0, {10: 1, 20: 0.68, 30: 0.22}, 10.0, 0.5


def make(folder, seed):
    rng = np.random.default_rng(seed)
    areas, settings = int(rng.integers(20, 80)), int(rng.integers(8, 30))
    need = rng.integers(0, 60, areas)
    capacity = rng.integers(0, 90, settings)
    capacity[0] = max(capacity[0], 1)
    # There and back differ, absent pairs are out of reach, some times stand exactly on a step.
    minutes = np.round(rng.uniform(0, 45, (areas, settings)), 2)
    minutes[rng.random((areas, settings)) < 0.1] = 20.0
    there = rng.random((areas, settings)) < 0.5
    with open(f"{folder}/demand.csv", "w") as f:
        f.write("id,need\n" + "".join(f"A{i},{n}\n" for i, n in enumerate(need)))
    with open(f"{folder}/supply.csv", "w") as f:
        f.write("id,capacity\n" + "".join(f"S{j},{n}\n" for j, n in enumerate(capacity)))
    with open(f"{folder}/pairs.csv", "w") as f:
        f.write("area,setting,minutes\n")
        f.writelines(f"A{i},S{j},{minutes[i, j]}\n" for i in range(areas) for j in range(settings) if there[i, j])


def tables(folder):
    demand = pd.read_csv(f"{folder}/demand.csv").set_index("id")
    supply = pd.read_csv(f"{folder}/supply.csv").set_index("id")
    pairs = pd.read_csv(f"{folder}/pairs.csv").rename(columns={"area": "origin", "setting": "dest", "minutes": "cost"})
    return demand, supply, pairs[pairs.cost <= LIMIT].copy()


def peer(folder, method):
    from access import fca, weights
    demand, supply, pairs = tables(folder)
    columns = dict(demand_index=True, demand_name="need", supply_index=True, supply_name="capacity")
    weight = {"2sfca": None, "e2sfca": weights.step_fn(STEPS), "gaussian": weights.gaussian(SIGMA),
              "3sfca": weights.step_fn(STEPS), "gravity": weights.gravity(10, -1.5, 1)}[method]
    stage = fca.three_stage_fca if method == "3sfca" else fca.two_stage_fca
    return stage(demand, supply, pairs, LIMIT, weight_fn=weight, **columns)


def raam_equilibrium(folder):
    """Beckmann's function minimised by HiGHS' quadratic solver through SciPy's trust-region method, on the same model."""
    from scipy.optimize import minimize, LinearConstraint
    from scipy.sparse import coo_matrix
    demand, supply, pairs = tables(folder)
    demand, supply = demand[demand.need > 0], supply[supply.capacity > 0]
    full_demand, full_supply, _ = tables(folder)
    rho = full_demand.need.sum() / full_supply.capacity.sum()
    pairs = pairs[pairs.origin.isin(demand.index) & pairs.dest.isin(supply.index)].reset_index(drop=True)
    area, setting = demand.index.get_indexer(pairs.origin), supply.index.get_indexer(pairs.dest)
    room, travel = supply.capacity.to_numpy() * rho, pairs.cost.to_numpy() / 60
    n, k = len(pairs), np.arange(len(pairs))
    load = coo_matrix((np.ones(n), (setting, k)), shape=(len(supply), n)).tocsr()
    out = coo_matrix((np.ones(n), (area, k)), shape=(len(demand), n)).tocsr()
    reached = np.unique(area)
    need = demand.need.to_numpy()
    start = need[area] / np.bincount(area, minlength=len(demand))[area]
    value = lambda f: float(travel @ f + 0.5 * ((load @ f) ** 2 / room).sum())
    slope = lambda f: travel + load.T @ ((load @ f) / room)
    found = minimize(value, start, jac=slope, hess=lambda f: (load.T @ coo_matrix((1 / room, (range(len(room)),) * 2)).tocsr() @ load).toarray(),
                     method="trust-constr", bounds=[(0, None)] * n, options=dict(gtol=1e-9, xtol=1e-12, maxiter=3000),
                     constraints=[LinearConstraint(out[reached].toarray(), need[reached], need[reached])])
    cost = travel + (load @ found.x / room)[setting]
    average = np.bincount(area, found.x * cost, len(demand)) / need
    return pd.Series(average[reached], index=demand.index[reached])


def least_shortfall(folder):
    from scipy.optimize import linprog
    from scipy.sparse import coo_matrix
    demand, supply, pairs = tables(folder)
    area, setting = demand.index.get_indexer(pairs.origin), supply.index.get_indexer(pairs.dest)
    n, areas, k = len(pairs), len(demand), np.arange(len(pairs))
    rows = np.concatenate([area, np.arange(areas), areas + setting])
    cols = np.concatenate([k, n + np.arange(areas), k])
    vals = np.concatenate([-np.ones(n + areas), np.ones(n)])
    matrix = coo_matrix((vals, (rows, cols)), shape=(areas + len(supply), n + areas))
    bound = np.concatenate([-TARGET * demand.need.to_numpy(), supply.capacity.to_numpy()])
    found = linprog(np.concatenate([np.zeros(n), np.ones(areas)]), matrix, bound, method="highs")
    assert found.status == 0, found.message
    return found.fun


def check(folder, method):
    ours = pd.read_csv(f"{folder}/{method}.csv").set_index("id")
    if method == "fair-share":
        mine, theirs = ours.shortfall.sum(), least_shortfall(folder)
        assert abs(mine - theirs) <= 1e-6 * (1 + theirs), f"shortfall {mine}, but a linear programme finds {theirs}"
        return
    theirs = raam_equilibrium(folder) if method == "raam" else peer(folder, method)
    demand, _, pairs = tables(folder)
    near = 2e-3 if method == "raam" else 1e-9
    for area, level in theirs.items():
        # Where no child reaches a setting the peer divides by zero; ours says that nobody is there to share.
        if np.isfinite(level) and not np.isnan(level):
            assert abs(ours.level[area] - level) <= near * (1 + abs(level)), f"{area}: {ours.level[area]}, but the peer says {level}"
    assert len(ours) == len(demand), "an area is missing"
    missing = set(demand.index) - set(pairs.origin)
    if method != "raam":
        assert (ours.level[list(missing)] == 0).all(), "an area without reach must be kept with level 0"


if __name__ == "__main__":
    make(sys.argv[2], int(sys.argv[3])) if sys.argv[1] == "make" else check(sys.argv[2], sys.argv[3])
