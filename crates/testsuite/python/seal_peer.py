"""Opens a sealed bid: the key from two shares (Shamir over GF(256), written here anew), the seal with `cryptography` (RFC 9180).

usage: seal_peer.py FILE.json > what was sealed
"""
import base64
import json
import sys

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def times(a, b):
    """Product in GF(256) with the polynomial x^8 + x^4 + x^3 + x^2 + 1."""
    product = 0
    while b:
        if b & 1:
            product ^= a
        a = (a << 1) ^ (0x11D if a & 0x80 else 0)
        b >>= 1
    return product


def inverse(a):
    return next(b for b in range(1, 256) if times(a, b) == 1)


ask = json.load(open(sys.argv[1]))
(one, *first), (two, *second) = ask["shares"]
# Lagrange at 0, where minus is plus: f(0) = f(a) b/(a+b) + f(b) a/(a+b).
over = inverse(one ^ two)
key = bytes(times(a, times(two, over)) ^ times(b, times(one, over)) for a, b in zip(first, second))
private = X25519PrivateKey.from_private_bytes(key)
public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
assert public == base64.b64decode(ask["public"]), "another key"
suite = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
sys.stdout.buffer.write(suite.decrypt(base64.b64decode(ask["sealed"]), private, info=ask["info"].encode()))
