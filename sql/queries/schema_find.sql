SELECT to_regclass('holdfast.schema_migrations') IS NOT NULL, to_regnamespace('holdfast') IS NOT NULL
