UPDATE holdfast.shadow_progress
SET compared_until = $3::int8, same = same + $4::int8, reworded = reworded + $5::int8,
	different = different + $6::int8, unseen = unseen + $7::int8, saved_at = now()
WHERE partition = $1::int4 AND compared_until = $2::int8
