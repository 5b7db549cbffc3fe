SELECT pg_advisory_unlock(hashtext('holdfast.schema'), 0)
