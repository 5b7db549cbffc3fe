-- The next few behind an offset, below another: the last of them, and how many were deleted. A row of a
-- later time, which only a hand can have written there, stays, and so does all behind it.
WITH oldest AS MATERIALIZED (
	SELECT "offset", decided_at
	FROM holdfast.decisions
	WHERE partition = $1::int4 AND "offset" > $2::int8 AND "offset" < $3::int8
	ORDER BY "offset"
	LIMIT $5::int8
), span AS (
	SELECT max("offset") AS until
	FROM oldest
	WHERE "offset" < coalesce(
		(SELECT min("offset") FROM oldest WHERE decided_at >= $4::timestamptz), 9223372036854775807)
), gone AS (
	DELETE FROM holdfast.decisions
	WHERE partition = $1::int4 AND "offset" > $2::int8 AND "offset" <= (SELECT until FROM span)
	RETURNING 1
)
SELECT until, (SELECT count(*) FROM gone) FROM span
