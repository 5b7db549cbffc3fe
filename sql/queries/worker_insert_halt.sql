INSERT INTO holdfast.partition_halts AS h (partition, at, "offset", sqlstate, reason)
SELECT $1::int4, date_trunc('milliseconds', now()), $2::int8, $3::text, $4::text
WHERE NOT EXISTS (
	SELECT FROM holdfast.partition_progress AS p WHERE p.partition = $1 AND p.owner_epoch > $5::int8)
ON CONFLICT (partition) DO UPDATE
SET "offset" = EXCLUDED."offset", sqlstate = EXCLUDED.sqlstate,
	reason = EXCLUDED.reason
