"""Detached runs as a runner leaves them, written by hand: what happens at moments that a real run
passes too quickly, or only when it dies."""
import contextlib
import fcntl
import json
import os
import re
import socket
import sqlite3
import struct
import threading

from fanout_case import SOURCE

LOCKED_BYTE = 2 ** 62
F_OFD_SETLK = 37


def tables():
    """The statements that make a journal, as the program has them."""
    text = (SOURCE / "src/store/journal_schema.cpp").read_text(encoding="utf-8")
    made, indices = re.findall(r'R"sql\((.*?)\)sql"', text, re.S)
    return made, indices


class RecordedRun:
    """A run with one session, in which nothing has happened yet."""

    def __init__(self, state_home, handle="7k2mvx", session=True, **columns):
        self.handle = handle
        self.path = state_home / "fanout/runs" / handle
        self.path.mkdir(parents=True, mode=0o700)
        self.journal = self.path / "journal"
        self.database = sqlite3.connect(self.journal, isolation_level=None)
        self.database.execute("PRAGMA journal_mode = WAL")
        self.database.executescript(tables()[0])
        self.database.execute(f"PRAGMA application_id = {0x464E4F54}")
        self.database.execute("PRAGMA user_version = 1")
        if session:
            self.session(**columns)

    def insert(self, table, **columns):
        marks = ", ".join("?" * len(columns))
        self.database.execute(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})",
                              list(columns.values()))

    def session(self, **columns):
        self.insert("sessions", **{
            "started_at": "2026-01-31T12:00:00.000000Z", "updated_at": "2026-01-31T12:00:10.000000Z",
            "command_line": '["fanout","start","map","echo"]', "directory": "/", "settings": "{}",
            "is_named": 0, "output": "json", "pid": 1, "jobs": 0, "workers_requested": 4,
            "workers": 4, "seconds": 10.0, "user_seconds": 0.5, "system_seconds": 0.25, **columns})

    def update(self, **columns):
        for name, value in columns.items():
            self.database.execute(f"UPDATE sessions SET {name} = ?", [value])

    def finish(self, code=0, at="2026-01-31T12:00:10.000000Z"):
        self.update(finished_at=at, exit_code=code)

    def job(self, index, code=0, out="", err="", seconds=0.5, **columns):
        """A job that ran once and ended with the code; None: it runs. Others say more in columns."""
        outcome = ({"status": "running"} if code is None else
                   {"status": "succeeded", "exit_code": 0} if code == 0 else
                   {"status": "failed", "error_kind": "exit", "error_message": f"exited with {code}",
                    "exit_code": code})
        outcome.update({key: columns.pop(key) for key in ("status", "error_kind", "error_message",
                                                          "exit_code", "signal", "core_dumped",
                                                          "errno", "time_limit") if key in columns})
        ended = outcome["status"] != "running" and columns.get("attempts") != 0
        self.insert("jobs", **{"job": index, "place": index, "session": 1, "ran_in": 1,
                               "key": index.to_bytes(16, "big"), "command": f'["echo","{index}"]',
                               "args": f'["item {index}"]', "kwargs": "{}",
                               "attempts": int(ended), **outcome, **columns})
        if ended:
            self.insert("attempts", job=index, session=1, attempt=1, slot=1,
                        started_at=f"2026-01-31T12:00:{index % 60:02d}.000000Z", seconds=seconds,
                        user_seconds=0.1, system_seconds=0.0, max_rss_kib=1024, leaked=0, **outcome)
        for stream, text in (("stdout", out), ("stderr", err)):
            if text:
                self.insert("outputs", job=index, session=1, stream=stream, bytes=len(text),
                            text_from=0 if isinstance(text, str) else None, data=text)

    @contextlib.contextmanager
    def alive(self):
        """While a runner has it, as everybody else sees that."""
        with open(self.journal, "r+b", buffering=0) as file:
            lock = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, LOCKED_BYTE, 1, 0)
            fcntl.fcntl(file, F_OFD_SETLK, lock)
            yield


class Runner:
    """One that is asked to tell when it ends: has the lock, and a socket that answers."""

    def __init__(self, run):
        self.lock = run.alive()
        self.lock.__enter__()
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind(str(run.path / "socket"))
        self.server.listen()
        self.asked = threading.Event()
        self.connections = []
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.server.accept()
                self.connections.append(connection)
                assert json.loads(connection.recv(4096))["do"] == "wait"
                connection.sendall(b'{"ok":true,"changed":false}\n')
                self.asked.set()

    def end(self):
        self.lock.__exit__(None, None, None)
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
        self.thread.join()
        for connection in self.connections:
            connection.close()
