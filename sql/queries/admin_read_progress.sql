SELECT partition, next_offset, owner_epoch, decided_until
FROM holdfast.partition_progress
ORDER BY partition
