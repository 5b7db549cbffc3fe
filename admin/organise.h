/*
 * organise.h - an organiser's command: publishes what it asks for, and waits for the replies.
 *
 * Knows: how refusals are explained, how a command is repeated. Doesn't know: what commands there
 * are, and what they say.
 */
#ifndef HOLDFAST_ADMIN_ORGANISE_H
#define HOLDFAST_ADMIN_ORGANISE_H

#include "admin/settings.h"
#include "common/base/ids.h"
#include "common/message/request.h"
#include "common/pipeline/client.h"

#define ORGANISED_NAMES_MAX 10

/* What the replies say, all accepted; zeroed before, release with organised_release. */
struct organised {
	size_t seats;      /* of the requests */
	size_t listed;     /* seats that the replies list as not to be had */
	struct buf names;  /* the first of these, ORGANISED_NAMES_MAX, in quotes */
	bool is_repeated;  /* every reply is a duplicate's: it was done before */
	struct uuid id;    /* of the command: --request-id, or a new one */
};

enum organise_command {
	ORGANISE_CREATE = 1 << 0,
	ORGANISE_CHANGE = 1 << 1,
	ORGANISE_SEATS = 1 << 2,
	ORGANISE_CHANNELS = 1 << 3,
	ORGANISE_BLOCK = 1 << 4,
	ORGANISE_UNBLOCK = 1 << 5,
	ORGANISE_AREAS = 1 << 6,
};

/*
 * The command line's show_id, keys and --request-id, and that the command has a use for each flag.
 * RC_USAGE: not so.
 */
enum rc organise_check(const struct settings *s, enum organise_command command,
                       const char *show_id, struct err *e) NODISCARD;
/* The flags alone; one in the environment may be meant for another command. */
enum rc organise_refuse_unfit(const struct settings *s, enum organise_command command,
                              struct err *e) NODISCARD;

/* RC_USAGE: the worker could only refuse it, as it is not by the form of requests. */
enum rc request_check(const struct request *request, struct err *e) NODISCARD;

/*
 * Publish the request, in slices where it lists seats or areas, and wait for every reply; with --json
 * each is printed, also one that refuses.
 *
 * request  complete but for its id, which is --request-id or a new one; those of further slices
 *          follow from it. So the same command with that id does nothing twice
 *
 * RC_REJECT  a request was refused: e explains it. Of a list in slices, those before were done
 * RC_RETRY   no reply in time: e names the id to repeat it with
 */
enum rc organise(const struct settings *s, const char *show_id, const struct request *request,
                 struct organised *done, struct err *e) NODISCARD;
/* Append the end of the sentence that says what was done: its request, and whether it was before. */
void organised_end(const struct organised *done, struct buf *to);
void organised_release(struct organised *done);

/*
 * What a refusal means and what to do, as an error.
 *
 * RC_OK: it is none
 */
enum rc refusal_explain(const struct client_answer *answer, const char *show_id, bool has_owner_key,
                        struct err *e) NODISCARD;

#endif
