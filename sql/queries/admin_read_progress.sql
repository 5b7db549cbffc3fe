SELECT coalesce(p.partition, h.partition), p.next_offset, p.owner_epoch, p.decided_until,
	p.last_offset, h.at, h."offset", h.sqlstate, h.reason
FROM holdfast.partition_progress AS p
FULL JOIN holdfast.partition_halts AS h ON h.partition = p.partition
ORDER BY 1
