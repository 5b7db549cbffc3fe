-- Version 9. Holds that are changed, and places in areas: docs/architecture.md, "The tables".

-- A worker that knows no more than version 8 would neither see what is in areas nor what has left a
-- reservation. What it calls in each batch takes other arguments now, so that its next batch fails and
-- the partition halts.
DROP FUNCTION holdfast.as_planned(text, bigint, bigint);

-- The verification: as many rows as planned, or nothing at all of this transaction.
CREATE FUNCTION holdfast.as_planned(what text, changed bigint, planned integer) RETURNS bigint
LANGUAGE plpgsql AS $$
BEGIN
	IF changed IS DISTINCT FROM planned THEN
		RAISE EXCEPTION '%: changed % rows, planned %', what, changed, planned
			USING ERRCODE = 'HF001';
	END IF;
	RETURN changed;
END
$$;

-- A hold may be changed more often than a smallint counts.
ALTER TABLE holdfast.reservation_seats ALTER COLUMN place TYPE integer;
ALTER TABLE holdfast.reservation_areas ALTER COLUMN place TYPE integer;

-- Those of `places` that are in areas.
ALTER TABLE holdfast.seat_reservations ADD COLUMN area_places integer NOT NULL DEFAULT 0;
UPDATE holdfast.seat_reservations AS r SET area_places = m.places
FROM (
	SELECT show_id, reservation_id, sum(count) AS places
	FROM holdfast.reservation_areas
	GROUP BY show_id, reservation_id
) AS m
WHERE m.show_id = r.show_id AND m.reservation_id = r.reservation_id;

-- Holds that may stand in an area's way, in the order in which they end. Key and condition in words that no
-- other index has, so that their look-up is planned over this one alone, and no other statement is. Holds
-- without places in areas are not in it.
CREATE INDEX seat_reservations_in_areas ON holdfast.seat_reservations
	((show_id || E'\x01'), reserved_until, request_offset)
	WHERE CASE status WHEN 'held' THEN area_places END > 0;
