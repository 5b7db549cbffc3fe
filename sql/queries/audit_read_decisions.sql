SELECT "offset", show_id, request_id, type, code, reason, duplicate_of, decided_at, content, reply, events
FROM holdfast.decisions
WHERE partition = $1::int4 AND "offset" > $2::int8
ORDER BY "offset"
LIMIT 1000
