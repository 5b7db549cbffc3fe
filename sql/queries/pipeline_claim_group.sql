UPDATE holdfast.pipeline SET group_id = $1::text WHERE group_id IS NULL
