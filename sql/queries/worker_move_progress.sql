UPDATE holdfast.partition_progress
SET next_offset = $2::int8, decided_until = $3::timestamptz, last_offset = $4::int8, last_digest = $5::bytea
WHERE partition = $1::int4
	AND next_offset = $6::int8 AND owner_epoch = $7::int8
RETURNING (SELECT changes FROM holdfast.hand_changes) AS hand_changes,
	set_config('holdfast.writer', 'worker', true) -- until the transaction ends: see migration 0005
