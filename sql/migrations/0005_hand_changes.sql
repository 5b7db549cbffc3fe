-- Version 5. Counts the statements by which somebody else than a worker changed rows of shows, so that
-- workers, which keep rows in memory, notice: docs/architecture.md, "The cache".

CREATE TABLE holdfast.hand_changes (
	only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
	changes bigint NOT NULL
) WITH (fillfactor = 50);
INSERT INTO holdfast.hand_changes (changes) VALUES (0);

-- Whoever may change the rows may count it.
CREATE FUNCTION holdfast.count_hand_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	UPDATE holdfast.hand_changes SET changes = changes + 1;
	RETURN NULL;
END
$$;

-- Before the statement: people who write at the same time wait here, not in a deadlock. A worker's own
-- transaction says so when it moves the progress, and then only the condition is evaluated.
CREATE TRIGGER hand_changes BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON holdfast.shows
	FOR EACH STATEMENT WHEN (current_setting('holdfast.writer', true) IS DISTINCT FROM 'worker')
	EXECUTE FUNCTION holdfast.count_hand_change();
CREATE TRIGGER hand_changes BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON holdfast.show_seats
	FOR EACH STATEMENT WHEN (current_setting('holdfast.writer', true) IS DISTINCT FROM 'worker')
	EXECUTE FUNCTION holdfast.count_hand_change();
CREATE TRIGGER hand_changes BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON holdfast.seat_reservations
	FOR EACH STATEMENT WHEN (current_setting('holdfast.writer', true) IS DISTINCT FROM 'worker')
	EXECUTE FUNCTION holdfast.count_hand_change();
CREATE TRIGGER hand_changes BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON holdfast.reservation_seats
	FOR EACH STATEMENT WHEN (current_setting('holdfast.writer', true) IS DISTINCT FROM 'worker')
	EXECUTE FUNCTION holdfast.count_hand_change();

-- Also where session_replication_role is replica.
ALTER TABLE holdfast.shows ENABLE ALWAYS TRIGGER hand_changes;
ALTER TABLE holdfast.show_seats ENABLE ALWAYS TRIGGER hand_changes;
ALTER TABLE holdfast.seat_reservations ENABLE ALWAYS TRIGGER hand_changes;
ALTER TABLE holdfast.reservation_seats ENABLE ALWAYS TRIGGER hand_changes;
