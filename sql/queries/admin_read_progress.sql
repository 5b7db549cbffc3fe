SELECT coalesce(p.partition, h.partition), p.next_offset, p.owner_epoch, p.decided_until,
	p.last_offset, h.at, h."offset", h.sqlstate, h.reason,
	g.at, g.first_offset, g.next_offset, g.database_user, g.os_user, g.host, g.reason
FROM holdfast.partition_progress AS p
FULL JOIN holdfast.partition_halts AS h ON h.partition = p.partition
LEFT JOIN LATERAL (
	SELECT * FROM holdfast.accepted_gaps AS a WHERE a.partition = p.partition
	ORDER BY a.first_offset DESC LIMIT 1
) AS g ON true
ORDER BY 1
