SELECT partition, next_offset FROM holdfast.partition_progress
