/*
 * viewer.h - one who watches a live map, and holds every frame against what he has.
 *
 * By WebSocket or by events. A frame that goes back, that has no place in what he knows, or that is
 * not of docs/map.md fails the test.
 */
#ifndef HOLDFAST_TESTS_VIEWER_H
#define HOLDFAST_TESTS_VIEWER_H

#include "tests/integration/web.h"

#define VIEWER_SEATS_MAX 4096
#define VIEWER_AREAS_MAX 16

struct viewer {
	char show_id[65];
	bool is_sse;
	const char *headers; /* further ones; NULL: none */
	int fd; /* -1: he does not watch just now */
	struct buf in;
	bool has_head;
	int status; /* of the answer: 101 or 200 */
	/* what he has seen */
	char epoch[17], layout[65];
	int64_t o;
	int64_t claim; /* what he says that he has seen, if it is not o; 0: o */
	size_t seat_count, area_count;
	char *seat_ids[VIEWER_SEATS_MAX];
	char seats[VIEWER_SEATS_MAX];
	char *area_ids[VIEWER_AREAS_MAX];
	int free_places[VIEWER_AREAS_MAX], capacity[VIEWER_AREAS_MAX];
	bool has_channel[VIEWER_AREAS_MAX];
	char *show; /* the last one, as JSON */
	/* since he was made */
	unsigned snaps, deltas, beats, pings, id_lists;
	int close_code;        /* of the last connection; 0: none came */
	char close_reason[64];
};

void viewer_make(struct viewer *v, const char *show_id, bool is_sse);
/* Watch; from where he is, if he has seen anything. Returns the status of the answer. */
int viewer_open(struct viewer *v, const struct web *web);
/* Read what is there, or wait so long for more. false: nothing came, or the connection has ended. */
bool viewer_read(struct viewer *v, int64_t wait_ms);
/* Until what he sees is that; RIG_WAIT_MS at the longest. */
void viewer_await(struct viewer *v, const char *text);
void viewer_await_end(struct viewer *v); /* until the connection has ended */
void viewer_say(struct viewer *v, int opcode, const char *payload, size_t bytes);
void viewer_cut(struct viewer *v);     /* without a word */
void viewer_release(struct viewer *v);

/* "A1. A2r Floor:47/50b": what he sees; good for the next 64 calls. */
const char *viewer_text(const struct viewer *v);
/* The same from rows. */
const char *viewer_rows(const char *show_id);

#endif
