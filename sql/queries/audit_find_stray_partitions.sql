SELECT partition, min("offset"), count(*)
FROM holdfast.decisions
WHERE partition NOT BETWEEN 0 AND $1::int4 - 1
GROUP BY partition
ORDER BY partition
