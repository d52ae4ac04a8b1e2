-- The tables of schema 1, as version 0.1.0 made them: databases of that version are in the field, and this text is never changed.
CREATE TABLE record (serial INTEGER PRIMARY KEY, wall INTEGER NOT NULL, ticket INTEGER NOT NULL, kind INTEGER NOT NULL, sequence INTEGER NOT NULL, payload TEXT NOT NULL);
CREATE INDEX record_of_ticket ON record (ticket);
CREATE INDEX record_by_age ON record (wall);
CREATE TABLE alive (serial INTEGER PRIMARY KEY, ticket INTEGER NOT NULL, kind INTEGER NOT NULL, brief INTEGER, UNIQUE (ticket, kind));
CREATE TABLE tombstone (mac BLOB PRIMARY KEY, wall INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE erasing (ticket INTEGER PRIMARY KEY);
CREATE TABLE statistic (quarter INTEGER PRIMARY KEY, processed INTEGER NOT NULL, failed INTEGER NOT NULL, skipped INTEGER NOT NULL, latency_ms INTEGER NOT NULL, analysed INTEGER NOT NULL, by_rules INTEGER NOT NULL, fallback INTEGER NOT NULL, model_calls INTEGER NOT NULL, tokens_prompt INTEGER NOT NULL, tokens_answer INTEGER NOT NULL, cost_nano INTEGER NOT NULL, bug INTEGER NOT NULL, feature INTEGER NOT NULL, refund INTEGER NOT NULL, other INTEGER NOT NULL, high INTEGER NOT NULL, medium INTEGER NOT NULL, low INTEGER NOT NULL, positive INTEGER NOT NULL, neutral INTEGER NOT NULL, negative INTEGER NOT NULL);
PRAGMA application_id = 1634301028;
PRAGMA user_version = 1;
