SELECT count(*), min("offset"), max("offset") FROM holdfast.decisions
WHERE partition = $1::int4 AND "offset" >= $2::int8 AND "offset" < $3::int8
