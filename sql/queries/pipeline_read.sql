SELECT cluster_id, requests_topic, partition_count, group_id FROM holdfast.pipeline
