-- The tables of notices.py and Notices.java, in a database of the shop's. Run once, before the first
-- of them starts: what happened until then is told to nobody.
CREATE SCHEMA notices;
CREATE TABLE notices.began AS SELECT now() AS at;

-- Every event that was taken, by its ce_id. Rows older than two days may be deleted.
CREATE TABLE notices.seen (
	ce_id text PRIMARY KEY,
	at timestamptz NOT NULL
);

-- The holds that are there. `since` is the ce_id of the event that set reserved_until.
CREATE TABLE notices.holds (
	show_id text,
	reservation_id uuid,
	partition integer NOT NULL,
	reserved_until timestamptz NOT NULL,
	since text NOT NULL,
	PRIMARY KEY (show_id, reservation_id)
);
CREATE INDEX ON notices.holds (reserved_until);

-- What customers are told, a row each. Whoever sends mail takes what has no sent_at yet, finds the
-- customer by the reservation, and gives ce_id and kind to the mail service as the key of the message.
CREATE TABLE notices.told (
	ce_id text,
	kind text CHECK (kind IN ('about to lapse', 'lapsed', 'sold')),
	show_id text NOT NULL,
	reservation_id uuid NOT NULL,
	told_at timestamptz NOT NULL DEFAULT now(),
	sent_at timestamptz,
	PRIMARY KEY (ce_id, kind)
);
