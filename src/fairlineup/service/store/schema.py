"""Every table of the store, and the migrations that make them; each commits with the record that it ran.

Names of people, photographs' contents and templates stand in few places: `person.user_id`,
`face.external_id`, and sealed in `template` and `photograph`. Everything else holds numbers of rows.
"""

from __future__ import annotations

FIRST = """
CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID, STRICT;

CREATE TABLE ledger (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at REAL NOT NULL,          -- seconds since 1970, UTC
    kind TEXT NOT NULL,
    body TEXT NOT NULL         -- canonical JSON: opaque ids, keyed hashes and decisions
) STRICT;
CREATE TRIGGER ledger_stays BEFORE UPDATE ON ledger BEGIN
    SELECT RAISE(ABORT, 'the ledger is only added to');
END;
CREATE TRIGGER ledger_keeps BEFORE DELETE ON ledger BEGIN
    SELECT RAISE(ABORT, 'the ledger is only added to');
END;

CREATE TABLE permit (
    entry INTEGER PRIMARY KEY REFERENCES ledger,
    use TEXT NOT NULL,
    collection TEXT NOT NULL,
    purpose TEXT NOT NULL,
    probes INTEGER NOT NULL CHECK (probes >= 0),  -- how many are left
    expires REAL NOT NULL
) STRICT;

CREATE TABLE collection (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    pipeline TEXT NOT NULL,    -- digest of what made its templates
    metric TEXT NOT NULL,
    template_length INTEGER NOT NULL,
    purpose TEXT NOT NULL,
    created REAL NOT NULL,
    keeps_photographs INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE seal_key (
    id BLOB PRIMARY KEY,
    scope TEXT NOT NULL,       -- 'store', or 'collection/' and the number of one
    master TEXT NOT NULL,      -- id of the master key that wraps it
    wrapped BLOB NOT NULL,
    made REAL NOT NULL
) STRICT;
CREATE INDEX seal_key_of_scope ON seal_key (scope, made);

CREATE TABLE tag (
    collection INTEGER NOT NULL REFERENCES collection ON DELETE CASCADE,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (collection, name)
) WITHOUT ROWID, STRICT;

CREATE TABLE person (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    collection INTEGER NOT NULL REFERENCES collection ON DELETE CASCADE,
    user_id TEXT,              -- NULL: a face enrolled without a user
    created REAL NOT NULL,
    source TEXT NOT NULL DEFAULT '',
    legal_basis TEXT NOT NULL DEFAULT '',
    consent_reference TEXT NOT NULL DEFAULT '',
    consent_given REAL,
    consent_expires REAL,
    notice_version TEXT NOT NULL DEFAULT '',
    withdrawn REAL,            -- from then on no search finds this person
    UNIQUE (collection, user_id)
) STRICT;

CREATE TABLE image (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    collection INTEGER NOT NULL REFERENCES collection ON DELETE CASCADE,
    uuid TEXT NOT NULL UNIQUE,
    keyed_hash BLOB NOT NULL,
    external_id TEXT NOT NULL,
    UNIQUE (collection, keyed_hash, external_id)
) STRICT;

CREATE TABLE face (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    collection INTEGER NOT NULL REFERENCES collection ON DELETE CASCADE,
    person INTEGER NOT NULL REFERENCES person ON DELETE CASCADE,
    image INTEGER NOT NULL REFERENCES image,
    uuid TEXT NOT NULL UNIQUE,
    external_id TEXT NOT NULL,  -- '' for none
    detail TEXT NOT NULL,       -- JSON of the face as found: box, landmarks, quality
    created REAL NOT NULL
) STRICT;
CREATE INDEX face_of_collection ON face (collection, id);
CREATE INDEX face_of_person ON face (person);
CREATE INDEX face_of_image ON face (image);

CREATE TABLE template (
    face INTEGER PRIMARY KEY REFERENCES face ON DELETE CASCADE,
    sealed BLOB NOT NULL
) STRICT;

CREATE TABLE photograph (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    collection INTEGER NOT NULL REFERENCES collection ON DELETE CASCADE,
    face INTEGER REFERENCES face ON DELETE CASCADE,  -- NULL: a probe's
    entry INTEGER REFERENCES ledger,                 -- of the search whose probe it is
    sealed BLOB NOT NULL,
    delete_after REAL
) STRICT;
CREATE INDEX photograph_of_face ON photograph (face);

CREATE TABLE change (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    collection INTEGER NOT NULL,
    face INTEGER NOT NULL,
    op TEXT NOT NULL CHECK (op IN ('added', 'removed'))
) STRICT;
CREATE INDEX change_of_collection ON change (collection, seq);

CREATE TABLE erasure (
    entry INTEGER PRIMARY KEY REFERENCES ledger,
    state TEXT NOT NULL,        -- 'begun', 'deleted', 'done'
    body TEXT NOT NULL          -- JSON: what is still to be checked, in numbers and digests
) STRICT;

CREATE TABLE access_key (
    id TEXT PRIMARY KEY,
    sealed_secret BLOB NOT NULL,
    purpose TEXT NOT NULL,
    operations TEXT NOT NULL,   -- JSON list; empty: all
    collections TEXT NOT NULL,  -- JSON list; empty: all
    created REAL NOT NULL,
    expires REAL,
    revoked REAL
) STRICT;

CREATE TABLE call (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    access_key TEXT NOT NULL,
    name TEXT NOT NULL,         -- invocation id or request token
    operation TEXT NOT NULL,
    keyed_hash BLOB NOT NULL,   -- of the body
    sealed_reply BLOB,          -- NULL while it is under way
    own_key BLOB,               -- sealed; what keyed_hash is keyed with, gone with the row
    at REAL NOT NULL,
    UNIQUE (access_key, name)
) STRICT;
CREATE TABLE call_face (
    call INTEGER NOT NULL REFERENCES call ON DELETE CASCADE,
    face INTEGER NOT NULL,
    PRIMARY KEY (call, face)
) WITHOUT ROWID, STRICT;
CREATE INDEX call_of_face ON call_face (face);

CREATE TABLE used (
    access_key TEXT NOT NULL,
    purpose TEXT NOT NULL,
    what TEXT NOT NULL,         -- 'requests' or 'probes'
    since REAL NOT NULL,        -- begin of the minute or day
    times INTEGER NOT NULL,
    PRIMARY KEY (access_key, purpose, what, since)
) WITHOUT ROWID, STRICT;
"""

MIGRATIONS: tuple[str, ...] = (FIRST,)
"""Step n brings a store from version n to n + 1."""
