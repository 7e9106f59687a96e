"""Checks an audit log with software of others: pymerkle for the hash tree, cryptography for the signature.

usage: audit_log.py DATABASE.db CHECKPOINT KEY     prints the root of the log
"""

import base64
import hashlib
import sqlite3
import sys

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pymerkle import InmemoryTree

database, checkpoint, key = sys.argv[1:]
tree = InmemoryTree(algorithm="sha256")
for (entry,) in sqlite3.connect(database).execute("SELECT entry FROM audit_entry ORDER BY position"):
    tree.append_entry(entry.encode())

text, signatures = open(checkpoint, encoding="utf-8").read().split("\n\n")
origin, size, root = text.split("\n")
name, key_id, public = key.split("+", 2)
public = base64.b64decode(public)
assert public[0] == 1 and name == origin
assert hashlib.sha256(name.encode() + b"\n" + public).hexdigest()[:8] == key_id
signature = base64.b64decode(signatures.split()[2])
assert signature[:4].hex() == key_id
Ed25519PublicKey.from_public_bytes(public[1:]).verify(signature[4:], (text + "\n").encode())
assert tree.get_state(int(size)) == base64.b64decode(root), "the signed root is not that of the entries"
print(tree.get_state().hex())
