/*
 * shown.h - a show in memory, and the pieces that keep it: loading, following, sending, waiting.
 *
 * All of it is done under the lock of the maps.
 */
#ifndef HOLDFAST_GATEWAY_MAPS_SHOWN_H
#define HOLDFAST_GATEWAY_MAPS_SHOWN_H

#include <stdatomic.h>

#include <uthash.h>

#include "common/base/arena.h"
#include "common/base/wait.h"
#include "common/http/view.h"
#include "common/message/limits.h"
#include "gateway/maps/made.h"
#include "gateway/maps/maps.h"
#include "gateway/topics/tail.h"

#define SHOWN_NEVER INT64_MAX

struct shown {
	UT_hash_handle by_id, by_feed;
	char show_id[SHOW_ID_BYTES_MAX + 1];
	uint32_t feed;
	int32_t partition;
	struct seat_map *map;      /* NULL: it is not loaded yet */
	size_t bytes;              /* of it, about */
	/* loading */
	bool is_loading, is_load_void; /* void: events were missed meanwhile */
	int64_t load_at_ms;        /* SHOWN_NEVER */
	int64_t loaded_ms;         /* when the last load began; 0: never */
	bool is_stale;             /* an event wants the rows to be read: later ones wait for that */
	struct buf held_back;      /* events that came meanwhile: length (u32) and JSON each */
	/* who watches */
	uint32_t generation;       /* of the feed: one more with each whole frame to all */
	uint32_t layout_generation; /* the layout is that since this one */
	unsigned viewers;
	int64_t used_ms;           /* somebody asked last, or watched */
	struct maps_want *wants;
	/* sending */
	bool is_due;               /* something may have changed since sent_o */
	int64_t changed_ms;        /* wall clock: the oldest change since then; 0: none */
	int64_t sent_o;            /* all that was sent to all */
	int64_t frame_at_ms, beat_at_ms;
	struct http_frame *pass;   /* the last one to all, at sent_ms */
	int64_t sent_ms;
	struct made snaps[2];      /* without and with ids, of made_o */
	struct made layout;
	int64_t made_o;
};

/* The events of one request, until all of them are there. */
struct coming {
	struct shown *shown;       /* NULL: of none that is in memory */
	int64_t request, next;     /* next: the event behind the last one */
	int64_t at_ms;             /* timestamp of its first record */
	struct arena arena;
	struct map_event *events;
	struct text *values;       /* as they came */
	size_t count, room;
};

struct maps {
	struct maps_settings settings;
	struct wait lock;
	pthread_t thread;
	bool is_running;
	atomic_bool is_stopping;
	struct tail *tail;
	struct shown *by_id, *by_feed;
	uint32_t last_feed;
	size_t bytes;
	uint64_t loads, epochs, snaps[SNAP_WHY_COUNT]; /* maps.h */
	int64_t swept_ms, looked_ms, used_ms; /* used_ms: there was a show last */
	struct epoch_look *looks;  /* one a database; load.c */
	struct coming coming[];    /* by partition */
};

static inline struct http *maps_http(const struct maps *maps)
{
	return *maps->settings.http;
}

/* Shows. maps.c */
struct shown *shown_find(struct maps *maps, struct text show_id);
struct shown *shown_of_feed(struct maps *maps, uint32_t feed);
void shown_drop(struct maps *maps, struct shown *shown); /* which nobody watches or waits for */

/* Rows. load.c */
void shown_load_at(struct shown *shown, int64_t at_ms); /* at the earliest, and not too often */
void shown_load_now(struct maps *maps, struct shown *shown);
bool maps_open_looks(struct maps *maps); /* false: no memory */
void maps_look_at_epochs(struct maps *maps);

/* Events. follow.c */
enum rc maps_follow(struct maps *maps, struct err *e) NODISCARD;
void shown_fold_held_back(struct maps *maps, struct shown *shown);
void maps_forget_coming(struct maps *maps, const struct shown *shown); /* NULL: all */

/* Frames. send.c */
void shown_changed(struct maps *maps, struct shown *shown, int64_t at_ms); /* wall clock */
void shown_begin_anew(struct maps *maps, struct shown *shown, bool has_other_layout);
void shown_end(struct maps *maps, struct shown *shown); /* the show is not there any more */
void shown_send(struct maps *maps, struct shown *shown, int64_t now_ms);
void shown_beat(struct maps *maps, struct shown *shown, int64_t now_ms);
struct http_frame *shown_first_frame(struct maps *maps, struct shown *shown,
                                     const struct maps_want *want);
struct http_frame *shown_catch_up(struct maps *maps, struct shown *shown, uint32_t generation,
                                  int64_t position);
struct made *shown_snap(struct shown *shown, bool has_ids);
struct made *shown_layout(struct shown *shown);

/* Who waits. wants.c */
void shown_serve(struct maps *maps, struct shown *shown, int64_t now_ms); /* whom it can */
void shown_refuse_all(struct shown *shown, enum maps_found found);

#endif
