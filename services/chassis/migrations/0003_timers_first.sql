-- Everything that one command writes. Timers first, those that are set as well as those that are cancelled: whoever
-- fires one holds its row, so two writers never wait for each other crosswise. SQLSTATEs: LC001 (or a violated
-- events_pkey) version conflict, LC002 claim taken, LC003 command answered, LC004 fenced.
CREATE OR REPLACE FUNCTION log.append(
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
    IF cardinality(a_cancelled) + cardinality(a_timers) > 0 THEN
        PERFORM FROM log.timers WHERE stream_id = a_stream AND name = ANY (a_cancelled || a_timers)
            ORDER BY name FOR UPDATE;
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
