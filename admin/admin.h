/*
 * admin.h - the commands of holdfast-admin.
 */
#ifndef HOLDFAST_ADMIN_ADMIN_H
#define HOLDFAST_ADMIN_ADMIN_H

#include "admin/settings.h"
#include "common/base/err.h"

/*
 * Each fills e and returns its rc, or prints what it found on stdout.
 *
 * show_id  as on the command line, for those of a show
 */
typedef enum rc admin_command(const struct settings *s, const char *show_id, struct err *e);
admin_command admin_init, admin_show_create, admin_show_list, admin_show_status, admin_status;
admin_command admin_prune;
/*
 * Put holdfast-worker in this program's place; come back only where that cannot be done. In place of
 * a show_id accept-gap takes a partition.
 */
admin_command admin_rebuild, admin_accept_gap;

/* --check: verify, do nothing. */
enum rc admin_check(const struct settings *s, struct err *e) NODISCARD;

#endif
