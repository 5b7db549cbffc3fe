SELECT next_offset, owner_epoch FROM holdfast.partition_progress WHERE partition = $1::int4
