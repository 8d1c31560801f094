-- How often something that is guarded was tried, by a key that names who tried what. Not of one workspace: whoever tries
-- may name any, also one that is not there. Kept here, so that a limit holds for all replicas and over restarts.
CREATE TABLE log.attempts (
    key     text PRIMARY KEY,
    tries   int NOT NULL,
    over_at timestamptz NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX attempts_over ON log.attempts (over_at);
