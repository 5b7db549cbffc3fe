#include "common/message/name.h"

#include "common/base/utf8.h"
#include "common/message/limits.h"

#define LAST_CONTROL 0x9F /* the second range of them: DEL, and C1 of ISO 6429 */

bool name_is_well_formed(struct text t)
{
	if (!t.data || t.bytes < 1 || t.bytes > NAME_BYTES_MAX || t.data[0] == ' ' ||
	    t.data[t.bytes - 1] == ' ')
		return false;
	for (size_t i = 0; i < t.bytes;) {
		unsigned char c = (unsigned char)t.data[i];
		uint32_t point;
		size_t bytes;

		if (c >= 0x20 && c < 0x7F) {
			i++;
			continue;
		}
		bytes = utf8_read((struct text){t.data + i, t.bytes - i}, &point);
		if (!bytes || point <= LAST_CONTROL)
			return false;
		i += bytes;
	}
	return true;
}
