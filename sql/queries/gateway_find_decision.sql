-- The one that claimed the id last; the columns of gateway_read_decision.
SELECT partition, "offset", request_id, show_id, type, code, reason, duplicate_of, decided_at, reply
FROM holdfast.decisions
WHERE request_id = $1::uuid AND content IS NOT NULL AND show_id = $2::text COLLATE "C"
ORDER BY "offset" DESC
LIMIT 1
