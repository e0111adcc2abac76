-- What was folded of the facts up to one of them, so that a start need fold only those after it.
-- Dropped and made again at will: a row by another program, or one that is damaged, is not used.
CREATE TABLE checkpoint (
    -- centre, projections, house
    name   TEXT PRIMARY KEY,
    -- Which program wrote it.
    format TEXT NOT NULL,
    -- The last fact in it.
    seq    INTEGER NOT NULL,
    -- SHA-256 of the body.
    hash   BLOB NOT NULL,
    body   BLOB NOT NULL
) STRICT, WITHOUT ROWID;
