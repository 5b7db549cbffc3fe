-- Version 6. Which partitions this database serves, where several share them (--database-map);
-- null: all, as of every database that was made before.

ALTER TABLE holdfast.pipeline
	ADD COLUMN first_partition integer,
	ADD COLUMN last_partition integer,
	ADD CHECK ((first_partition IS NULL) = (last_partition IS NULL)),
	ADD CHECK (0 <= first_partition AND first_partition <= last_partition
		AND last_partition < partition_count);
