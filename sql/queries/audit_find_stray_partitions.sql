SELECT partition, min("offset"), count(*)
FROM holdfast.decisions
WHERE partition NOT BETWEEN $1::int4 AND $2::int4
GROUP BY partition
ORDER BY partition
