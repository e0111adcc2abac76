-- Times are ms since 1970 UTC unless they end in _ms, which are durations or the monotonic clock.

-- Each life of the program; the numbers of facts' monotonic clocks compare only within one.
CREATE TABLE life (
    boot          INTEGER PRIMARY KEY AUTOINCREMENT,
    started_at    INTEGER NOT NULL,
    -- Seen alive last, with calls in progress. Null: there were none.
    alive_at      INTEGER,
    alive_mono_ms INTEGER
) STRICT;

-- What happened. Append-only. Everything else about calls can be made again from this table.
CREATE TABLE fact (
    seq     INTEGER PRIMARY KEY,
    boot    INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    mono_ms INTEGER NOT NULL,
    kind    TEXT NOT NULL,
    call    INTEGER,
    body    TEXT NOT NULL
) STRICT;
CREATE INDEX fact_call ON fact (call, seq) WHERE call IS NOT NULL;

-- Call records: the projection of the facts of each call, written in the same transaction. What is
-- searched and counted has a column; `record` is all of it (hotline_services::CallRecord).
CREATE TABLE call (
    id           INTEGER PRIMARY KEY,
    line         INTEGER NOT NULL,
    number       TEXT,
    queue        INTEGER,
    agent        INTEGER,
    outcome      TEXT,
    offered_at   INTEGER NOT NULL,
    connected_at INTEGER,
    record       TEXT NOT NULL
) STRICT;
CREATE INDEX call_offered ON call (offered_at);
CREATE INDEX call_number ON call (number);
CREATE INDEX call_agent ON call (agent);
CREATE INDEX call_queue ON call (queue);

-- Telephones. `ha1` is MD5(extension:realm:password) (RFC 7616 §3.4.2); the password is not kept.
CREATE TABLE phone (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    extension TEXT NOT NULL UNIQUE,
    name      TEXT NOT NULL,
    realm     TEXT NOT NULL,
    ha1       TEXT NOT NULL
) STRICT;

-- What the administrator has set, as JSON of hotline_services::Configuration, whole: a row for each
-- change, the last in force.
CREATE TABLE configuration (
    version  INTEGER PRIMARY KEY AUTOINCREMENT,
    at       INTEGER NOT NULL,
    document TEXT NOT NULL
) STRICT;

-- The greatest number that an agent, a queue, a menu ever had: none is used again.
CREATE TABLE numbered (
    kind TEXT PRIMARY KEY,
    last INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- People who may sign in to the web pages. `password` is an Argon2id PHC string; `totp` the secret of
-- their authenticator (RFC 6238), `totp_new` one not confirmed yet, `totp_step` the last step used.
CREATE TABLE user (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT NOT NULL UNIQUE COLLATE NOCASE,
    password   TEXT NOT NULL,
    role       TEXT NOT NULL,
    agent      INTEGER,
    disabled   INTEGER NOT NULL DEFAULT 0,
    totp       BLOB,
    totp_new   BLOB,
    totp_step  INTEGER NOT NULL DEFAULT 0,
    language   TEXT,
    created_at INTEGER NOT NULL
) STRICT;

-- `token` is the SHA-256 of what the browser holds: who reads this table can sign in as nobody.
CREATE TABLE session (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    token      BLOB NOT NULL UNIQUE,
    user       INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    address    TEXT NOT NULL,
    user_agent TEXT NOT NULL
) STRICT;

CREATE TABLE setting (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The index of the recordings; the sound is in files below the data directory.
CREATE TABLE recording (
    id          INTEGER PRIMARY KEY,
    call        INTEGER NOT NULL,
    path        TEXT NOT NULL,
    state       TEXT NOT NULL,
    started_at  INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL DEFAULT 0,
    bytes       INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX recording_call ON recording (call);
