-- What operators gave up on: parked records that no consumer will take, with who decided it, when and why.
CREATE TABLE log.dropped (
    id            bigint PRIMARY KEY,  -- The parked record's.
    consumer      text NOT NULL,
    topic         text NOT NULL,
    partition     int NOT NULL,
    record_offset bigint NOT NULL,
    key           text NOT NULL,
    parked_for    text NOT NULL,
    reason        text NOT NULL,
    dropped_by    text NOT NULL,
    dropped_at    timestamptz NOT NULL DEFAULT clock_timestamp()
);
