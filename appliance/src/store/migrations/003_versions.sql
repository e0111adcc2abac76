-- Who changed the configuration, and what for.
ALTER TABLE configuration ADD COLUMN author TEXT NOT NULL DEFAULT '';
ALTER TABLE configuration ADD COLUMN note TEXT NOT NULL DEFAULT '';

-- The queues a person looks after, as JSON: [1, 2].
ALTER TABLE user ADD COLUMN groups TEXT NOT NULL DEFAULT '[]';

-- Changes gathered under a name and not in force: `document` is the configuration as it would be,
-- `base` as it was when the first change was made.
CREATE TABLE change_set (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT NOT NULL,
    author     TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    base       TEXT NOT NULL,
    document   TEXT NOT NULL
) STRICT;
