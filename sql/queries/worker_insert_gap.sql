INSERT INTO holdfast.accepted_gaps
	(partition, first_offset, answered, next_offset, at, database_user, os_user, host, reason)
SELECT p.partition, $2::int8, $3::int8, p.next_offset, date_trunc('milliseconds', now()),
	session_user, $4::text, $5::text, $6::text
FROM holdfast.partition_progress AS p
WHERE p.partition = $1::int4 AND p.owner_epoch = $7::int8
