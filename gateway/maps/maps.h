/*
 * maps.h - the seat maps that somebody looks at: loaded from rows when the first one comes, followed
 * by the events, told to all who watch. docs/map.md.
 *
 * Knows: shows in memory, who waits for one, when a frame goes out. Doesn't know: how a map looks
 * (gateway/live), sockets (common/http).
 * Threads: any may ask. What is done under the lock of the maps is short, and waits for nothing.
 */
#ifndef HOLDFAST_GATEWAY_MAPS_MAPS_H
#define HOLDFAST_GATEWAY_MAPS_MAPS_H

#include "common/http/http.h"
#include "common/pipeline/pipeline.h"
#include "gateway/live/seat_map.h"
#include "gateway/rows/desk.h"
#include "gateway/rows/positions.h"

struct maps;

struct maps_settings {
	const struct pipeline *pipeline; /* verified; borrowed, as all of this */
	struct desk *desk;
	struct positions *positions;
	struct http *const *http;        /* the door; opened before the first one asks */
	size_t memory_bytes_max;         /* of shows in memory; 0: no limit */
	/* NULL, or told how long a visible change took from its event's record to its frame. */
	void (*framed)(int64_t delay_ms);
};

/* Returns when events are read from where they ended then. RC_RETRY: brokers did not answer. */
enum rc maps_open(struct maps **maps, const struct maps_settings *settings,
                  struct err *e) NODISCARD;
/* Nothing is sent or asked any more; who waits is told MAPS_NO_ROWS. Before the door closes. */
void maps_stop(struct maps *maps);  /* takes NULL */
void maps_close(struct maps *maps); /* behind the door; takes NULL */

/* Why maps do not move just now, a literal; NULL: they do. */
const char *maps_trouble(struct maps *maps);

/* Why a viewer was given the whole map. */
enum snap_why {
	SNAP_FIRST,  /* he had none, or one that nobody knows */
	SNAP_EPOCH,  /* rows were changed by hand */
	SNAP_LAYOUT, /* there are other seats or areas, or he had another layout */
	SNAP_RESYNC, /* he asked for it */
	SNAP_WHY_COUNT
};

struct maps_figures {
	uint64_t shows, bytes; /* in memory now */
	uint64_t loads;        /* since maps_open, as the next */
	uint64_t epochs;       /* that began while a show was in memory */
	uint64_t snaps[SNAP_WHY_COUNT]; /* given to viewers */
};
void maps_figures(struct maps *maps, struct maps_figures *figures);

/* ---- asking ---- */

enum maps_wanted {
	MAPS_SNAP,   /* the whole, once */
	MAPS_LAYOUT, /* the layout of a hash */
	MAPS_VIEW,   /* to watch it */
};

enum maps_found {
	MAPS_FOUND,
	MAPS_NO_SHOW,
	MAPS_NO_LAYOUT, /* of that hash */
	MAPS_NO_ROWS,   /* they cannot be read just now */
	MAPS_FULL,      /* no memory for another show */
	MAPS_BEHIND,    /* the viewer has seen more than this gateway */
};

/* What was found; lent for the call. */
struct maps_seen {
	const char *epoch, *layout;
	int64_t o;
	struct text json, gzip;    /* the snap or the layout; gzip: data NULL where nobody asked, or it
	                              is not worth it */
	uint32_t feed;             /* MAPS_VIEW: of the show */
	struct http_frame *first;  /* and what a viewer begins with */
};

struct maps_want;
/*
 * Once, under the maps' lock, maybe before maps_ask returns. seen: NULL but for MAPS_FOUND and, of a
 * view, MAPS_BEHIND.
 * True: it became a viewer, whose viewer_gone will be called.
 */
typedef bool maps_done(struct maps_want *want, enum maps_found found, const struct maps_seen *seen);

/* In its owner's memory until it is done. */
struct maps_want {
	enum maps_wanted kind;
	struct text show_id;
	int32_t partition;
	bool takes_gzip;                        /* not of MAPS_VIEW */
	bool has_since;
	char layout[SEAT_MAP_LAYOUT_CHARS + 1]; /* that the asker has; "": none */
	char epoch[SEAT_MAP_EPOCH_CHARS + 1];
	int64_t since;
	maps_done *done;
	/* the maps' own */
	struct maps_want *next;
	int64_t since_ms;
	bool has_looked;
};

void maps_ask(struct maps *maps, struct maps_want *want);

/* ---- for the door's handler ---- */

void maps_behind(struct maps *maps, unsigned loop, uint32_t feed, uint32_t generation,
                 int64_t position);
void maps_viewer_gone(struct maps *maps, uint32_t feed);
bool maps_heard(struct text message); /* does it ask for everything anew? */

#endif
