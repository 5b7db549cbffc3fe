SELECT pg_advisory_lock(hashtext('holdfast.schema'), 0) IS NOT NULL
