-- The first in a range of offsets that is no duplicate: only these have the time of their own record.
SELECT "offset", decided_at
FROM holdfast.decisions
WHERE partition = $1::int4 AND "offset" >= $2::int8 AND "offset" < $3::int8 AND duplicate_of IS NULL
ORDER BY "offset"
LIMIT 1
