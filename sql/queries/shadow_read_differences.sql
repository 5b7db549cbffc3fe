SELECT partition, show_id, "offset", appended_at, what, decided, published
FROM holdfast.shadow_differences
ORDER BY appended_at, partition, "offset"
LIMIT $1::int4
