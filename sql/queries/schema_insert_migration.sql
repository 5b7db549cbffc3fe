INSERT INTO holdfast.schema_migrations (version, name, applied_at)
VALUES ($1::int4, $2::text, now())
