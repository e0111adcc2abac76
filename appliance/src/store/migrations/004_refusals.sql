-- Who asked for something about an agent and may not.
CREATE TABLE refusal (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    at      INTEGER NOT NULL,
    account TEXT NOT NULL,
    role    TEXT NOT NULL,
    -- listen, whisper, barge, take_over, release, set_state, hold …
    what    TEXT NOT NULL,
    agent   INTEGER NOT NULL,
    -- Why not.
    verdict TEXT NOT NULL
) STRICT;
