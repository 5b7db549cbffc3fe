SELECT partition, "offset", request_id, show_id, type, code, reason, duplicate_of, decided_at, reply
FROM holdfast.decisions
WHERE partition = $1::int4 AND "offset" = $2::int8
