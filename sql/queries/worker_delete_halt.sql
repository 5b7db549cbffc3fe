DELETE FROM holdfast.partition_halts WHERE partition = $1::int4
