"""Many drafts of tenders, and how long the way into commissioning takes then: usage: drafts.py PROGRAM DATABASE.db [COUNT]

The database is one that `enough example --out DIR --database sqlite:DATABASE.db` made; it is copied, and the copy gets so many drafts (3,341 unless
said). Then the program serves it, and 200 connections ask for /commissioning once each: signed out, and as a commissioner.
"""
import csv
import http.client
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

program, database = sys.argv[1:3]
count = int(sys.argv[3]) if len(sys.argv) > 3 else 3_341
folder = tempfile.mkdtemp()
shutil.copy(database, f"{folder}/enough.db")
shutil.copy(database.removesuffix(".db") + ".keys", f"{folder}/enough.keys")
made = sqlite3.connect(f"{folder}/enough.db")
columns = [row[1] for row in made.execute("PRAGMA table_info(tender)")]
row = dict(zip(columns, made.execute("SELECT * FROM tender").fetchone()))
for name in columns:
    if name.endswith("_at") and name != "changed_at" or name.endswith("_by") and name != "written_by" or name in ("key", "mark", "outcome", "award_noticed_on", "unspecified", "signed_on", "moderator", "specification", "hash"):
        row[name] = None
row["state"] = "draft"
for number in range(count):
    values = row | {"id": f"{row['id'][:-6]}{number:06x}"}
    made.execute(f"INSERT INTO tender ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})", list(values.values()))
made.commit()
made.close()
service = subprocess.Popen([program, "serve", "--listen", "127.0.0.1:0", "--database", f"sqlite:{folder}/enough.db", "--keys", f"{folder}/enough.keys",
                            "--demonstration", "--rate", "0", "--credentials", f"{folder}/people.csv"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
port = next(int(line.rsplit(":", 1)[1]) for line in service.stdout if " is ready at http://" in line)


def ask(method, path, body=None, headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    began = time.perf_counter()
    connection.request(method, path, body, headers or {})
    answer = connection.getresponse()
    return answer.status, answer.read(), answer.headers, time.perf_counter() - began


with open(f"{folder}/people.csv") as file:
    person = next(person for person in csv.DictReader(file) if person["role"] == "commissioner")
form = urllib.parse.urlencode({"email": person["email"], "password": person["password"]})
cookie = ask("POST", "/sign-in", form, {"Content-Type": "application/x-www-form-urlencoded"})[2]["set-cookie"].split(";")[0]
for who, headers in (("signed out", {}), ("as a commissioner", {"Cookie": cookie})):
    one = ask("GET", "/commissioning", None, headers)
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(ask("GET", "/commissioning", None, headers))) for _ in range(200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times = [took for status, _, _, took in answers if status == 200]
    print(f"{who}: one {one[3] * 1000:.0f} ms, {len(one[1]) / 1000:.0f} kB; 200 at once: {len(times)} answered, "
          + (f"median {statistics.median(times):.1f} s, most {max(times):.1f} s" if times else "none"))
service.terminate()
service.wait()
shutil.rmtree(folder)
