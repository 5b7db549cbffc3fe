UPDATE holdfast.partition_progress SET owner_epoch = owner_epoch
WHERE partition = $1::int4 AND owner_epoch = $2::int8
RETURNING next_offset
