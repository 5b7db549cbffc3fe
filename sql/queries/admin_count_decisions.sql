-- What admin_prune_decisions would delete.
SELECT max("offset"), count(*)
FROM (
	SELECT "offset", coalesce(bool_or(decided_at >= $4::timestamptz) OVER (ORDER BY "offset"), false) AS stays
	FROM (
		SELECT "offset", decided_at
		FROM holdfast.decisions
		WHERE partition = $1::int4 AND "offset" > $2::int8 AND "offset" < $3::int8
		ORDER BY "offset"
		LIMIT $5::int8
	) AS oldest
) AS seen
WHERE NOT stays
