/*
 * model_rows.h - what the parts of the model know of one another: model.h is for its users.
 */
#ifndef HOLDFAST_TESTS_MODEL_ROWS_H
#define HOLDFAST_TESTS_MODEL_ROWS_H

#include "tests/unit/worker/plan/model.h"

/* By ids; of claims the latest. */
enum model_table { MODEL_SHOW, MODEL_SEAT, MODEL_PLACE, MODEL_AREA, MODEL_RESERVATION,
                   MODEL_CLAIM };
struct text model_id(const struct uuid *id); /* borrows it */
size_t model_find(const struct model *m, enum model_table table, struct text show_id,
                  struct text id); /* SIZE_MAX: there is none */
void model_index(struct model *m, enum model_table table, struct text show_id, struct text id,
                 size_t row);

/* NULL: there is no such row. */
struct model_show *model_show_row(struct model *m, struct text show_id);
/* The latest decision that claimed the id. */
const struct model_decision *model_find_claim(const struct model *m, struct text show_id,
                                              const struct uuid *request_id);
/* At most one held row of a session on a show. */
struct model_reservation *model_find_held(struct model *m, struct text show_id,
                                          const uint8_t hash[SHA256_BYTES]);

bool model_same_policy(const struct policy *a, const struct policy *b);
bool model_same_place(const struct place *a, const struct place *b);
bool model_same_slot(const struct place *a, const struct place *b); /* no row: no slot */
bool model_same_channel(const struct channel_row *a, const struct channel_row *b); /* and version */
bool model_same_row(const struct seat_row *a, const struct seat_row *b);
bool model_row_is_allowed(const struct seat_row *row); /* by the table's CHECK */

/* What is wanted of a view, from the cache and the rows: shows alone, then all. */
void model_fill_shows(struct model *m, struct view *view);
void model_fill(struct model *m, struct view *view, int64_t until_ms);
void model_fill_whole(struct model *m, struct view *view);
/* One that is filled in while the planner runs, too. */
void model_open_view(struct model *m, struct view *view, int64_t until_ms);
void model_close_view(const struct model *m, struct view *view);
void model_give_held(struct model *m, const struct model_reservation *row); /* to the cache */
uint32_t model_number(const struct model *m, const struct seat *of); /* in its show's layout */
/* Whatever filled the view in, it is as the rows are. */
void model_check_as_read(struct model *m, const struct view *view);
/* What a plan did not announce as changed is as the rows still are. */
void model_check_unchanged(struct model *m, const struct view *view);

/* Of areas: model_areas.c. */
void model_fill_areas(struct model *m, struct view *view, struct show *show);
void model_fill_reserved_areas(struct view *view, struct reservation *r,
                               const struct model_reservation *row);
void model_fill_lapsing(struct model *m, struct view *view, struct area_row *area);
void model_write_areas(struct model *m, const struct view *view);
void model_write_reserved_areas(struct model *m, struct model_reservation *row,
                                const struct reservation *r);
void model_check_areas_unchanged(struct model *m, const struct show *show);
void model_check_areas_as_read(struct model *m, const struct show *show);
void model_check_same_areas(struct model *expected, struct model *found);
void model_check_same_reserved_areas(struct model *m, const struct model_reservation *a,
                                     const struct model_reservation *b);

/* Write what a plan changed, and the decisions on entries [first, first + count). */
void model_apply(struct model *m, const struct view *view, size_t first, size_t count);

#endif
