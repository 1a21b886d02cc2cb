"""A row of PostgreSQL for each booking, as it is now; from the compacted topic booking-state, exactly once.

Row and offset are written in one transaction, and a start goes on from the offset that the database has. So neither a kill -9, nor two
instances at once, nor a database that came back from an older backup can lose or repeat anything. A tombstone deletes the row.
"""
import logging
from pathlib import Path

import psycopg
from psycopg.types.json import Jsonb

from ..effect import Effect
from ..errors import Displaced, Poison, SettingsError
from ..event import TOMBSTONE
from ..settings import SECRET

log = logging.getLogger("calsync")
TABLES = (Path(__file__).parent / "postgres.sql").read_text()
PAUSE_MOST_S = 30

# Only from where we left it: a second instance, or a backup that was put back, is noticed here and nothing is written.
FIRST_OFFSET = "INSERT INTO calsync_offsets (topic, partition, next_offset) VALUES (%(topic)s, %(partition)s, %(next)s) ON CONFLICT DO NOTHING"
NEXT_OFFSET = "UPDATE calsync_offsets SET next_offset = %(next)s WHERE topic = %(topic)s AND partition = %(partition)s AND next_offset = %(before)s"

ROW = """INSERT INTO calsync_bookings AS b
  (uid, chain, status, title, starts_at, ends_at, minutes, service, team, editor, price, currency, paid, booking, sequence, changed_at, revision)
VALUES (%(key)s, %(chain)s, %(status)s, %(title)s, %(start)s, %(end)s, %(durationMinutes)s, %(service)s, %(team)s, %(editor)s, %(price)s,
  %(currency)s, %(paid)s, %(booking)s, %(sequence)s, %(time)s, 1)
ON CONFLICT (uid) DO UPDATE SET (chain, status, title, starts_at, ends_at, minutes, service, team, editor, price, currency, paid, booking,
  sequence, changed_at, revision) = (excluded.chain, excluded.status, excluded.title, excluded.starts_at, excluded.ends_at, excluded.minutes,
  excluded.service, excluded.team, excluded.editor, excluded.price, excluded.currency, excluded.paid, excluded.booking, excluded.sequence,
  excluded.changed_at, b.revision + 1)"""


class Postgres(Effect):
    SETTINGS = {"connection": SECRET}
    TOPICS = ("booking-state",)
    HANDLES = ("booking-state", TOMBSTONE)
    KEEPS_OFFSETS = True

    def __init__(self, settings):
        super().__init__(settings)
        self.connection = None
        self.before = {}  # (topic, partition) → the offset that is stored, None: none

    def open(self):
        self._try(_make_tables)

    def next_offset(self, topic, partition, end):
        def read(connection):
            return connection.execute("SELECT next_offset FROM calsync_offsets WHERE topic = %s AND partition = %s", (topic, partition)).fetchone()
        row = self._try(read)
        if row and row[0] > end:
            raise SettingsError(f"{topic}/{partition} ends at {end} and the table calsync_offsets is at {row[0]}: the topic was made anew. "
                                "Empty calsync_bookings and calsync_offsets to read it from its beginning")
        self.before[topic, partition] = row[0] if row else None
        return self.before[topic, partition]

    def apply(self, event):
        topic = self.settings.topics([event.topic])[0]
        before = self.before[topic, event.partition]
        offset = {"topic": topic, "partition": event.partition, "before": before, "next": event.offset + 1}
        row = None if event.type == TOMBSTONE else _row(event)

        def write(connection):
            if connection.execute(FIRST_OFFSET if before is None else NEXT_OFFSET, offset).rowcount == 0:
                raise Displaced
            if row is None:
                connection.execute("DELETE FROM calsync_bookings WHERE uid = %s", (event.key,))
            else:
                connection.execute(ROW, row)
        self._try(write)
        self.before[topic, event.partition] = offset["next"]

    def close(self):
        if self.connection:
            self.connection.close()
            self.connection = None

    def _try(self, work):
        """In one transaction; again and again where the server is away. Whether a broken one was committed, its offset tells."""
        pause = 0.5
        while True:
            try:
                if self.connection is None:
                    self.connection = psycopg.connect(self.settings["connection"].value(), connect_timeout=10, application_name="calsync")
                with self.connection.transaction():
                    return work(self.connection)
            except (psycopg.DataError, psycopg.IntegrityError) as error:
                raise Poison(f"PostgreSQL refuses the row: {type(error).__name__}") from None
            except psycopg.ProgrammingError as error:  # what has no message from the server may quote the connection: a secret
                raise SettingsError(f"PostgreSQL: {error.diag.message_primary or 'the connection cannot be read'}") from None
            except psycopg.Error as error:
                log.warning("PostgreSQL is away (%s); again in %.1f s", type(error).__name__, pause)
                self.close()
            self.wait(pause)
            pause = min(2 * pause, PAUSE_MOST_S)


def _make_tables(connection):
    """One at a time: PostgreSQL's IF NOT EXISTS does not hold between two that begin together."""
    connection.execute("SELECT pg_advisory_xact_lock(hashtext('calsync_bookings'))")
    connection.execute(TABLES)


def _row(event):
    booking = _clean(event.value)
    of = {name: booking[name] for name in ("chain", "status", "title", "start", "end", "durationMinutes", "price", "currency", "paid")}
    host = booking["hosts"][0] if booking["hosts"] else {}
    return {**of, "key": event.key, "service": (booking["eventType"] or {}).get("slug"), "team": (booking["team"] or {}).get("name"),
            "editor": host.get("email"), "booking": Jsonb(booking), "sequence": event.sequence, "time": event.time}


def _clean(value):
    """PostgreSQL has no NUL in texts, and no half of a surrogate pair."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd").encode(errors="replace").decode()
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {_clean(name): _clean(item) for name, item in value.items()}
    return value
