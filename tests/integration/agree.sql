-- What the topics say against what the rows say: each statement gives a line for what differs.
-- agree_all has filled req, rep and ev; :but is a show whose seats are not looked at.

CREATE TEMP TABLE r AS
SELECT (v->'request'->>'partition')::int AS p, (v->'request'->>'offset')::bigint AS o, v FROM rep;
CREATE INDEX ON r (p, o);
CREATE INDEX ON req (p, n);
CREATE INDEX ON ev (((v->'request'->>'partition')::int), ((v->'request'->>'offset')::bigint));
ANALYZE r (p, o); -- comparing values takes long
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
	('CANCELLED', 'cancelled'), ('PARTLY_CANCELLED', 'cancelled'), ('EXPIRED', 'expired'),
	('SEATS_CHANGED', 'seats_changed'), ('CHANNELS_SET', 'channels_set'), ('AREAS_SET', 'areas_set')
) k (reason, kind) ON k.reason = d.reason
LEFT JOIN (VALUES ('EXTENDED', 'extended'), ('SHOW_CHANGED', 'show_changed'),
	('SEATS_BLOCKED', 'blocked'), ('SEATS_UNBLOCKED', 'unblocked')) m (reason, kind)
	ON m.reason = d.reason -- where it made a difference
WHERE CASE
	WHEN d.duplicate_of IS NULL AND k.kind IS NOT NULL
		THEN e.events[cardinality(e.events)] IS DISTINCT FROM k.kind
			OR EXISTS (SELECT FROM unnest(e.events[:cardinality(e.events) - 1]) x WHERE x <> 'expired')
	WHEN d.duplicate_of IS NULL AND m.kind IS NOT NULL THEN e.events <> ARRAY[m.kind]
	WHEN d.duplicate_of IS NULL AND d.reason = 'HOLD_CHANGED'
		THEN array_to_string(e.events, ' ')
			!~ '^((expired )*(released )?reserved|released|(released )?extended)$'
	ELSE e.events IS NOT NULL
END;

-- What a hold is reserved until, as told; is_moved: by a change that does not name all its seats.
CREATE TEMP TABLE until AS
SELECT v->>'show_id' AS show_id, (v->>'reservation_id')::uuid AS reservation_id, p, n,
	(v->'request'->>'offset')::bigint AS o, (v->>'reserved_until')::timestamptz AS until,
	v ? 'change' AND (v->>'reserved_until') IS DISTINCT FROM
		lag(v->>'reserved_until') OVER (PARTITION BY v->>'show_id', v->>'reservation_id' ORDER BY p, n)
		AS is_moved
FROM ev WHERE v ? 'reserved_until';

-- The last event of each seat is how it stands; by which channel it is sold, another's.
WITH told AS (
	SELECT v->>'show_id' AS show_id, s AS seat_id, p, n, v, (v->'request'->>'offset')::bigint AS o,
		v->>'event' IN ('blocked', 'unblocked') AS is_of_channel
	FROM ev, jsonb_array_elements_text(v->'seat_ids') s
	WHERE v->>'event' <> 'seats_changed'
), last AS (
	SELECT DISTINCT ON (show_id, seat_id) show_id, seat_id,
		CASE v->>'event' WHEN 'reserved' THEN 'reserved' WHEN 'extended' THEN 'reserved'
			WHEN 'sold' THEN 'sold' ELSE 'available' END AS status,
		(v->>'reservation_id')::uuid AS reservation_id, v
	FROM told WHERE NOT is_of_channel
	ORDER BY show_id, seat_id, p, n DESC
), channel AS (
	SELECT DISTINCT ON (show_id, seat_id) show_id, seat_id, v->>'channel' AS channel
	FROM told WHERE is_of_channel
	ORDER BY show_id, seat_id, p, n DESC
), version AS (
	SELECT show_id, seat_id, max(o) AS version
	FROM told GROUP BY show_id, seat_id
), held AS (
	SELECT show_id, reservation_id, (array_agg(until ORDER BY p, n DESC))[1] AS until,
		max(o) FILTER (WHERE is_moved) AS moved
	FROM until GROUP BY show_id, reservation_id
)
SELECT 'seat', l.v, s.*
FROM last l LEFT JOIN channel c USING (show_id, seat_id) LEFT JOIN version v USING (show_id, seat_id)
LEFT JOIN held h USING (show_id, reservation_id)
FULL JOIN holdfast.show_seats s USING (show_id, seat_id)
WHERE show_id <> :'but' AND (
	s.status IS DISTINCT FROM l.status
	OR s.reserved_by IS DISTINCT FROM CASE WHEN l.status <> 'available' THEN l.reservation_id END
	OR s.reserved_until IS DISTINCT FROM CASE WHEN l.status = 'reserved' THEN h.until END
	OR s.channel IS DISTINCT FROM c.channel
	OR s.version IS DISTINCT FROM
		CASE WHEN l.status = 'available' THEN v.version ELSE greatest(v.version, h.moved) END
);

-- A seat is where it was put last; the row's version is the last request that moved it, or that made
-- another kind of seat of it.
WITH told AS (
	SELECT v->>'show_id' AS show_id, s->>'seat_id' AS seat_id, p, n,
		(v->'request'->>'offset')::bigint AS o,
		ROW(s->>'section', s->>'row', (s->>'pos')::int, s->>'category',
			coalesce((s->>'rank')::int, 1000000),
			ARRAY(SELECT f FROM jsonb_array_elements_text(s->'flags') f ORDER BY f COLLATE "C"),
			(s->>'x')::int, (s->>'y')::int)::text AS place
	FROM ev, jsonb_array_elements(v->'seats') s
), moved AS (
	SELECT *, place IS DISTINCT FROM
		lag(place) OVER (PARTITION BY show_id, seat_id ORDER BY p, n) AS is_other
	FROM told
), last AS (
	SELECT DISTINCT ON (show_id, seat_id) show_id, seat_id, place, o
	FROM moved WHERE is_other
	ORDER BY show_id, seat_id, p, n DESC
)
SELECT 'place', l.*, s.*
FROM last l FULL JOIN holdfast.seat_places s USING (show_id, seat_id)
WHERE show_id <> :'but' AND (
	ROW(s.section, s.seat_row, s.pos, s.category, s.rank, s.flags, s.x, s.y)::text
		IS DISTINCT FROM l.place
	OR s.version IS DISTINCT FROM l.o
);

-- A channel is what was set last. Its key is in no event, so that it may have changed since.
WITH told AS (
	SELECT v->>'show_id' AS show_id, c->>'channel' AS channel, p, n,
		(v->'request'->>'offset')::bigint AS o,
		ROW((c->>'on_sale_from')::timestamptz, (c->>'on_sale_until')::timestamptz,
			ARRAY(SELECT x FROM jsonb_array_elements_text(c->'opens') x ORDER BY x COLLATE "C"),
			coalesce((c->>'exempt')::boolean, false))::text AS rule
	FROM ev, jsonb_array_elements(v->'channels') c
), set AS (
	SELECT *, rule IS DISTINCT FROM
		lag(rule) OVER (PARTITION BY show_id, channel ORDER BY p, n) AS is_other
	FROM told
), last AS (
	SELECT DISTINCT ON (show_id, channel) show_id, channel, rule, o
	FROM set WHERE is_other
	ORDER BY show_id, channel, p, n DESC
)
SELECT 'channel', l.*, c.*
FROM last l FULL JOIN holdfast.show_channels c USING (show_id, channel)
WHERE show_id <> :'but' AND (
	ROW(c.on_sale_from, c.on_sale_until, c.opens, c.exempt)::text IS DISTINCT FROM l.rule
	OR c.version < l.o
	OR NOT EXISTS (SELECT FROM told t
		WHERE t.show_id = c.show_id AND t.channel = c.channel AND t.o = c.version)
);

-- A show's policy is what events say of it, the last one first. A key is in no event.
WITH told AS (
	SELECT v->>'show_id' AS show_id, p, n, v, (v->'request'->>'offset')::bigint AS o
	FROM ev WHERE v->>'event' IN ('show_created', 'show_changed')
), said AS (
	SELECT DISTINCT ON (show_id, key) show_id, key, value
	FROM told, jsonb_each_text(v) ORDER BY show_id, key, p, n DESC
), last AS (
	SELECT show_id, jsonb_object_agg(key, value) AS v,
		(SELECT max(o) FROM told t WHERE t.show_id = said.show_id) AS o
	FROM said GROUP BY show_id
)
SELECT 'show', l.*, s.*
FROM last l FULL JOIN holdfast.shows s USING (show_id)
WHERE show_id <> :'but' AND (
	ROW(s.rules, s.title, s.hold_seconds, s.max_hold_seconds, s.max_seats, s.on_sale_from,
		s.on_sale_until, s.closed, s.singles, s.max_customer_seats, s.max_customer_holds) IS DISTINCT FROM
	ROW((l.v->>'rules')::int, l.v->>'title', (l.v->>'hold_seconds')::int,
		(l.v->>'max_hold_seconds')::int, (l.v->>'max_seats')::int,
		(l.v->>'on_sale_from')::timestamptz, (l.v->>'on_sale_until')::timestamptz,
		coalesce((l.v->>'closed')::boolean, false), coalesce(l.v->>'singles', 'allow'),
		coalesce((l.v->>'max_customer_seats')::int, 0), coalesce((l.v->>'max_customer_holds')::int, 0))
	OR s.version < l.o
	OR s.version > l.o AND NOT EXISTS (SELECT FROM holdfast.decisions d
		JOIN r ON r.p = d.partition AND r.o = d."offset"
		WHERE d.show_id = s.show_id AND d."offset" = s.version AND d.reason = 'SHOW_CHANGED')
);

-- The last event of each reservation that is not of a part is how it stands; its end is the last
-- one that was told.
WITH last AS (
	SELECT DISTINCT ON (v->>'show_id', v->>'reservation_id') v->>'show_id' AS show_id,
		(v->>'reservation_id')::uuid AS reservation_id, v
	FROM ev WHERE v ? 'reservation_id' AND NOT v ? 'change'
	ORDER BY v->>'show_id', v->>'reservation_id', p, n DESC
), latest AS (
	SELECT DISTINCT ON (show_id, reservation_id) show_id, reservation_id, until
	FROM until ORDER BY show_id, reservation_id, p, n DESC
)
SELECT 'reservation', l.v, s.*
FROM last l JOIN latest u USING (show_id, reservation_id)
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
	l.seat_id IS NULL OR l.left_at IS NOT NULL
	OR r.status IS DISTINCT FROM CASE s.status WHEN 'sold' THEN 'confirmed' ELSE 'held' END
);

SELECT 'held', l.*
FROM holdfast.seat_reservations r
JOIN holdfast.reservation_seats l USING (show_id, reservation_id)
LEFT JOIN holdfast.show_seats s USING (show_id, seat_id)
WHERE show_id <> :'but' AND r.status IN ('held', 'confirmed')
	AND (s.reserved_by IS NOT DISTINCT FROM l.reservation_id) <> (l.left_at IS NULL);

-- What came into a reservation and what left it, by its events, in their order; the rest of them
-- are of all that is in it.
CREATE TEMP TABLE part AS
SELECT v->>'show_id' AS show_id, (v->>'reservation_id')::uuid AS reservation_id, p, n, v,
	(v->'request'->>'offset')::bigint AS o, v->>'event' = 'reserved' AS comes
FROM ev WHERE v->>'event' = 'reserved' OR v ? 'change';

-- The seats that came last and did not leave, in the order they came in; when the others left.
WITH moved AS (
	SELECT DISTINCT ON (show_id, reservation_id, seat_id) show_id, reservation_id, seat_id, comes, o, p,
		n, ordinal
	FROM part, jsonb_array_elements_text(v->'seat_ids') WITH ORDINALITY s (seat_id, ordinal)
	ORDER BY show_id, reservation_id, seat_id, p, n DESC
), told AS (
	SELECT *, row_number() OVER (PARTITION BY show_id, reservation_id, comes ORDER BY p, n, ordinal) AS i
	FROM moved
), has AS (
	SELECT show_id, reservation_id, seat_id, left_at, row_number() OVER (
		PARTITION BY show_id, reservation_id, left_at IS NULL ORDER BY place) AS i
	FROM holdfast.reservation_seats
)
SELECT 'place of', t.*, l.*
FROM told t FULL JOIN has l USING (show_id, reservation_id, seat_id)
WHERE show_id <> :'but' AND (
	t.i IS NULL OR l.i IS NULL
	OR l.left_at IS DISTINCT FROM CASE WHEN NOT t.comes THEN t.o END
	OR l.left_at IS NULL AND l.i <> t.i
);

-- As many places of each area as came and did not leave.
WITH told AS (
	SELECT show_id, reservation_id, a->>'area_id' AS area_id,
		sum(CASE WHEN comes THEN 1 ELSE -1 END * (a->>'count')::int) AS count
	FROM part, jsonb_array_elements(v->'areas') a GROUP BY 1, 2, 3
)
SELECT 'places of', t.*, l.*
FROM told t FULL JOIN holdfast.reservation_areas l USING (show_id, reservation_id, area_id)
WHERE show_id <> :'but' AND l.count IS DISTINCT FROM t.count;

-- The places of a reservation are all that is in it.
SELECT 'places', r.*
FROM holdfast.seat_reservations r
WHERE show_id <> :'but' AND places <> (SELECT count(*) FROM holdfast.reservation_seats s
		WHERE s.show_id = r.show_id AND s.reservation_id = r.reservation_id AND left_at IS NULL)
	+ (SELECT coalesce(sum(count), 0) FROM holdfast.reservation_areas a
		WHERE a.show_id = r.show_id AND a.reservation_id = r.reservation_id);

-- An area is what was set last, and has what is held and sold of it: no more than it has places.
-- The row's version is the last request that set it otherwise, or moved places of it.
WITH told AS (
	SELECT v->>'show_id' AS show_id, a->>'area_id' AS area_id, p, n,
		(v->'request'->>'offset')::bigint AS o,
		ROW((a->>'capacity')::int, a->>'channel', a->>'category')::text AS area
	FROM ev, jsonb_array_elements(v->'areas') a WHERE v->>'event' = 'areas_set'
), set AS (
	SELECT *, area IS DISTINCT FROM
		lag(area) OVER (PARTITION BY show_id, area_id ORDER BY p, n) AS is_other
	FROM told
), last AS (
	SELECT DISTINCT ON (show_id, area_id) show_id, area_id, area
	FROM told ORDER BY show_id, area_id, p, n DESC
), version AS (
	SELECT show_id, area_id, max(o) AS version FROM (
		SELECT show_id, area_id, o FROM set WHERE is_other
		UNION ALL
		SELECT v->>'show_id', a->>'area_id', (v->'request'->>'offset')::bigint
		FROM ev, jsonb_array_elements(v->'areas') a
		WHERE v->>'event' NOT IN ('areas_set', 'extended')
	) m GROUP BY show_id, area_id
), taken AS (
	SELECT show_id, area_id, coalesce(sum(count) FILTER (WHERE status = 'held'), 0) AS held,
		coalesce(sum(count) FILTER (WHERE status = 'confirmed'), 0) AS sold
	FROM holdfast.reservation_areas JOIN holdfast.seat_reservations USING (show_id, reservation_id)
	GROUP BY show_id, area_id
)
SELECT 'area', l.*, v.version, t.held, t.sold, s.*
FROM last l LEFT JOIN version v USING (show_id, area_id) LEFT JOIN taken t USING (show_id, area_id)
FULL JOIN holdfast.show_areas s USING (show_id, area_id)
WHERE show_id <> :'but' AND (
	ROW(s.capacity, s.channel, s.category)::text IS DISTINCT FROM l.area
	OR s.held IS DISTINCT FROM coalesce(t.held, 0)
	OR s.sold IS DISTINCT FROM coalesce(t.sold, 0)
	OR s.held + s.sold > s.capacity
	OR s.version IS DISTINCT FROM v.version
);

-- By a channel that was set.
SELECT 'channel of', r.*
FROM holdfast.seat_reservations r
LEFT JOIN holdfast.show_channels c USING (show_id, channel)
WHERE show_id <> :'but' AND r.channel IS NOT NULL AND c.channel IS NULL;
