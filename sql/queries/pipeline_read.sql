SELECT cluster_id, requests_topic, partition_count, group_id, first_partition, last_partition
FROM holdfast.pipeline
