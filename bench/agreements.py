"""Many agreements for timing, made of the one that the worked round bought: usage: agreements.py DATABASE.db [COUNT]

The database is one that `enough example --database sqlite:DATABASE.db` made. Each copy has the reports, ratings, payments, proposals, visits,
improvements and reviews of the first; no tender and no fund, so it is a grant. The copies are not in the audit log: for timing only.
"""
import sqlite3
import sys

database = sqlite3.connect(sys.argv[1])
count = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000
rows = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'agreement%'").fetchall()
columns = {name: [row[1] for row in database.execute(f"PRAGMA table_info({name})")] for (name,) in rows}
(first,) = database.execute("SELECT id FROM agreement WHERE tender IS NOT NULL").fetchone()


def copy(table, key, new, changed):
    for row in database.execute(f"SELECT * FROM {table} WHERE {key} = ?", (first,)).fetchall():
        row = dict(zip(columns[table], row)) | {key: new} | changed
        database.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", list(row.values()))


for number in range(count):
    new = f"{first[:-6]}{number:06x}"
    copy("agreement", "id", new, {"tender": None, "lot": None, "kind": "grant"})
    for table in columns:
        if table != "agreement":
            copy(table, "agreement", new, {})
database.commit()
