SELECT partition, next_offset, decided_until, last_offset, last_digest, owner_epoch
FROM holdfast.partition_progress
ORDER BY partition
