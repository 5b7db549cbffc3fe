SELECT "offset", request_id, show_id, type, code, reason, duplicate_of, decided_at, reply, events
FROM holdfast.decisions
WHERE partition = $1::int4 AND "offset" BETWEEN $2::int8 AND $3::int8
ORDER BY "offset"
