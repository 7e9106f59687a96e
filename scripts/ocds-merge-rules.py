#!/usr/bin/env python3
"""Writes reference/ocds-merge-rules.csv: how fields of OCDS releases are merged, read from the published schemas.

usage: ocds-merge-rules.py STANDARDS_OCDS_FOLDER > reference/ocds-merge-rules.csv

The rules are those of "Merging" in the documentation of OCDS 1.1.5: a field with `omitWhenMerged` is left out; a list with
`wholeListMerge`, of anything but objects, or of objects that have no `id`, is replaced as a whole; other lists of objects are merged by
`id`. Listed are the fields that are left out and the lists that are replaced; what is not listed is merged as the data themselves show.
A field of an extension follows its rule where the package declares the extension: column `needs`, `|` between those of which one is enough.
"""
import csv
import json
import pathlib
import re
import sys


def types(node):
    kind = node.get("type", [])
    return [kind] if isinstance(kind, str) else kind


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


def inside(properties, path=()):
    """The paths of fields, also of those within objects that have no definition of their own."""
    for field, node in (properties or {}).items():
        yield (*path, field)
        yield from inside((node or {}).get("properties"), (*path, field))


def fields(schema):
    """(definition, path of the field) for each field; the release itself is definition ''."""
    found = {("", path) for path in inside(schema.get("properties"))}
    for name, definition in schema.get("definitions", {}).items():
        found |= {(name, path) for path in inside((definition or {}).get("properties"))}
    return found


def name_of(folder):
    parts = folder.parts
    return "eu" if "profiles" in parts else parts[-2]


def main():
    mirror = pathlib.Path(sys.argv[1]) / "mirror"
    schema = json.loads((mirror / "standard.open-contracting.org/schema/1__1__5/release-schema.json").read_text())
    owners = {field: None for field in fields(schema)}
    extensions = {}
    for file in sorted(mirror.glob("**/extension.json")):
        release = file.with_name("release-schema.json")
        if release.exists():
            extensions[name_of(file.parent)] = json.loads(release.read_text())
    for name, extension in sorted(extensions.items()):
        for field in fields(extension):
            if owners.get(field, ()) is not None:
                owners.setdefault(field, set()).add(name)
        patch(schema, extension)
    rows = []

    def walk(definition, within, properties, path, needs):
        for field, node in properties.items():
            owner = owners.get((definition, (*within, field)))
            here = needs if owner is None else needs | {"|".join(sorted(owner))}
            where = (*path, field)
            if len(where) > 12:
                raise RecursionError(where)
            name, inner_path = definition, (*within, field)
            if "$ref" in node:
                name, inner_path = re.sub("^#/definitions/", "", node["$ref"]), ()
                node = {**schema["definitions"][name], **{k: v for k, v in node.items() if k != "$ref"}}
            if node.get("omitWhenMerged"):
                rows.append((".".join(where), "omit", here))
            elif "array" in types(node) and node.get("wholeListMerge"):
                rows.append((".".join(where), "replace", here))
            elif "object" in types(node) and "properties" in node:
                walk(name, inner_path, node["properties"], where, here)
            elif "array" in types(node) and "items" in node:
                items = node["items"]
                if "$ref" in items:
                    name, inner_path = re.sub("^#/definitions/", "", items["$ref"]), ()
                    items = schema["definitions"][name]
                if any(kind != "object" for kind in types(items)):
                    rows.append((".".join(where), "replace", here))
                elif "object" in types(items) and "properties" in items:
                    if "id" in items["properties"]:
                        walk(name, inner_path, items["properties"], where, here)
                    else:
                        rows.append((".".join(where), "replace", here))

    walk("", (), schema["properties"], (), frozenset())
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["field", "rule", "needs", "source"])
    for field, rule, needs in sorted(rows):
        source = "OCDS 1.1.5 release schema" + (" and extensions" if needs else "")
        out.writerow([field, rule, " ".join(sorted(needs)), source])


main()
