"""What strangers can do to the service: usage: strangers.py PROGRAM [PROGRAM-BEFORE]

Starts each program on a new database of this machine, with made-up people, and measures, one program after the other:
- memory before and after 1,000 wrong sign-ins over 60 connections, of one address and of 60, and how long a right one from another takes meanwhile;
- how long a page takes for another address while one address holds 1,100 connections open and says nothing;
- with PostgreSQL's programs in PATH (scripts/with-postgres): how long /health and a page take while the database is away.
Everything is on this machine: strangers are 127.0.0.1 (and 127.1.0.0/16), others 127.0.0.2.
"""
import csv
import http.client
import os
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def few_files():
    """As many files as systemd lets a service have that asks for none."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))


class Service:
    def __init__(self, program, folder, database):
        self.people = os.path.join(folder, "people.csv")
        self.process = subprocess.Popen(
            [program, "serve", "--listen", "127.0.0.1:0", "--database", database, "--keys", os.path.join(folder, "enough.keys"),
             "--authority", "E06999001", "--name", "Example", "--demonstration", "--credentials", self.people],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, preexec_fn=few_files)
        for line in self.process.stdout:
            if " is ready at http://" in line:
                self.port = int(line.rsplit(":", 1)[1])
                break
        with open(self.people) as file:
            person = next(csv.DictReader(file))
        self.email, self.password = person["email"], person["password"]

    def ask(self, method, path, body=None, source="127.0.0.2", timeout=60):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout, source_address=(source, 0))
        began = time.perf_counter()
        try:
            connection.request(method, path, body, FORM if body else {})
            answer = connection.getresponse()
            answer.read()
            return answer.status, time.perf_counter() - began
        except OSError as error:
            return type(error).__name__, time.perf_counter() - began
        finally:
            connection.close()

    def sign_in(self):
        return self.ask("POST", "/sign-in", urllib.parse.urlencode({"email": self.email, "password": self.password}))

    def memory(self):
        with open(f"/proc/{self.process.pid}/status") as file:
            return int(next(line for line in file if line.startswith("VmRSS")).split()[1]) / 1024

    def stop(self):
        self.process.terminate()
        self.process.wait()


def middle(values):
    return f"{statistics.median(values) * 1000:.0f} ms (most {max(values) * 1000:.0f})" if values else "none"


def guess(service, from_many):
    def some(number):
        source = f"127.1.{number}.1" if from_many else "127.0.0.1"
        connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=60, source_address=(source, 0))
        for _ in range(17):
            try:
                connection.request("POST", "/sign-in", f"email={os.urandom(6).hex()}%40example.test&password=wrong+and+long", FORM)
                connection.getresponse().read()
            except OSError:
                connection.close()

    alone = [service.sign_in() for _ in range(5)]
    before = service.memory()
    threads = [threading.Thread(target=some, args=(number,)) for number in range(60)]
    for thread in threads:
        thread.start()
    meanwhile = []
    while any(thread.is_alive() for thread in threads):
        meanwhile.append(service.sign_in())
        time.sleep(0.05)
    right = [took for status, took in meanwhile if status == 303]
    print(f"  1,000 wrong sign-ins, {'an address for each connection' if from_many else 'one address'}: memory {before:.0f} MB, then {service.memory():.0f} MB ({service.memory() / before:.2f} times)")
    print(f"  a right sign-in alone {middle([took for _, took in alone])}; meanwhile {middle(right)}, {len(right)} of {len(meanwhile)} let in")


def hold(service):
    held = []
    for _ in range(1100):
        one = socket.socket()
        one.settimeout(1)
        try:
            one.connect(("127.0.0.1", service.port))
            one.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n")
            held.append(one)
        except OSError:
            one.close()
    answers = [service.ask("GET", "/sign-in", timeout=5) for _ in range(40)]
    times = [took for status, took in answers if status == 200]
    print(f"  1,100 slow connections: {len(times)} of {len(answers)} pages for another address, {middle(times)}")
    for one in held:
        one.close()


class Between:
    """What stands between service and database, and can go away."""

    def __init__(self, to):
        self.to, self.held, self.listener = to, [], None
        self.open()

    def open(self, port=0):
        self.listener = socket.create_server(("127.0.0.1", port))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.run, args=(self.listener,), daemon=True).start()

    def run(self, listener):
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self.to))
            self.held += [near, far]
            for a, b in ((near, far), (far, near)):
                threading.Thread(target=self.pump, args=(a, b), daemon=True).start()

    @staticmethod
    def pump(a, b):
        try:
            while data := a.recv(65536):
                b.sendall(data)
        except OSError:
            pass

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for one in self.held:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            one.close()
        self.held = []


def away(program):
    server = urllib.parse.urlsplit(os.environ["ENOUGH_TEST_POSTGRES"])
    name = f"strangers_{os.getpid()}_{os.urandom(3).hex()}"
    subprocess.run(["psql", os.environ["ENOUGH_TEST_POSTGRES"], "-qc", f"CREATE DATABASE {name}"], check=True)
    between = Between(server.port)
    with tempfile.TemporaryDirectory() as folder:
        url = f"postgres://{server.username}:{server.password}@127.0.0.1:{between.port}/{name}"
        service = Service(program, folder, url)
        service.ask("GET", "/health")
        between.close()
        for when in ("at once", "5 s later"):
            said = {path: service.ask("GET", path) for path in ("/health", "/tenders")}
            print(f"  database away, {when}: " + ", ".join(f"{path} {status} after {took:.1f} s" for path, (status, took) in said.items()))
            time.sleep(5)
        between.open(between.port)
        for _ in range(100):
            if service.ask("GET", "/health")[0] == 200:
                break
            time.sleep(0.1)
        print(f"  database back: /health {service.ask('GET', '/health')[0]}, /tenders {service.ask('GET', '/tenders')[0]}")
        service.stop()


for program in sys.argv[1:]:
    print(program)
    for work in (lambda service: guess(service, False), lambda service: guess(service, True), hold):
        with tempfile.TemporaryDirectory() as folder:
            service = Service(program, folder, f"sqlite:{folder}/enough.db")
            work(service)
            service.stop()
    if "ENOUGH_TEST_POSTGRES" in os.environ:
        away(program)
