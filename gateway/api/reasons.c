#include "gateway/api/reasons.h"

#define SAME_KEY "same_key"
#define LATER "later"
#define NEVER "never"

static const struct reason reasons[] = {
#define REASON(name, title, retry) {name, sizeof(name) - 1, title, retry},
#include "gateway/api/reasons.def"
};

const struct reason *reason_at(size_t i)
{
	return i < sizeof reasons / sizeof reasons[0] ? &reasons[i] : NULL;
}

const struct reason *reason_find(struct text name)
{
	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
		if (text_same(name, (struct text){reasons[i].name, reasons[i].name_bytes}))
			return &reasons[i];
	return NULL;
}
