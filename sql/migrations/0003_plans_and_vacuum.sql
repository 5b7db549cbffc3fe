-- Version 3. Indexes that no other statement's plan can mistake for its own, room on the pages of
-- seats, and when autovacuum comes: docs/architecture.md, "The tables".

-- `ended_at IS NULL` says the same as `status = 'held'`, by the table's CHECK; but the planner does not
-- know it, so that only a statement with these words, the expirer's, can be planned over this index.
DROP INDEX holdfast.seat_reservations_due;
CREATE INDEX seat_reservations_due
	ON holdfast.seat_reservations (reserved_until) WHERE ended_at IS NULL;

ALTER TABLE holdfast.show_seats SET (fillfactor = 45, autovacuum_vacuum_scale_factor = 0.05);

ALTER TABLE holdfast.decisions SET (
	autovacuum_vacuum_insert_scale_factor = 0.02,
	autovacuum_vacuum_scale_factor = 0.02,
	autovacuum_freeze_min_age = 0);
