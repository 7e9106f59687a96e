#!/usr/bin/env python3
"""Times PySAL `access` on the files that `enough measure` reads, phase by phase, and compares the levels.

usage: pysal.py DIR 2sfca|e2sfca|3sfca LEVELS.csv [LIMIT]     needs access, pandas, pyarrow
DIR holds demand.csv, supply.csv and pairs.parquet; LEVELS.csv is what `enough measure` wrote for the same method."""
import resource, sys, time
import numpy as np, pandas as pd
from access import fca, weights

folder, method, ours = sys.argv[1:4]
limit = float(sys.argv[4]) if len(sys.argv) > 4 else 30.0
clock = time.perf_counter
start = clock()
demand = pd.read_csv(f"{folder}/demand.csv").set_index("id")
supply = pd.read_csv(f"{folder}/supply.csv").set_index("id")
pairs = pd.read_parquet(f"{folder}/pairs.parquet").rename(columns={"area": "origin", "setting": "dest", "minutes": "cost"})
pairs["origin"] = pairs["origin"].astype(str)
pairs["dest"] = pairs["dest"].astype(str)
pairs["cost"] = pairs["cost"].astype("float64")
pairs = pairs[pairs.cost <= limit]
loaded = clock()
columns = dict(demand_index=True, demand_name="need", supply_index=True, supply_name="capacity")
steps = weights.step_fn({10: 1, 20: 0.68, 30: 0.22})
if method == "2sfca":
    level = fca.two_stage_fca(demand, supply, pairs, limit, **columns)
elif method == "e2sfca":
    level = fca.two_stage_fca(demand, supply, pairs, limit, weight_fn=steps, **columns)
elif method == "3sfca":
    level = fca.three_stage_fca(demand, supply, pairs, limit, weight_fn=steps, **columns)
else:
    sys.exit(f"no such method: {method}")
done = clock()
mine = pd.read_csv(ours).set_index("id")["level"]
both = pd.concat([mine.rename("enough"), level.rename("access")], axis=1)
dropped = int(both["access"].isna().sum())
both = both.dropna()
difference = float((both.enough - both.access).abs().max() / both.access.abs().max())
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
print(f"access {method}: load {loaded - start:.1f} s, measure {done - loaded:.1f} s, peak {memory:.1f} GB, "
      f"largest difference {difference:.1e} of the largest level, areas it dropped {dropped}")
