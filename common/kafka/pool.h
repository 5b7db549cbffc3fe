/*
 * pool.h - the clients that a program uses again: made where none is idle, kept when given back.
 *
 * A client costs a connection, two threads or more, and with newer versions of the library 50 ms
 * until it is connected. What failed is not kept: a client that lost its brokers comes back only
 * after a pause, and one with a new certificate or password is a new one.
 * Threads: any. What is taken belongs to one thread until it is given back.
 */
#ifndef HOLDFAST_KAFKA_POOL_H
#define HOLDFAST_KAFKA_POOL_H

#include "common/kafka/reader.h"
#include "common/kafka/topics.h"

#define KAFKA_POOL_IDLE_MS 15000 /* kafka_pool_tend ends what was not used for longer */

struct kafka_pool;

/* Makes no client yet. settings: what it points to is borrowed until kafka_pool_close. */
enum rc kafka_pool_open(struct kafka_pool **pool, const struct kafka_settings *settings,
                        struct err *e) NODISCARD;
void kafka_pool_close(struct kafka_pool *pool); /* with all that it has; takes NULL */
/* End what nobody used for long. To be called now and then by a program that runs on. */
void kafka_pool_tend(struct kafka_pool *pool, int64_t now_ms);
size_t kafka_pool_count(struct kafka_pool *pool); /* clients that it has, used or idle */

/*
 * A reader to read with. It is for stretches that end: at the end of a partition it asks the broker
 * every 10 ms, so that the next thing it is asked for does not wait behind that.
 * RC_USAGE: as kafka_reader_open
 */
enum rc kafka_pool_take_reader(struct kafka_pool *pool, bool is_committed,
                               struct kafka_reader **reader, struct err *e) NODISCARD;
/* It reads no more. rc: what came of its use; but for RC_OK it is not used again. NULL: nothing */
void kafka_pool_give_reader(struct kafka_pool *pool, struct kafka_reader *reader, enum rc rc);

/* A reader that many share, to be asked for bounds and times alone. The same for it. */
enum rc kafka_pool_lend_reader(struct kafka_pool *pool, bool is_committed,
                               const struct kafka_reader **reader, struct err *e) NODISCARD;
void kafka_pool_return_reader(struct kafka_pool *pool, const struct kafka_reader *reader,
                              enum rc rc);

/* A client that asks for topics. The same for it; its wait is the default one. */
enum rc kafka_pool_take_topics(struct kafka_pool *pool, struct kafka_topics **topics,
                               struct err *e) NODISCARD;
void kafka_pool_give_topics(struct kafka_pool *pool, struct kafka_topics *topics, enum rc rc);

#endif
