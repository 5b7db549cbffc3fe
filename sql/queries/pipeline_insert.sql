INSERT INTO holdfast.pipeline
	(cluster_id, requests_topic, partition_count, first_partition, last_partition, group_id)
VALUES ($1::text, $2::text, $3::int4, $4::int4, $5::int4, $6::text)
ON CONFLICT (only_one) DO NOTHING
