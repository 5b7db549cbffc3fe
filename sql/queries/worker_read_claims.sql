SELECT k.show_id, d.request_id, d."offset", d.decided_at, d.content, d.code, d.reason, d.reply
FROM unnest($1::text[], $2::uuid[]) AS k (show_id, request_id)
CROSS JOIN LATERAL (
	SELECT * FROM holdfast.decisions
	WHERE request_id = k.request_id AND content IS NOT NULL AND show_id = k.show_id COLLATE "C"
	OFFSET 0
) AS d
