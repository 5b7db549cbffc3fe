SELECT partition, next_offset, owner_epoch FROM holdfast.partition_progress
