/*
 * channels.h - the channels of a show: what each opens, and setting them.
 */
#ifndef HOLDFAST_AUDIT_FOLD_CHANNELS_H
#define HOLDFAST_AUDIT_FOLD_CHANNELS_H

#include "audit/fold/model.h"
#include "common/base/err.h"

bool window_has(const struct sale_window *window, int64_t t_ms);
bool window_same(const struct sale_window *a, const struct sale_window *b);

struct show_channel *show_find_channel(const struct show *show, struct text name);
/* The one that has this key; NULL: none. */
struct show_channel *show_find_channel_by_key(const struct show *show,
                                              const uint8_t key_hash[SHA256_BYTES]);

/*
 * Is what has channel `of` (data NULL: public) open by this one? NULL: to somebody without a
 * channel. A channel without a key opens nothing.
 */
bool channel_opens(const struct show_channel *by, struct text of);

/* Make the channel, or set it to what is given. key_hash: NULL, it has no key. false: out of memory */
bool show_set_channel(struct arena *memory, struct show *show, const struct channel *given,
                      const uint8_t *key_hash, int64_t offset) NODISCARD;

#endif
