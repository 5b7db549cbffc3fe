/*
 * admin.h - the commands of holdfast-admin.
 */
#ifndef HOLDFAST_ADMIN_ADMIN_H
#define HOLDFAST_ADMIN_ADMIN_H

#include "admin/settings.h"
#include "common/base/err.h"

/* What a command names on the command line; NULL: it names none. */
struct named {
	const char *show_id, *seat_id, *partition, *key_name, *role;
};

/* Each fills e and returns its rc, or prints what it found or did on stdout. */
typedef enum rc admin_command(const struct settings *s, const struct named *named, struct err *e);
admin_command admin_init, admin_status, admin_prune, admin_key;
admin_command admin_show_create, admin_show_list, admin_show_status, admin_show_seat;
admin_command admin_show_change, admin_show_seats, admin_show_areas, admin_show_channels;
admin_command admin_show_block, admin_show_unblock;
/* Put holdfast-worker in this program's place; come back only where that cannot be done. */
admin_command admin_rebuild, admin_accept_gap;

/* --check: verify, do nothing. */
enum rc admin_check(const struct settings *s, struct err *e) NODISCARD;

#endif
