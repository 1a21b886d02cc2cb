-- To be run once, before the connector. A JDBC sink takes no nested JSON: it writes the booking as text, and the view takes it apart.
CREATE TABLE calsync_booking_state (
  uid     text PRIMARY KEY,
  booking text                 -- null for an instant: the booking was erased
);

-- The connector tells a tombstone as a row without a booking; here it becomes what it means.
CREATE FUNCTION calsync_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM calsync_booking_state WHERE uid = NEW.uid;
  RETURN NULL;
END $$;
CREATE TRIGGER calsync_erased AFTER INSERT OR UPDATE ON calsync_booking_state
  FOR EACH ROW WHEN (NEW.booking IS NULL) EXECUTE FUNCTION calsync_erased();

CREATE VIEW calsync_booking AS
SELECT uid,
       b ->> 'chain'                   AS chain,
       b ->> 'status'                  AS status,
       b ->> 'title'                   AS title,
       (b ->> 'start')::timestamptz    AS starts_at,
       (b ->> 'end')::timestamptz      AS ends_at,
       (b ->> 'durationMinutes')::int  AS minutes,
       b #>> '{eventType,slug}'        AS service,
       b #>> '{hosts,0,email}'         AS editor,
       (b ->> 'price')::bigint         AS price,
       b ->> 'currency'                AS currency,
       (b ->> 'paid')::boolean         AS paid,
       b                               AS booking
FROM (SELECT uid, booking::json AS b FROM calsync_booking_state) AS s;
