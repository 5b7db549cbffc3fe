-- Version 8. Selling rules: windows, places, channels, areas, limits a customer; and the epoch of what was
-- read. Why it looks as it does: docs/architecture.md, "The tables".

-- A worker that knows no more than version 7 would go by its old rules. What it calls in each batch is no
-- longer there, so that its next batch fails and the partition halts.
DROP FUNCTION holdfast.must_change(text, bigint, bigint);

-- The verification: as many rows as planned, or nothing at all of this transaction.
CREATE FUNCTION holdfast.as_planned(what text, changed bigint, planned bigint) RETURNS bigint
LANGUAGE plpgsql AS $$
BEGIN
	IF changed IS DISTINCT FROM planned THEN
		RAISE EXCEPTION '%: changed % rows, planned %', what, changed, planned
			USING ERRCODE = 'HF001';
	END IF;
	RETURN changed;
END
$$;

-- ---- shows ----

ALTER TABLE holdfast.shows
	ADD COLUMN rules integer NOT NULL DEFAULT 1,
	ADD COLUMN on_sale_from timestamptz,
	ADD COLUMN on_sale_until timestamptz,
	ADD COLUMN closed boolean NOT NULL DEFAULT false,
	ADD COLUMN singles text COLLATE "C" NOT NULL DEFAULT 'allow' CHECK (singles IN ('allow', 'refuse')),
	ADD COLUMN max_customer_seats integer NOT NULL DEFAULT 0 CHECK (max_customer_seats BETWEEN 0 AND 1000),
	ADD COLUMN max_customer_holds integer NOT NULL DEFAULT 0 CHECK (max_customer_holds BETWEEN 0 AND 50),
	ADD COLUMN version bigint NOT NULL DEFAULT 0,
	ADD CHECK (isfinite(on_sale_from) AND isfinite(on_sale_until));
UPDATE holdfast.shows SET version = created_offset;

CREATE TABLE holdfast.show_channels (
	show_id text COLLATE "C" NOT NULL,
	channel text COLLATE "C" NOT NULL CHECK (octet_length(channel) BETWEEN 1 AND 64 AND channel <> 'public'),
	key_hash bytea CHECK (octet_length(key_hash) = 32),
	on_sale_from timestamptz,
	on_sale_until timestamptz,
	opens text[] COLLATE "C" NOT NULL DEFAULT '{}', -- sorted
	exempt boolean NOT NULL DEFAULT false,
	version bigint NOT NULL,
	PRIMARY KEY (show_id, channel),
	CHECK (isfinite(on_sale_from) AND isfinite(on_sale_until))
);

-- ---- seats ----

-- No CHECK: each would be evaluated whenever a seat is reserved or sold.
ALTER TABLE holdfast.show_seats ADD COLUMN channel text COLLATE "C";

-- Apart from show_seats, whose rows are written anew with every hold and sale.
CREATE TABLE holdfast.seat_places (
	show_id text COLLATE "C" NOT NULL,
	seat_id text COLLATE "C" NOT NULL,
	section text COLLATE "C" CHECK (octet_length(section) BETWEEN 1 AND 64),
	seat_row text COLLATE "C" CHECK (octet_length(seat_row) BETWEEN 1 AND 64),
	pos integer CHECK (pos BETWEEN 1 AND 32767),
	category text COLLATE "C" CHECK (octet_length(category) BETWEEN 1 AND 64),
	rank integer NOT NULL DEFAULT 1000000 CHECK (rank BETWEEN 1 AND 1000000),
	flags text[] COLLATE "C" NOT NULL DEFAULT '{}' CHECK (flags IN ('{}', '{accessible}', '{companion}',
		'{restricted}', '{accessible,companion}', '{accessible,restricted}', '{companion,restricted}',
		'{accessible,companion,restricted}')),
	x integer CHECK (x BETWEEN 0 AND 1000000),
	y integer CHECK (y BETWEEN 0 AND 1000000),
	version bigint NOT NULL,
	-- No section is one, too. With the show in it: an index that begins with show_id would sometimes be
	-- taken for the key's. U+0001 is in no name.
	hall text COLLATE "C" NOT NULL GENERATED ALWAYS AS (show_id || E'\x01' || coalesce(section, '')) STORED,
	PRIMARY KEY (show_id, seat_id),
	CHECK ((seat_row IS NULL) = (pos IS NULL)),
	CHECK ((x IS NULL) = (y IS NULL)),
	-- Seats without a row never meet. At the end of the transaction: they may change their places.
	CONSTRAINT seat_places_one_seat_a_place UNIQUE (hall, seat_row, pos)
		DEFERRABLE INITIALLY DEFERRED
);

-- ---- areas ----

CREATE TABLE holdfast.show_areas (
	show_id text COLLATE "C" NOT NULL,
	area_id text COLLATE "C" NOT NULL CHECK (octet_length(area_id) BETWEEN 1 AND 64),
	capacity integer NOT NULL CHECK (capacity BETWEEN 0 AND 1000000),
	held integer NOT NULL DEFAULT 0, -- by holds that have lapsed, too
	sold integer NOT NULL DEFAULT 0,
	channel text COLLATE "C",
	category text COLLATE "C",
	version bigint NOT NULL,
	PRIMARY KEY (show_id, area_id),
	CHECK (held >= 0 AND sold >= 0 AND held + sold <= capacity)
) WITH (fillfactor = 50);

-- ---- reservations ----

ALTER TABLE holdfast.seat_reservations
	ADD COLUMN customer_hash bytea CHECK (octet_length(customer_hash) = 32),
	ADD COLUMN channel text COLLATE "C",
	ADD COLUMN places integer NOT NULL DEFAULT 0;
UPDATE holdfast.seat_reservations AS r SET places = (
	SELECT count(*) FROM holdfast.reservation_seats AS m
	WHERE m.show_id = r.show_id AND m.reservation_id = r.reservation_id);
CREATE INDEX seat_reservations_of_a_customer ON holdfast.seat_reservations (show_id, customer_hash)
	WHERE customer_hash IS NOT NULL AND status IN ('held', 'confirmed');

-- One row however often a seat comes and goes; `place` is the order in which it came last.
ALTER TABLE holdfast.reservation_seats
	ADD COLUMN left_at bigint,
	DROP CONSTRAINT reservation_seats_pkey,
	ADD PRIMARY KEY (show_id, reservation_id, seat_id);

CREATE TABLE holdfast.reservation_areas (
	show_id text COLLATE "C" NOT NULL,
	reservation_id uuid NOT NULL,
	area_id text COLLATE "C" NOT NULL,
	count integer NOT NULL CHECK (count >= 0),
	place smallint NOT NULL, -- in the order in which they came, from 0
	PRIMARY KEY (show_id, reservation_id, area_id)
);

-- ---- changes by hand ----

-- 16 hexadecimal digits that were never drawn before.
CREATE FUNCTION holdfast.draw_epoch() RETURNS text
LANGUAGE sql SET search_path = pg_catalog, pg_temp
RETURN (SELECT substr(drawn, 1, 8) || substr(drawn, 10, 4) || substr(drawn, 33, 4)
	FROM (SELECT gen_random_uuid()::text AS drawn) AS id);

ALTER TABLE holdfast.hand_changes
	ADD COLUMN epoch text COLLATE "C" NOT NULL DEFAULT holdfast.draw_epoch() CHECK (epoch ~ '^[0-9a-f]{16}$');

CREATE OR REPLACE FUNCTION holdfast.count_hand_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	UPDATE holdfast.hand_changes SET changes = changes + 1, epoch = holdfast.draw_epoch();
	RETURN NULL;
END
$$;

DO $$
DECLARE
	name text;
BEGIN
	FOREACH name IN ARRAY ARRAY['show_channels', 'seat_places', 'show_areas', 'reservation_areas'] LOOP
		EXECUTE format('CREATE TRIGGER hand_changes BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE '
			'ON holdfast.%I FOR EACH STATEMENT '
			'WHEN (current_setting(''holdfast.writer'', true) IS DISTINCT FROM ''worker'') '
			'EXECUTE FUNCTION holdfast.count_hand_change()', name);
		-- Also where session_replication_role is replica.
		EXECUTE format('ALTER TABLE holdfast.%I ENABLE ALWAYS TRIGGER hand_changes', name);
	END LOOP;
END
$$;
