-- The time line of each agent: the projection of what the facts tell of each.
CREATE TABLE agent_span (
    agent     INTEGER NOT NULL,
    -- The fact it began with.
    seq       INTEGER NOT NULL,
    state     TEXT NOT NULL,
    reason    TEXT,
    call      INTEGER,
    since_at  INTEGER NOT NULL,
    -- Null: still.
    until_at  INTEGER,
    lasted_ms INTEGER NOT NULL,
    PRIMARY KEY (agent, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX agent_span_since ON agent_span (agent, since_at);

-- Who did what and when: the projection of the facts that tell who.
CREATE TABLE audit (
    -- The fact.
    seq     INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    account TEXT NOT NULL,
    -- accounts, roles, recordings, supervision …
    kind    TEXT NOT NULL,
    -- put accounts/{id}/password; listen, set_state …
    act     TEXT NOT NULL,
    about   TEXT NOT NULL
) STRICT;
CREATE INDEX audit_account ON audit (account, seq);
CREATE INDEX audit_kind ON audit (kind, seq);
