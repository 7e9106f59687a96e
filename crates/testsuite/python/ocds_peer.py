"""Compiled releases by OCDS Merge, which we did not write, with the published schemas.

usage: ocds_peer.py STANDARDS_OCDS_FOLDER FILE > compiled releases, one a line, by ocid

A process whose releases it cannot merge gives a line {"ocid": ..., "error": ...}.
"""
import collections
import gzip
import json
import pathlib
import sys
import warnings

import ocdsmerge
from ocdsmerge.exceptions import InconsistentTypeError


def patch(into, change):
    """JSON merge patch (RFC 7396)."""
    for key, value in change.items():
        if value is None:
            into.pop(key, None)
        elif isinstance(value, dict):
            into[key] = patch(into[key] if isinstance(into.get(key), dict) else {}, value)
        else:
            into[key] = value
    return into


warnings.simplefilter("ignore")
mirror = pathlib.Path(sys.argv[1]) / "mirror"
opened = gzip.open if sys.argv[2].endswith(".gz") else open
with opened(sys.argv[2], "rt", encoding="utf-8") as file:
    package = json.load(file)
schema = json.loads((mirror / "standard.open-contracting.org/schema/1__1__5/release-schema.json").read_text())
for address in package.get("extensions", []):
    extension = mirror / address.split("://", 1)[1].replace("extension.json", "release-schema.json")
    if extension.exists():
        patch(schema, json.loads(extension.read_text()))
processes = collections.defaultdict(list)
for release in package["releases"]:
    processes[release["ocid"]].append(release)
merger = ocdsmerge.Merger(schema)
for ocid in sorted(processes):
    try:
        print(json.dumps(merger.create_compiled_release(processes[ocid])))
    except InconsistentTypeError as error:
        print(json.dumps({"ocid": ocid, "error": str(error)}))
