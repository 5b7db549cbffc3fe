SELECT k.show_id, d.request_id, d."offset", d.decided_at, d.content, d.code, d.reason, d.reply
FROM (SELECT unnest($1::text[]) AS show_id, unnest($2::uuid[]) AS request_id) AS k
CROSS JOIN LATERAL (
	SELECT * FROM holdfast.decisions
	WHERE request_id = k.request_id AND content IS NOT NULL AND show_id = k.show_id COLLATE "C"
	OFFSET 0
) AS d
