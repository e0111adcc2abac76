-- Held for the law: neither age nor want of room removes it.
ALTER TABLE recording ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
CREATE INDEX recording_started ON recording (started_at) WHERE state <> 'removed';

-- What was done to recordings and why. The row of a removed recording stays, as do all facts.
CREATE TABLE recording_log (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    at        INTEGER NOT NULL,
    recording INTEGER NOT NULL,
    call      INTEGER NOT NULL,
    -- removed, held, released
    act       TEXT NOT NULL,
    -- Of a removal: age or room. Of a hold: what was said.
    reason    TEXT NOT NULL,
    -- The account that asked for it; null: the box by its policy.
    account   TEXT,
    bytes     INTEGER NOT NULL
) STRICT;
