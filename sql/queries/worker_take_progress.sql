-- No row: the schema is of another version than the worker knows.
INSERT INTO holdfast.partition_progress AS p (partition, next_offset, owner_epoch)
SELECT $1::int4, $2::int8, 1
WHERE (SELECT max(version) FROM holdfast.schema_migrations) = $3::int4
ON CONFLICT (partition) DO UPDATE SET owner_epoch = p.owner_epoch + 1
RETURNING p.next_offset, p.owner_epoch, p.decided_until, p.last_offset, p.last_digest
