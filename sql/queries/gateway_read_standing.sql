-- How each partition of this database stands, for people to see.
SELECT coalesce(p.partition, h.partition), p.next_offset, p.owner_epoch, h.at, h."offset", h.reason,
	(SELECT group_id FROM holdfast.pipeline)
FROM holdfast.partition_progress AS p
FULL JOIN holdfast.partition_halts AS h ON h.partition = p.partition
ORDER BY 1
