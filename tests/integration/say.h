/*
 * say.h - requests in which ' stands for ", and in one line what was answered and told.
 *
 * A line has what a test is about, in this order, each where it is there:
 *
 *   code reason A1 A2 floor:2     what is in it, or what was given back
 *   kept A1 floor:1               what stays
 *   not A1/reserved A9 f:1        what is not to be had: seats, then areas with their room or taken
 *   revived, pieces 2, free 3, customer 2/1, singles A1
 *
 * and of events: their kind, * where they say a part, seats and areas (areas_set: with capacity and,
 * where given, /channel/category), `retaken`; between two of them a |.
 */
#ifndef HOLDFAST_TESTS_SAY_H
#define HOLDFAST_TESTS_SAY_H

/* The reply; `rest` stands behind the show_id, without a comma before it. */
const char *say(const char *show, const char *id, const char *type, const char *rest);

/* Fails the test unless the reply to it is that line. Under a new request_id. */
void say_expect(const char *show, const char *type, const char *rest, const char *line);
/* A new reserve likewise; its id, good for the next 64 calls of rig_id. */
const char *say_reserve(const char *show, const char *session, const char *rest, const char *line);
/* About a hold, by that session. */
void say_of(const char *show, const char *hold, const char *session, const char *type,
            const char *rest, const char *line);
/* About a sale, by the owner "k". */
void say_cancel(const char *show, const char *sale, const char *rest, const char *line);

void say_line(const char *reply, const char *line);
/* That and nothing else was told of the show since this was asked last; "": nothing. */
void say_told(const char *show, const char *line);
/* What was told of it until now is as it should be. */
void say_skip(const char *show);

#endif
