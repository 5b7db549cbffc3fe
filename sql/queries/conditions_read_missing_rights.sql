SELECT need.privilege, need.name, current_user::text
FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS need (privilege, name, place)
LEFT JOIN pg_class ON relnamespace = to_regnamespace('holdfast') AND relname = need.name
LEFT JOIN pg_proc ON pronamespace = to_regnamespace('holdfast') AND proname = need.name
WHERE NOT CASE need.privilege
          WHEN 'USAGE' THEN has_schema_privilege(to_regnamespace('holdfast'), 'USAGE')
          WHEN 'EXECUTE' THEN has_function_privilege(pg_proc.oid, 'EXECUTE')
          WHEN 'DELETE' THEN has_table_privilege(pg_class.oid, 'DELETE')
          ELSE has_any_column_privilege(pg_class.oid, need.privilege) END
ORDER BY need.place
