"""What has been done already, on disk: event ids, and which task elsewhere belongs to which booking.

The place that we write to cannot always tell (Slack cannot at all), so an event is noted here as soon as it is done, before its
offset is committed. What lies between the two, a kill -9, is then not done again.
"""
import sqlite3

KEPT = 100_000  # ids; more than can ever be uncommitted


class Done:
    def __init__(self, path):
        self.db = sqlite3.connect(path, isolation_level=None)  # each statement commits by itself
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA synchronous = FULL")
        self.db.execute("CREATE TABLE IF NOT EXISTS done (n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE)")
        self.db.execute("CREATE TABLE IF NOT EXISTS task (chain TEXT PRIMARY KEY, name TEXT NOT NULL)")

    def has(self, event_id):
        return self.db.execute("SELECT 1 FROM done WHERE id = ?", (event_id,)).fetchone() is not None

    def add(self, event_id):
        number = self.db.execute("INSERT OR IGNORE INTO done (id) VALUES (?)", (event_id,)).lastrowid
        self.db.execute("DELETE FROM done WHERE n <= ?", (number - KEPT,))

    def task(self, chain):
        row = self.db.execute("SELECT name FROM task WHERE chain = ?", (chain,)).fetchone()
        return row[0] if row else None

    def set_task(self, chain, name):
        self.db.execute("INSERT OR REPLACE INTO task (chain, name) VALUES (?, ?)", (chain, name))

    def close(self):
        self.db.close()
