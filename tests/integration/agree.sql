-- What the topics say against what the rows say: each statement gives a line for what differs.
-- agree_all has filled req, rep and ev; :but is a show whose seats are not looked at.

CREATE TEMP TABLE r AS
SELECT (v->'request'->>'partition')::int AS p, (v->'request'->>'offset')::bigint AS o, v FROM rep;
CREATE INDEX ON r (p, o);
CREATE INDEX ON req (p, n);
CREATE INDEX ON ev (((v->'request'->>'partition')::int), ((v->'request'->>'offset')::bigint));
ANALYZE r;
ANALYZE req;
ANALYZE ev;

-- Every request has a reply, one alone, and no reply is to nothing.
SELECT 'no reply', req.p, req.n FROM req
WHERE NOT EXISTS (SELECT FROM r WHERE r.p = req.p AND r.o = req.n);

SELECT 'replies', p, o, count(*) FROM r GROUP BY p, o HAVING count(*) <> 1;

SELECT 'reply to nothing', p, o FROM r
WHERE NOT EXISTS (SELECT FROM req WHERE req.p = r.p AND req.n = r.o);

-- Each row of decisions says what its reply says.
SELECT 'row and reply', r.v, d.partition, d.offset
FROM r FULL JOIN holdfast.decisions d ON d.partition = r.p AND d."offset" = r.o
WHERE r.p IS NULL OR d.partition IS NULL
	OR (r.v->>'code')::int <> d.code
	OR r.v->>'reason' <> d.reason
	OR r.v->>'type' IS DISTINCT FROM d.type
	OR r.v->>'show_id' IS DISTINCT FROM d.show_id
	OR (r.v->>'request_id')::uuid IS DISTINCT FROM d.request_id
	OR (r.v->>'duplicate_of')::bigint IS DISTINCT FROM d.duplicate_of
	OR (r.v->>'decided_at')::timestamptz <> d.decided_at
	OR (r.v->>'status' = 'accepted') <> (d.code = 200);

-- A decision has the latest time of the records up to its own.
SELECT 'time', d.partition, d.offset
FROM holdfast.decisions d
JOIN (SELECT p, n, max(t) OVER (PARTITION BY p ORDER BY n) AS t FROM req) q
	ON q.p = d.partition AND q.n = d.offset
WHERE (d.duplicate_of IS NULL OR d.code = 422)
	AND (extract(epoch FROM d.decided_at) * 1000)::bigint <> q.t;

-- A duplicate is the first reply again.
SELECT 'duplicate', a.v, b.v
FROM r a JOIN r b ON b.p = a.p AND b.o = (a.v->>'duplicate_of')::bigint
WHERE a.v->>'code' <> '422'
	AND a.v - 'request' - 'duplicate_of' <> b.v - 'request' - 'duplicate_of';

-- The progress stands behind the last request.
SELECT 'progress', q.p
FROM (SELECT p, max(n) AS n FROM req GROUP BY p) q
LEFT JOIN holdfast.partition_progress g ON g.partition = q.p
WHERE g.next_offset IS DISTINCT FROM q.n + 1 OR g.last_offset IS DISTINCT FROM q.n;

-- What changed something told its event last, behind the holds that had lapsed; nothing else did.
SELECT 'events of', d.partition, d.offset, d.reason, e.events
FROM holdfast.decisions d
LEFT JOIN LATERAL (
	SELECT array_agg(ev.v->>'event' ORDER BY ev.n) AS events FROM ev
	WHERE (ev.v->'request'->>'partition')::int = d.partition
		AND (ev.v->'request'->>'offset')::bigint = d.offset
) e ON true
LEFT JOIN (VALUES ('SHOW_CREATED', 'show_created'), ('SEATS_ADDED', 'seats_added'),
	('RESERVED', 'reserved'), ('RELEASED', 'released'), ('CONFIRMED', 'sold'),
	('CANCELLED', 'cancelled'), ('EXPIRED', 'expired')) k (reason, kind) ON k.reason = d.reason
WHERE CASE
	WHEN d.duplicate_of IS NULL AND k.kind IS NOT NULL
		THEN e.events[cardinality(e.events)] IS DISTINCT FROM k.kind
			OR EXISTS (SELECT FROM unnest(e.events[:cardinality(e.events) - 1]) x WHERE x <> 'expired')
	WHEN d.duplicate_of IS NULL AND d.reason = 'EXTENDED' THEN e.events <> ARRAY['extended']
	ELSE e.events IS NOT NULL
END;

-- The last event of each seat is how it stands.
WITH last AS (
	SELECT DISTINCT ON (v->>'show_id', s) v->>'show_id' AS show_id, s AS seat_id,
		CASE v->>'event' WHEN 'reserved' THEN 'reserved' WHEN 'extended' THEN 'reserved'
			WHEN 'sold' THEN 'sold' ELSE 'available' END AS status, v
	FROM ev, jsonb_array_elements_text(v->'seat_ids') s
	ORDER BY v->>'show_id', s, p, n DESC
)
SELECT 'seat', l.v, s.*
FROM last l FULL JOIN holdfast.show_seats s USING (show_id, seat_id)
WHERE show_id <> :'but' AND (
	s.status IS DISTINCT FROM l.status
	OR s.reserved_by IS DISTINCT FROM
		CASE WHEN l.status <> 'available' THEN (l.v->>'reservation_id')::uuid END
	OR s.reserved_until IS DISTINCT FROM
		CASE WHEN l.status = 'reserved' THEN (l.v->>'reserved_until')::timestamptz END
	OR s.version IS DISTINCT FROM (l.v->'request'->>'offset')::bigint
);

-- The last event of each reservation is how it stands; its end is the last one that was told.
WITH last AS (
	SELECT DISTINCT ON (v->>'show_id', v->>'reservation_id') v->>'show_id' AS show_id,
		(v->>'reservation_id')::uuid AS reservation_id, v
	FROM ev WHERE v ? 'reservation_id'
	ORDER BY v->>'show_id', v->>'reservation_id', p, n DESC
), until AS (
	SELECT DISTINCT ON (v->>'show_id', v->>'reservation_id') v->>'show_id' AS show_id,
		(v->>'reservation_id')::uuid AS reservation_id, (v->>'reserved_until')::timestamptz AS until
	FROM ev WHERE v ? 'reserved_until'
	ORDER BY v->>'show_id', v->>'reservation_id', p, n DESC
)
SELECT 'reservation', l.v, s.*
FROM last l JOIN until u USING (show_id, reservation_id)
FULL JOIN holdfast.seat_reservations s USING (show_id, reservation_id)
WHERE show_id <> :'but' AND (
	s.status IS DISTINCT FROM CASE l.v->>'event' WHEN 'reserved' THEN 'held'
		WHEN 'extended' THEN 'held' WHEN 'sold' THEN 'confirmed' ELSE l.v->>'event' END
	OR s.reserved_until IS DISTINCT FROM u.until
	OR (s.status <> 'held' AND s.ended_at IS DISTINCT FROM (l.v->>'at')::timestamptz)
);

-- A taken seat stands in the list of a reservation that is held or confirmed, and the other way round.
SELECT 'holder', s.*
FROM holdfast.show_seats s
LEFT JOIN holdfast.seat_reservations r
	ON r.show_id = s.show_id AND r.reservation_id = s.reserved_by
LEFT JOIN holdfast.reservation_seats l
	ON l.show_id = s.show_id AND l.reservation_id = s.reserved_by AND l.seat_id = s.seat_id
WHERE s.show_id <> :'but' AND s.status <> 'available' AND (
	l.seat_id IS NULL
	OR r.status IS DISTINCT FROM CASE s.status WHEN 'sold' THEN 'confirmed' ELSE 'held' END
);

SELECT 'held', l.*
FROM holdfast.seat_reservations r
JOIN holdfast.reservation_seats l USING (show_id, reservation_id)
LEFT JOIN holdfast.show_seats s USING (show_id, seat_id)
WHERE show_id <> :'but' AND r.status IN ('held', 'confirmed')
	AND s.reserved_by IS DISTINCT FROM l.reservation_id;
