-- The tables of schema 2, before decisions were listed. This text is never changed.
CREATE TABLE record (serial INTEGER PRIMARY KEY, wall INTEGER NOT NULL, ticket INTEGER NOT NULL, kind INTEGER NOT NULL, sequence INTEGER NOT NULL, payload TEXT NOT NULL, account INTEGER NOT NULL DEFAULT 1);
CREATE INDEX record_of_ticket ON record (account, ticket);
CREATE INDEX record_by_age ON record (wall);
CREATE TABLE alive (serial INTEGER PRIMARY KEY, account INTEGER NOT NULL, ticket INTEGER NOT NULL, kind INTEGER NOT NULL, brief INTEGER, UNIQUE (account, ticket, kind));
CREATE TABLE tombstone (mac BLOB PRIMARY KEY, account INTEGER NOT NULL, wall INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE meta (name TEXT NOT NULL, account INTEGER NOT NULL, value BLOB NOT NULL, PRIMARY KEY (name, account)) WITHOUT ROWID;
CREATE TABLE erasing (ticket INTEGER NOT NULL, account INTEGER NOT NULL, PRIMARY KEY (ticket, account)) WITHOUT ROWID;
CREATE TABLE statistic (quarter INTEGER NOT NULL, account INTEGER NOT NULL, processed INTEGER NOT NULL, failed INTEGER NOT NULL, skipped INTEGER NOT NULL, latency_ms INTEGER NOT NULL, analysed INTEGER NOT NULL, by_rules INTEGER NOT NULL, fallback INTEGER NOT NULL, model_calls INTEGER NOT NULL, tokens_prompt INTEGER NOT NULL, tokens_answer INTEGER NOT NULL, cost_nano INTEGER NOT NULL, bug INTEGER NOT NULL, feature INTEGER NOT NULL, refund INTEGER NOT NULL, other INTEGER NOT NULL, high INTEGER NOT NULL, medium INTEGER NOT NULL, low INTEGER NOT NULL, positive INTEGER NOT NULL, neutral INTEGER NOT NULL, negative INTEGER NOT NULL, PRIMARY KEY (quarter, account)) WITHOUT ROWID;
PRAGMA application_id = 1634301028;
PRAGMA user_version = 2;
