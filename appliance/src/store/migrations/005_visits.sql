-- Stays of callers in queues: the projection that the statistics of queues are the sum of.
CREATE TABLE queue_visit (
    call      INTEGER NOT NULL,
    number    INTEGER NOT NULL,
    queue     INTEGER NOT NULL,
    entered_at INTEGER NOT NULL,
    left_at   INTEGER,
    -- answered, abandoned, overflowed, by_key, callback, failed. Null: waits.
    how       TEXT,
    agent     INTEGER,
    waited_ms INTEGER NOT NULL,
    PRIMARY KEY (call, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX queue_visit_entered ON queue_visit (entered_at, queue);
CREATE INDEX queue_visit_queue ON queue_visit (queue, call);

-- The agent talked to last, which is no longer what is asked for.
DROP INDEX call_agent;
-- Who had a call: who made it, and who answered a phone for it, supervisors left out.
CREATE TABLE call_agent (
    agent INTEGER NOT NULL,
    call  INTEGER NOT NULL,
    PRIMARY KEY (agent, call)
) STRICT, WITHOUT ROWID;
