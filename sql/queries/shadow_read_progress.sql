SELECT s.partition, s.started_at, s.compared_until, s.same, s.reworded, s.different, s.unseen, s.saved_at,
	coalesce(p.next_offset, 0), (SELECT count(*) FROM holdfast.shadow_differences AS d WHERE d.partition = s.partition)
FROM holdfast.shadow_progress AS s
	LEFT JOIN holdfast.partition_progress AS p ON p.partition = s.partition
WHERE $1::int4 IS NULL OR s.partition = $1::int4
ORDER BY s.partition
