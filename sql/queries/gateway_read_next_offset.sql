SELECT next_offset FROM holdfast.partition_progress WHERE partition = $1::int4
