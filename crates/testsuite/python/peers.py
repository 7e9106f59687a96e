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
    """The equilibrium as the least of Beckmann's function, a convex quadratic programme solved by HiGHS."""
    import highspy
    from scipy.sparse import coo_matrix
    demand, supply, pairs = tables(folder)
    rho = demand.need.sum() / supply.capacity.sum()
    demand, supply = demand[demand.need > 0], supply[supply.capacity > 0]
    pairs = pairs[pairs.origin.isin(demand.index) & pairs.dest.isin(supply.index)].reset_index(drop=True)
    demand = demand[demand.index.isin(pairs.origin)]
    area, setting = demand.index.get_indexer(pairs.origin), supply.index.get_indexer(pairs.dest)
    room, travel, need = supply.capacity.to_numpy() * rho, pairs.cost.to_numpy() / 60, demand.need.to_numpy(float)
    n, m, k = len(pairs), len(supply), np.arange(len(pairs))
    # Variables: children on each pair, then children at each setting. Rows: all of an area go; those who come to a setting.
    rows = np.concatenate([area, len(demand) + setting, len(demand) + np.arange(m)])
    cols = np.concatenate([k, k, n + np.arange(m)])
    vals = np.concatenate([np.ones(2 * n), -np.ones(m)])
    matrix = coo_matrix((vals, (rows, cols)), shape=(len(demand) + m, n + m)).tocsc()
    right = np.concatenate([need, np.zeros(m)])
    model = highspy.HighsModel()
    lp = model.lp_
    lp.num_col_, lp.num_row_ = n + m, len(right)
    lp.col_cost_ = np.concatenate([travel, np.zeros(m)])
    lp.col_lower_, lp.col_upper_ = np.zeros(n + m), np.full(n + m, highspy.kHighsInf)
    lp.row_lower_, lp.row_upper_ = right, right
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    hessian = model.hessian_
    hessian.dim_, hessian.format_ = n + m, highspy.HessianFormat.kTriangular
    hessian.start_ = np.concatenate([np.zeros(n, int), np.arange(m + 1)])
    hessian.index_, hessian.value_ = n + np.arange(m), 1 / room
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.passModel(model)
    solver.run()
    assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal, solver.getModelStatus()
    found = np.array(solver.getSolution().col_value)
    cost = travel + (found[n:] / room)[setting]
    return pd.Series(np.bincount(area, found[:n] * cost, len(demand)) / need, index=demand.index)


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
    near = 1e-5 if method == "raam" else 1e-9
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
