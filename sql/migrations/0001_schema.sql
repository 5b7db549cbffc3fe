-- Version 1. Who writes what, and why it looks as it does: docs/architecture.md, "The tables".
-- Seats carry no index but their key, so that an UPDATE stays on its page (HOT).

CREATE TABLE holdfast.pipeline (
	only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
	cluster_id text COLLATE "C" NOT NULL,
	requests_topic text COLLATE "C" NOT NULL,
	partition_count integer NOT NULL CHECK (partition_count > 0),
	group_id text COLLATE "C"
);
COMMENT ON TABLE holdfast.pipeline IS 'the Kafka cluster, topic and group that this database belongs to';

CREATE TABLE holdfast.shows (
	show_id text COLLATE "C" PRIMARY KEY,
	title text,
	hold_seconds integer NOT NULL,
	max_hold_seconds integer NOT NULL,
	max_seats integer NOT NULL CHECK (max_seats BETWEEN 1 AND 50),
	owner_hash bytea CHECK (octet_length(owner_hash) = 32),
	created_at timestamptz NOT NULL,
	created_offset bigint NOT NULL,
	CHECK (1 <= hold_seconds AND hold_seconds <= max_hold_seconds AND max_hold_seconds <= 86400)
);

CREATE TABLE holdfast.show_seats (
	show_id text COLLATE "C" NOT NULL,
	seat_id text COLLATE "C" NOT NULL,
	status text COLLATE "C" NOT NULL DEFAULT 'available',
	reserved_until timestamptz,
	reserved_by uuid,
	taken_at bigint,
	version bigint NOT NULL,
	PRIMARY KEY (show_id, seat_id),
	-- One row a seat and one holder a row; what a status does not have is null.
	CHECK (CASE status
		WHEN 'available' THEN reserved_until IS NULL AND reserved_by IS NULL AND taken_at IS NULL
		WHEN 'reserved' THEN reserved_until IS NOT NULL
		WHEN 'sold' THEN reserved_until IS NULL
		ELSE false END)
) WITH (fillfactor = 70);

CREATE TABLE holdfast.seat_reservations (
	show_id text COLLATE "C" NOT NULL,
	reservation_id uuid NOT NULL,
	status text COLLATE "C" NOT NULL
		CHECK (status IN ('held', 'released', 'expired', 'confirmed', 'cancelled')),
	session_hash bytea NOT NULL CHECK (octet_length(session_hash) = 32),
	created_at timestamptz NOT NULL,
	reserved_until timestamptz NOT NULL,
	ended_at timestamptz,
	request_offset bigint NOT NULL,
	PRIMARY KEY (show_id, reservation_id),
	CHECK ((status = 'held') = (ended_at IS NULL)),
	CHECK (reserved_until > created_at)
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX seat_reservations_one_hold_a_session
	ON holdfast.seat_reservations (show_id, session_hash) WHERE status = 'held';
CREATE INDEX seat_reservations_due
	ON holdfast.seat_reservations (reserved_until) WHERE status = 'held';

CREATE TABLE holdfast.reservation_seats (
	show_id text COLLATE "C" NOT NULL,
	reservation_id uuid NOT NULL,
	seat_id text COLLATE "C" NOT NULL,
	place smallint NOT NULL, -- in the order asked, from 0
	PRIMARY KEY (show_id, reservation_id, place)
);

CREATE TABLE holdfast.decisions (
	partition integer NOT NULL,
	"offset" bigint NOT NULL,
	show_id text COLLATE "C",
	request_id uuid,
	type text COLLATE "C",
	code integer NOT NULL,
	reason text COLLATE "C" NOT NULL,
	duplicate_of bigint,
	decided_at timestamptz NOT NULL,
	-- Not null where the decision claims the request id; first half of SHA-256 over the content.
	content bytea CHECK (octet_length(content) = 16),
	reply bytea NOT NULL,  -- the reply's body, and
	events bytea,          -- the events' bodies by line, from which both are answered again
	PRIMARY KEY (partition, "offset")
);
-- Time-ordered request ids land side by side in it.
CREATE INDEX decisions_claims ON holdfast.decisions (request_id) WHERE content IS NOT NULL;

CREATE TABLE holdfast.partition_progress (
	partition integer PRIMARY KEY,
	next_offset bigint NOT NULL,
	owner_epoch bigint NOT NULL,
	decided_until timestamptz,
	last_offset bigint,
	last_digest bytea CHECK (octet_length(last_digest) = 32)
) WITH (fillfactor = 50);

-- The verification: as many rows as planned, or nothing at all of this transaction.
CREATE FUNCTION holdfast.must_change(what text, changed bigint, planned bigint) RETURNS bigint
LANGUAGE plpgsql AS $$
BEGIN
	IF changed IS DISTINCT FROM planned THEN
		RAISE EXCEPTION '%: changed % rows, planned %', what, changed, planned
			USING ERRCODE = 'HF001';
	END IF;
	RETURN changed;
END
$$;
