"""How long pages take, for two builds in turn: usage: pages.py PROGRAM DATABASE.db PROGRAM-BEFORE DATABASE-BEFORE.db

Each database is one that its program made with `enough example --out DIR --database sqlite:DATABASE.db` (keys beside it). Each page is asked for 60
times, signed in as a commissioner so that no page is kept, one program after the other each time; medians and their ratio.
"""
import csv
import http.client
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse

PAGES = ["/commissioning", "/intentions", "/tenders", "/agreements", "/providers", "/funds", "/commitments", "/notices", "/contracts", "/account"]


class Service:
    def __init__(self, program, database):
        people = tempfile.mkstemp()[1]
        keys = database.removesuffix(".db") + ".keys"
        self.process = subprocess.Popen([program, "serve", "--listen", "127.0.0.1:0", "--database", f"sqlite:{database}", "--keys", keys, "--demonstration",
                                         "--rate", "0", "--credentials", people], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.port = next(int(line.rsplit(":", 1)[1]) for line in self.process.stdout if " is ready at http://" in line)
        with open(people) as file:
            person = next(person for person in csv.DictReader(file) if person["role"] == "commissioner")
        form = urllib.parse.urlencode({"email": person["email"], "password": person["password"]})
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request("POST", "/sign-in", form, {"Content-Type": "application/x-www-form-urlencoded"})
        self.cookie = connection.getresponse().headers["set-cookie"].split(";")[0]

    def time(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        began = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": self.cookie})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, (path, answer.status)
        return (time.perf_counter() - began) * 1000


now, before = Service(*sys.argv[1:3]), Service(*sys.argv[3:5])
for path in PAGES:
    pairs = [(now.time(path), before.time(path)) for _ in range(60)]
    a, b = (statistics.median(times) for times in zip(*pairs))
    print(f"{path}: {a:.1f} ms, before {b:.1f} ms, ratio {a / b:.2f}")
for service in (now, before):
    service.process.terminate()
