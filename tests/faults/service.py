"""What faults are done to: the program, PostgreSQL, and the way between the two."""

import base64
import glob
import http.client
import json
import os
import pathlib
import pwd
import signal
import socket
import subprocess
import threading
import time

KEY, SECRET = "faults", "a secret of the faults"
BASIC = "Basic " + base64.b64encode(f"{KEY}:{SECRET}".encode()).decode()


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def until(what, seconds, done):
    """How long it takes until something is so."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        if done():
            return time.monotonic() - began
        time.sleep(0.05)
    raise AssertionError(f"{what}: not within {seconds} s")


class Service:
    """The program, on a folder and maybe another database."""

    def __init__(self, program, folder, database=None, settings=()):
        self.program, self.folder, self.port = program, pathlib.Path(folder), free_port()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("PORTICO_")}
        self.environment |= {
            "PORTICO_DATA_DIR": str(self.folder / "data"),
            "PORTICO_BIND": f"127.0.0.1:{self.port}",
            "PORTICO_ADMIN_KEY": KEY,
            "PORTICO_ADMIN_SECRET": SECRET,
            "PORTICO_ORIGIN_ALLOW": "127.0.0.0/8",
            "PORTICO_NO_WORKER": "true",
        } | dict(settings)
        if database:
            self.environment["PORTICO_DATABASE_URL"] = database
        self.process = None

    def run(self, *arguments):
        return subprocess.run([self.program, *arguments], env=self.environment, capture_output=True, text=True, timeout=120)

    def start(self, command="serve"):
        log = open(self.folder / f"{command}.log", "ab")
        self.process = subprocess.Popen([self.program, command], env=self.environment, stdout=log, stderr=log)
        if command == "serve":
            until("it starts", 30, lambda: self.get("/health/live")[0] == 200)
        return self

    def kill(self, how=signal.SIGKILL):
        self.process.send_signal(how)
        self.process.wait(60)

    def ask(self, method, path, body=None, timeout=60):
        """Status and document; status 0 where there was no answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            headers = {"Authorization": BASIC, "Accept": "application/ld+json"}
            text = None if body is None else json.dumps(body)
            if text:
                headers["Content-Type"] = "application/ld+json"
            connection.request(method, path, text, headers)
            answer = connection.getresponse()
            content = answer.read()
            is_document = "json" in answer.headers.get("content-type", "")
            return answer.status, json.loads(content) if is_document and content else {}
        except (OSError, http.client.HTTPException):
            return 0, {}
        finally:
            connection.close()

    def get(self, path, timeout=60):
        return self.ask("GET", path, timeout=timeout)

    def post(self, path, body):
        return self.ask("POST", path, body)


class Load:
    """Writes until it is told to stop, and keeps what was acknowledged."""

    def __init__(self, service, threads=4):
        self.service, self.acknowledged, self.statuses = service, [], []
        self.stop, self.lock = threading.Event(), threading.Lock()
        self.threads = [threading.Thread(target=self.write, args=(index,)) for index in range(threads)]
        for thread in self.threads:
            thread.start()

    def write(self, index):
        number = 0
        while not self.stop.is_set():
            number += 1
            email = f"{time.time_ns()}-{index}-{number}@load.example"
            status, document = self.service.post("/customers/1/portalUsers", {"email": email})
            with self.lock:
                self.statuses.append((time.monotonic(), status))
                if status == 201:
                    self.acknowledged.append((document["@id"], email))
            if status != 201:
                time.sleep(0.05)

    def end(self):
        self.stop.set()
        for thread in self.threads:
            thread.join()
        return self.acknowledged

    def back_after(self, moment):
        """How long after a moment a write was acknowledged again, having failed."""
        failed = [at for at, status in self.statuses if at > moment and status != 201]
        if not failed:
            return 0.0
        good = [at for at, status in self.statuses if at > failed[0] and status == 201]
        return (good[0] - moment) if good else float("inf")


def members(service, path):
    """All members of a collection."""
    while path:
        status, document = service.get(path)
        assert status == 200, (status, document)
        yield from document["member"]
        following = document.get("view", {}).get("next")
        path = following and "/" + following.split("/", 3)[3]


def lost(service, acknowledged):
    """How many of what was acknowledged are not there. The log of changes tells of all that is, and of nothing else."""
    kept = {member["@id"] for member in members(service, "/customers/1/portalUsers?pageSize=500")}
    changes = "/customers/1/changes?class=PortalUser&kind=created&pageSize=500"
    told = [change["resource"] for change in members(service, changes)]
    assert len(told) == len(set(told)), "a change is told twice"
    assert set(told) == kept, f"{len(set(told) ^ kept)} are told and not there, or there and not told"
    return len([address for address, _ in acknowledged if address not in kept])


class Postgres:
    """A server of PostgreSQL of its own."""

    def __init__(self, folder, settings=""):
        self.programs = max(glob.glob("/usr/lib/postgresql/*/bin"))
        self.folder, self.port = pathlib.Path(folder), free_port()
        self.folder.mkdir(parents=True)
        self.user = "postgres" if os.getuid() == 0 else None
        if self.user:
            owner = pwd.getpwnam(self.user)
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        self.settings = settings

    def run(self, program, *arguments, check=True):
        return subprocess.run([f"{self.programs}/{program}", *arguments], user=self.user, check=check,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/tmp")

    def make(self):
        self.run("initdb", "--pgdata", str(self.folder / "data"), "--auth", "trust", "--username", "portico")
        self.configure(self.settings)
        return self

    def configure(self, settings):
        with open(self.folder / "data/postgresql.conf", "a") as file:
            file.write(f"\nport = {self.port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = ''\n{settings}\n")

    def start(self):
        self.run("pg_ctl", "--pgdata", str(self.folder / "data"), "--log", str(self.folder / "log"), "--wait", "start")
        return self

    def stop(self, mode="immediate"):
        self.run("pg_ctl", "--pgdata", str(self.folder / "data"), "--mode", mode, "--wait", "stop", check=False)

    def create(self, name="portico"):
        self.run("createdb", "--host", "127.0.0.1", "--port", str(self.port), "--username", "portico", name)
        return f"postgres://portico@127.0.0.1:{self.port}/{name}"

    def replica(self, folder):
        """A second server that follows this one."""
        other = Postgres(folder)
        self.run("pg_basebackup", "--host", "127.0.0.1", "--port", str(self.port), "--username", "portico",
                 "--pgdata", str(other.folder / "data"), "--write-recovery-conf", "--wal-method", "stream")
        other.configure("")
        return other.start()

    def promote(self):
        self.run("pg_ctl", "--pgdata", str(self.folder / "data"), "--wait", "promote")


class Way:
    """A way to a server that can be cut, fall silent, or lead elsewhere."""

    def __init__(self, target):
        self.target, self.pairs, self.is_silent = target, [], set()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=200)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            try:
                server = socket.create_connection(("127.0.0.1", self.target), timeout=5)
            except OSError:
                client.close()
                continue
            server.settimeout(None)
            pair = (client, server)
            self.pairs.append(pair)
            for one, other in (pair, pair[::-1]):
                threading.Thread(target=self.pass_on, args=(pair, one, other), daemon=True).start()

    def pass_on(self, pair, one, other):
        try:
            while content := one.recv(65536):
                # What is silent takes everything and says nothing.
                if pair not in self.is_silent:
                    other.sendall(content)
        except OSError:
            pass
        if pair not in self.is_silent:
            for end in pair:
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def cut(self):
        pairs, self.pairs = self.pairs, []
        for pair in pairs:
            for end in pair:
                try:
                    end.shutdown(socket.SHUT_RDWR)
                    end.close()
                except OSError:
                    pass

    def silence(self):
        """All connections that there are fall silent; new ones work."""
        pairs, self.pairs = self.pairs, []
        self.is_silent |= set(pairs)
