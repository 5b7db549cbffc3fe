INSERT INTO holdfast.shadow_progress
	(partition, started_at, compared_until, same, reworded, different, unseen, saved_at)
VALUES ($1::int4, $2::int8, $2::int8, 0, 0, 0, 0, now())
ON CONFLICT (partition) DO NOTHING
