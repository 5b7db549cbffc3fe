SELECT first_offset FROM holdfast.accepted_gaps
WHERE partition = $1::int4 AND first_offset >= $3::int8 AND answered <= $2::int8
ORDER BY first_offset
LIMIT 1
