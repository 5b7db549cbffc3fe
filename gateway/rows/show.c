#include "gateway/rows/show.h"

enum rc show_load(struct db *db, int32_t partition, struct text show_id, struct seat_map **map,
                  struct err *e)
{
	(void)db;
	(void)partition;
	(void)show_id;
	*map = NULL;
	return err_set(e, RC_FATAL, FROM_PROGRAM, "not yet");
}

enum rc show_read_epoch(struct db *db, char epoch[SEAT_MAP_EPOCH_CHARS + 1], struct err *e)
{
	(void)db;
	epoch[0] = '\0';
	return err_set(e, RC_FATAL, FROM_PROGRAM, "not yet");
}

enum rc show_load_open(struct db *db, struct text show_id, struct text channel_key,
                       struct arena *arena, struct show_open *open, struct err *e)
{
	(void)db;
	(void)show_id;
	(void)channel_key;
	(void)arena;
	*open = (struct show_open){.exists = false};
	return err_set(e, RC_FATAL, FROM_PROGRAM, "not yet");
}
