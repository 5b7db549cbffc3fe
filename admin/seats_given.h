/*
 * seats_given.h - the seats that a command is given: by --plan=FILE with their places, and with the
 * areas of the house, or by --seats=FILE as names alone.
 */
#ifndef HOLDFAST_ADMIN_SEATS_GIVEN_H
#define HOLDFAST_ADMIN_SEATS_GIVEN_H

#include "admin/plan/hall.h"
#include "admin/seat_list.h"
#include "admin/settings.h"
#include "common/message/request.h"

struct seats_given {
	struct text *seat_ids;
	struct place *places; /* of every seat; NULL: --seats */
	size_t count;
	struct area *areas;   /* of a plan */
	size_t area_count;
	struct seat_list list;
	struct hall hall;
	struct buf plan;      /* the file */
};

/*
 * Read the file that is named, and rank the seats of a plan.
 *
 * seats  zeroed; release with seats_given_release whatever comes back
 *
 * RC_USAGE: neither or both are named, a flag does not go with it, or the file is not as it must be
 */
enum rc seats_given_read(struct seats_given *seats, const struct settings *s,
                         struct err *e) NODISCARD;
void seats_given_release(struct seats_given *seats);

/*
 * Does a plan leave it to us to rank its seats by their rows? That can be done of a whole house only.
 * --focus ranks every seat by itself, and --whole-house says that it is one.
 */
bool seats_given_lack_ranks(const struct seats_given *seats, const struct settings *s);
#define SEATS_GIVEN_RANK_THEM \
	"add the column, give --focus, or --whole-house where the plan has every seat"

/* As members of a request, of one for seats, or of a set_areas. */
void seats_given_put(const struct seats_given *seats, struct request *request);
void seats_given_put_areas(const struct seats_given *seats, struct request *request);

/* What was understood, in lines. */
void seats_given_describe(const struct seats_given *seats, struct buf *to);

#endif
