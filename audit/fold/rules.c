#include "audit/fold/rules.h"

#include <assert.h>

#include "audit/fold/ruling.h"

bool rules_find_verdict(struct fold *fold, int64_t offset)
{
	struct reservation *r = show_find_reservation(fold->show, &fold->request.reservation_id);

	switch (fold->request.type) {
	case REQUEST_CREATE_SHOW:
		return decide_create_show(fold, offset);
	case REQUEST_CHANGE_SHOW:
		return decide_change_show(fold, offset);
	case REQUEST_ADD_SEATS:
		return decide_add_seats(fold, offset);
	case REQUEST_CHANGE_SEATS:
		return decide_change_seats(fold, offset);
	case REQUEST_SET_AREAS:
		return decide_set_areas(fold, offset);
	case REQUEST_SET_CHANNELS:
		return decide_set_channels(fold, offset);
	case REQUEST_BLOCK_SEATS:
		return decide_block_seats(fold, offset);
	case REQUEST_UNBLOCK_SEATS:
		return decide_unblock_seats(fold, offset);
	case REQUEST_RESERVE:
		return decide_reserve(fold, offset);
	case REQUEST_CHANGE_HOLD:
		return decide_change_hold(fold, r, offset);
	case REQUEST_RELEASE:
		return decide_release(fold, r, offset);
	case REQUEST_EXTEND:
		return decide_extend(fold, r, offset);
	case REQUEST_CONFIRM:
		return decide_confirm(fold, r, offset);
	case REQUEST_CANCEL:
		return decide_cancel(fold, r, offset);
	case REQUEST_EXPIRE:
		return decide_expire(fold, r, offset);
	case REQUEST_NONE:
	case REQUEST_TYPE_COUNT:
		break;
	}
	assert(false && "a readable request has a type");
	return false;
}
