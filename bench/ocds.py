"""10,000 releases for timing, made of published ones: usage: ocds.py CONTRACTS_FINDER_RELEASES.json.gz OUT.json [COUNT]"""
import gzip
import json
import sys

package = json.load(gzip.open(sys.argv[1], "rt"))
count = int(sys.argv[3]) if len(sys.argv) > 3 else 10_000
releases = package["releases"]
# Copies of a release are later releases of the same process, five at a time.
made = []
for at in range(count):
    release = json.loads(json.dumps(releases[at // 5 % len(releases)]))
    release["ocid"] += f"-{at // 5}"
    release["id"] += f"-{at}"
    release["date"] = f"2025-03-{1 + at % 5:02}T00:00:00Z"
    made.append(release)
package["releases"] = made
json.dump(package, open(sys.argv[2], "w"))
