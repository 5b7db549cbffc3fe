/*
 * pieces.h - what is done with an asker, piece by piece. A question answers where it says true, and
 * the asker is gone then; whatever else is asked for is answered now or later.
 */
#ifndef HOLDFAST_GATEWAY_PIECES_H
#define HOLDFAST_GATEWAY_PIECES_H

#include "gateway/asker.h"

/* Who asks: address, origin, key, cookie, session. identify.c */
bool asker_is_refused(struct asker *asker, const struct http_request *request,
                      const struct http_peer *peer);
/* A new session's cookie, which counts from here on. false: no random numbers */
bool asker_make_session(struct asker *asker);

/* A parameter of the query. value: data NULL where it is not given. read.c */
bool asker_is_refused_parameter(struct asker *asker, const struct http_request *request,
                                const char *name, struct text *value);
bool asker_is_refused_show(struct asker *asker, const struct http_request *request); /* show_id */
int32_t asker_partition(const struct asker *asker); /* of its show */
/* The body is no JSON. mutate.c, as the next two */
bool asker_is_refused_type(struct asker *asker, const struct http_request *request);
bool asker_is_refused_by_key(struct asker *asker); /* it is not for this show */
/* It has a channel's key, and tried too many that were wrong. */
bool asker_is_guessing(struct asker *asker);
void asker_count_wrong_key(struct asker *asker); /* settle.c */
/* Does If-None-Match name it? see.c */
bool asker_has_etag(struct text if_none_match, const char *etag);
/* Nothing is read from rows just now. */
void asker_refuse_rows(struct asker *asker);
void asker_give(struct asker *asker, int32_t partition); /* its job, to the desk */

/* mutate.c, read.c, see.c, watch.c, presale.c: they answer now or later. */
void asker_mutate(struct asker *asker, const struct http_request *request);
void asker_check(struct asker *asker, const struct http_request *request);
void asker_find_outcome(struct asker *asker, const struct http_request *request);
/* Of the map that is wanted: see.c */
struct asker *asker_of_want(struct maps_want *want);
void asker_want_map(struct asker *asker, enum maps_wanted kind, maps_done *done);
void asker_refuse_map(struct asker *asker, enum maps_found found);
void asker_see_map(struct asker *asker, const struct http_request *request);
void asker_see_layout(struct asker *asker, const struct http_request *request);
void asker_watch(struct asker *asker, const struct http_request *request);
void asker_open_channel(struct asker *asker, const struct http_request *request);
/* documents.c, showcase.c */
void asker_show_page(struct asker *asker, const struct http_request *request);
void asker_explain(struct asker *asker, const struct http_request *request);
void asker_list_shows(struct asker *asker);
/* The door's: a viewer has gone, or cannot follow, or says something. watch.c */
void watch_gone(void *gateway, uint32_t feed, uint32_t tag);
void watch_behind(void *gateway, unsigned loop, uint32_t feed, uint32_t generation,
                  int64_t position);
bool watch_heard(void *gateway, struct text message);
/* The exchange's: a mutation is over. */
void asker_ended(void *gateway, const struct exchange_result *result);

#endif
