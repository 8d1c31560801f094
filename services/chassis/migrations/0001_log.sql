-- The event log of one service, and what is committed with it. Everything here is truth; read models live elsewhere.
CREATE SCHEMA log;

CREATE TABLE log.events (
    pos            bigint GENERATED ALWAYS AS IDENTITY UNIQUE,  -- CACHE 1: a session cache would break the order of a stream
    workspace_id   text NOT NULL,
    stream_id      text NOT NULL,
    version        int NOT NULL CHECK (version > 0),
    event_id       text NOT NULL,
    type           text NOT NULL,
    data           bytea NOT NULL,
    at             timestamptz NOT NULL,
    command_id     text NOT NULL,
    correlation_id text NOT NULL,
    causation_id   text NOT NULL,
    actor          text NOT NULL,
    traceparent    text,
    hash           bytea NOT NULL,
    PRIMARY KEY (stream_id, version)
);

CREATE TABLE log.outbox (
    pos bigint PRIMARY KEY
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000);

CREATE TABLE log.timers (
    workspace_id text NOT NULL,
    stream_id    text NOT NULL,
    name         text NOT NULL,
    due_at       timestamptz NOT NULL,
    PRIMARY KEY (stream_id, name)
);
CREATE INDEX timers_due ON log.timers (due_at);

CREATE TABLE log.commands (
    workspace_id text NOT NULL,
    command_id   text NOT NULL,
    stream_id    text NOT NULL,
    version      int NOT NULL,
    fingerprint  text NOT NULL,
    PRIMARY KEY (workspace_id, command_id)
);

CREATE TABLE log.claims (
    workspace_id text NOT NULL,
    scope        text NOT NULL,
    key          text NOT NULL,
    owner        text NOT NULL,
    PRIMARY KEY (workspace_id, scope, key)
);

CREATE TABLE log.snapshots (
    workspace_id text NOT NULL,
    stream_id    text PRIMARY KEY,
    version      int NOT NULL,
    schema       int NOT NULL,
    state        bytea NOT NULL
) WITH (fillfactor = 70);

CREATE TABLE log.credentials (
    kind         text NOT NULL,
    hash         text NOT NULL,
    workspace_id text NOT NULL,
    subject      text NOT NULL,
    claims       jsonb NOT NULL,
    expires_at   timestamptz NOT NULL,
    PRIMARY KEY (kind, hash)
);
CREATE INDEX credentials_subject ON log.credentials (workspace_id, kind, subject);
CREATE INDEX credentials_over ON log.credentials (expires_at);

-- Not of one workspace: written by the background roles alone.
CREATE TABLE log.relayed (topic text, partition int, next_offset bigint NOT NULL, PRIMARY KEY (topic, partition));
CREATE TABLE log.fence (reason text PRIMARY KEY);
CREATE TABLE log.consumer_offsets (
    consumer text, topic text, partition int, next_offset bigint NOT NULL,
    PRIMARY KEY (consumer, topic, partition)
) WITH (fillfactor = 50);
CREATE TABLE log.parked (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    consumer      text NOT NULL,
    topic         text NOT NULL,
    partition     int NOT NULL,
    record_offset bigint NOT NULL,
    key           text NOT NULL,
    reason        text NOT NULL,
    headers       jsonb NOT NULL,
    value         bytea,
    parked_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (consumer, topic, partition, record_offset)
);
CREATE INDEX parked_key ON log.parked (consumer, key);
CREATE TABLE log.models (
    name text PRIMARY KEY, schema int NOT NULL, generation bigint NOT NULL, rebuilt_at timestamptz NOT NULL
);
CREATE TABLE log.state_outbox (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, topic text NOT NULL, key text NOT NULL, value bytea
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000);

-- The only clock of timers. STABLE, so that the index on due_at can be used; the skew is moved by tests alone.
CREATE TABLE log.clock (skew interval NOT NULL);
INSERT INTO log.clock VALUES ('0');
CREATE FUNCTION log.app_now() RETURNS timestamptz LANGUAGE sql STABLE
    RETURN clock_timestamp() + (SELECT skew FROM log.clock);

-- Walls between workspaces, forced on owners too. No workspace set → no row seen, no row written.
DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['events', 'timers', 'commands', 'claims', 'snapshots', 'credentials'] LOOP
        EXECUTE format('ALTER TABLE log.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
        EXECUTE format(
            'CREATE POLICY workspace ON log.%I USING (workspace_id = nullif(current_setting(''app.workspace'', true), ''''))',
            name);
    END LOOP;
END $$;

-- What a command needs to begin, in one round trip.
CREATE FUNCTION log.load(
    a_workspace text, a_stream text, a_command text,
    OUT version int, OUT schema int, OUT state bytea, OUT c_stream text, OUT c_version int, OUT c_fingerprint text
) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('app.workspace', a_workspace, true);
    SELECT s.version, s.schema, s.state INTO version, schema, state
        FROM log.snapshots s WHERE s.stream_id = a_stream;
    IF version IS NULL THEN
        SELECT coalesce(max(e.version), 0) INTO version FROM log.events e WHERE e.stream_id = a_stream;
    END IF;
    -- Last, for each SELECT sees what was committed before it: a state that has the command, without its record, would
    -- be decided on twice; the other way round the append conflicts and everything is loaded again.
    SELECT c.stream_id, c.version, c.fingerprint INTO c_stream, c_version, c_fingerprint
        FROM log.commands c WHERE c.workspace_id = a_workspace AND c.command_id = a_command;
END $$;

-- Everything that one command writes. Timers first: whoever fires one holds its row, so two writers never wait for
-- each other crosswise. SQLSTATEs: LC001 (or a violated events_pkey) version conflict, LC002 claim taken, LC003 command
-- answered, LC004 fenced.
CREATE FUNCTION log.append(
    a_workspace text, a_stream text, a_expected int,
    a_ids text[], a_types text[], a_data bytea[], a_ats timestamptz[],
    a_command text, a_correlation text, a_causation text, a_actor text, a_traceparent text, a_fingerprint text,
    a_schema int, a_state bytea,
    a_cancelled text[], a_timers text[], a_due timestamptz[],
    a_freed text[], a_claimed text[]
) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    v_hash bytea := '';
    v_version int := a_expected;
    v_pos bigint;
    v_owner text;
    i int;
BEGIN
    PERFORM set_config('app.workspace', a_workspace, true);
    IF EXISTS (SELECT FROM log.fence) THEN
        RAISE EXCEPTION USING ERRCODE = 'LC004', MESSAGE = (SELECT reason FROM log.fence LIMIT 1);
    END IF;
    IF cardinality(a_cancelled) > 0 THEN
        DELETE FROM log.timers WHERE stream_id = a_stream AND name = ANY (a_cancelled);
    END IF;
    IF a_expected > 0 THEN
        SELECT hash INTO v_hash FROM log.events WHERE stream_id = a_stream AND version = a_expected;
        IF NOT FOUND THEN
            RAISE EXCEPTION USING ERRCODE = 'LC001', MESSAGE = 'the stream is not at this version';
        END IF;
    END IF;
    FOR i IN 1 .. cardinality(a_ids) LOOP
        v_version := v_version + 1;
        v_hash := sha256(v_hash || convert_to(a_ids[i] || a_types[i], 'UTF8') || a_data[i]);
        INSERT INTO log.events (workspace_id, stream_id, version, event_id, type, data, at,
                                command_id, correlation_id, causation_id, actor, traceparent, hash)
        VALUES (a_workspace, a_stream, v_version, a_ids[i], a_types[i], a_data[i], a_ats[i],
                a_command, a_correlation, a_causation, a_actor, a_traceparent, v_hash)
        RETURNING pos INTO v_pos;
        INSERT INTO log.outbox VALUES (v_pos);
    END LOOP;
    INSERT INTO log.commands VALUES (a_workspace, a_command, a_stream, v_version, a_fingerprint)
        ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'LC003', MESSAGE = 'the command was answered';
    END IF;
    INSERT INTO log.snapshots VALUES (a_workspace, a_stream, v_version, a_schema, a_state)
        ON CONFLICT (stream_id) DO UPDATE
        SET version = excluded.version, schema = excluded.schema, state = excluded.state;
    FOR i IN 1 .. cardinality(a_timers) LOOP
        INSERT INTO log.timers VALUES (a_workspace, a_stream, a_timers[i], a_due[i])
            ON CONFLICT (stream_id, name) DO UPDATE SET due_at = excluded.due_at;
    END LOOP;
    FOR i IN 1 .. cardinality(a_freed) / 2 LOOP
        DELETE FROM log.claims
            WHERE scope = a_freed[2 * i - 1] AND key = a_freed[2 * i] AND owner = a_stream;
    END LOOP;
    FOR i IN 1 .. cardinality(a_claimed) / 2 LOOP
        INSERT INTO log.claims VALUES (a_workspace, a_claimed[2 * i - 1], a_claimed[2 * i], a_stream)
            ON CONFLICT DO NOTHING;
        IF NOT FOUND THEN
            SELECT owner INTO v_owner FROM log.claims
                WHERE workspace_id = a_workspace AND scope = a_claimed[2 * i - 1] AND key = a_claimed[2 * i];
            IF v_owner IS DISTINCT FROM a_stream THEN
                RAISE EXCEPTION USING ERRCODE = 'LC002', MESSAGE = coalesce(v_owner, ''), DETAIL = a_claimed[2 * i - 1];
            END IF;
        END IF;
    END LOOP;
    RETURN v_version;
END $$;
