-- Made where they are not there. Columns may be added; `booking` has the whole booking as deploy/schemas/booking-state.json tells it.
CREATE TABLE IF NOT EXISTS calsync_bookings (
  uid        text PRIMARY KEY,      -- Cal.com's; a rescheduled booking has a new one, and the same chain
  chain      text,
  status     text,
  title      text,
  starts_at  timestamptz,
  ends_at    timestamptz,
  minutes    integer,
  service    text,                  -- slug of the event type
  team       text,
  editor     text,                  -- e-mail of the organiser
  price      bigint,                -- in the currency's smallest unit
  currency   text,
  paid       boolean,
  booking    jsonb NOT NULL,
  sequence   bigint,                -- of the event that it was last told by
  changed_at timestamptz,
  revision   bigint NOT NULL        -- how often it was written
);
CREATE TABLE IF NOT EXISTS calsync_offsets (
  topic       text NOT NULL,
  partition   integer NOT NULL,
  next_offset bigint NOT NULL,
  PRIMARY KEY (topic, partition)
);
