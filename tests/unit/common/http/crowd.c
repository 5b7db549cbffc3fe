#include "tests/unit/common/http/crowd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct hub crowd_hub;
struct other_end crowd_ends[CROWD_ENDS_MAX];
unsigned crowd_end_count, crowd_gone_count;
struct crowd_asked_at crowd_asked[CROWD_ASKED_MAX];
unsigned crowd_asked_count;
uint32_t crowd_feed;
const struct text crowd_nothing = {NULL, 0};

static unsigned open_count, gone_tags[CROWD_ENDS_MAX];

/* ---- the program behind it ---- */

static void on_behind(void *context, unsigned loop, uint32_t feed, uint32_t generation,
                      int64_t position)
{
	(void)context;
	assert_int_equal(loop, 3);
	assert_int_equal(feed, 1);
	/* Never again before it was answered. */
	for (unsigned i = 0; i < crowd_asked_count; i++)
		assert_false(crowd_asked[i].generation == generation && crowd_asked[i].position == position);
	assert_true(crowd_asked_count < CROWD_ASKED_MAX);
	crowd_asked[crowd_asked_count++] = (struct crowd_asked_at){generation, position};
}

static void on_gone(void *context, uint32_t feed, uint32_t tag)
{
	(void)context;
	assert_true(feed == 1 || feed == 2);
	assert_true(tag < CROWD_ENDS_MAX);
	gone_tags[tag]++;
	crowd_gone_count++;
}

static bool on_heard(void *context, struct text message)
{
	(void)context;
	return text_same(message, text_of("resync"));
}

static const struct http_handler handler = {
    .behind = on_behind, .viewer_gone = on_gone, .heard = on_heard};

void crowd_start(int64_t drain_ms)
{
	crowd_hub = (struct hub){.loop = 0};
	open_count = crowd_end_count = crowd_gone_count = crowd_asked_count = 0;
	memset(gone_tags, 0, sizeof gone_tags);
	assert_true(hub_open(&crowd_hub, &handler, 3, &open_count, drain_ms));
	crowd_hub.viewers.now_ms = 1 << 20; /* times of which the upper half is left out are 0 */
	wheel_open(&crowd_hub.viewers.wheel, crowd_hub.viewers.now_ms);
	crowd_feed = 1;
}

void crowd_stop(void)
{
	hub_end(&crowd_hub);
	assert_null(crowd_hub.feeds);
	assert_null(crowd_hub.busy);
	assert_int_equal(crowd_gone_count, crowd_end_count);
	for (unsigned i = 0; i < crowd_end_count; i++) {
		assert_int_equal(gone_tags[i], 1);
		other_end_close(&crowd_ends[i]);
	}
	assert_int_equal(open_count, 0);
	assert_int_equal(crowd_hub.viewers.count, 0);
	hub_close(&crowd_hub);
}

void crowd_turn(int64_t later_ms)
{
	crowd_hub.viewers.now_ms += later_ms;
	hub_turn(&crowd_hub, true);
}

/* Until nothing happens any more by itself. */
void crowd_settle(void)
{
	do
		crowd_turn(0);
	while (crowd_hub.busy);
	crowd_turn(0);
}

/* ---- what is sent ---- */

struct http_frame *crowd_frame(char kind, uint32_t generation, int64_t from, int64_t to,
                               size_t pad)
{
	static char json[CROWD_PAD_BYTES_MAX + 100];
	struct http_frame_spec spec = {.generation = generation, .from = from, .to = to,
	                               .is_whole = kind == 'w', .is_beat = kind == 'a'};
	char id[40];
	int bytes = snprintf(json, sizeof json, "%c %u %lld %lld ", kind, generation, (long long)from,
	                     (long long)to);
	struct http_frame *frame;

	memset(json + bytes, '.', pad);
	spec.json = (struct text){json, (size_t)bytes + pad};
	snprintf(id, sizeof id, "%u:%lld", generation, (long long)to);
	spec.id = text_of(id);
	frame = http_frame_make(&spec);
	assert_non_null(frame);
	return frame;
}

void crowd_post(struct frame_mail as)
{
	struct frame_mail *mail = malloc(sizeof *mail);

	assert_non_null(mail);
	*mail = as;
	mail->mail = (struct mail){.kind = MAIL_FRAME};
	mail->feed = crowd_feed;
	http_frame_hold(mail->frame);
	atomic_fetch_add(&mail->frame->passing, 1);
	hub_take_frame(&crowd_hub, mail);
}

void crowd_send(char kind, uint32_t generation, int64_t from, int64_t to, size_t pad)
{
	struct http_frame *frame = crowd_frame(kind, generation, from, to, pad);

	crowd_post((struct frame_mail){.frame = frame});
	http_frame_release(frame);
}

void crowd_answer(struct crowd_asked_at at, struct http_frame *frame)
{
	for (unsigned i = 0; i < crowd_asked_count; i++)
		if (crowd_asked[i].generation == at.generation && crowd_asked[i].position == at.position) {
			crowd_asked[i] = crowd_asked[--crowd_asked_count];
			break;
		}
	crowd_post((struct frame_mail){.frame = frame, .is_catch_up = true, .generation = at.generation,
	                         .position = at.position});
	http_frame_release(frame);
}

/* A new viewer; first: taken. Its socket takes little, so that it is full soon. */
struct other_end *crowd_join(struct http_frame *first, bool is_sse, struct text rest)
{
	const int few_bytes = 1;
	struct view_mail *mail = malloc(sizeof *mail);
	struct other_end *end = &crowd_ends[crowd_end_count];
	int pair[2];

	assert_non_null(mail);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
	assert_int_equal(setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &few_bytes, sizeof few_bytes), 0);
	*end = (struct other_end){.fd = pair[1], .is_sse = is_sse};
	*mail = (struct view_mail){
	    {.kind = MAIL_VIEW}, {0, 0}, crowd_feed,
	    viewer_make(text_of(is_sse ? "HTTP/1.1 200 OK\r\n\r\nretry: 2000\n\n"
	                               : "HTTP/1.1 101 Switching Protocols\r\n\r\n"),
	                is_sse, crowd_end_count), first};
	assert_non_null(mail->viewer);
	crowd_end_count++;
	open_count++;
	hub_take_view(&crowd_hub, mail, pair[0], rest);
	return end;
}

struct other_end *crowd_join_at(uint32_t generation, int64_t position)
{
	return crowd_join(crowd_frame('w', generation, 0, position, 0), false, (struct text){NULL, 0});
}

void crowd_expect(struct other_end *end, const char *payload)
{
	struct shown shown;
	char text[60];

	(void)other_end_read(end, 1 << 16);
	if (!other_end_next(end, &shown))
		fail_msg("expected %s, got nothing", payload);
	snprintf(text, sizeof text, "%s ", payload);
	if (shown.opcode != WS_TEXT || shown.payload.bytes < strlen(text) ||
	    memcmp(shown.payload.data, text, strlen(text)) != 0)
		fail_msg("expected %s, got %d %.*s", payload, shown.opcode, TEXT_ARGS(shown.payload));
}

void crowd_expect_nothing(struct other_end *end)
{
	struct shown shown;

	(void)other_end_read(end, 1 << 16);
	if (other_end_next(end, &shown))
		fail_msg("expected nothing, got %d %.*s", shown.opcode, TEXT_ARGS(shown.payload));
	assert_false(end->has_ended);
}

bool crowd_is_gone(const struct other_end *end)
{
	return gone_tags[end - crowd_ends] > 0;
}

/* Frames that nobody reads, until it takes no more. Where the feed stands then. */
int64_t crowd_fill(uint32_t generation, int64_t position)
{
	unsigned long long before = crowd_hub.viewers.figures.missed;

	for (; crowd_hub.viewers.figures.missed == before; position++) {
		crowd_send('d', generation, position, position + 1, 900);
		crowd_settle();
	}
	return position;
}

/* All that a viewer was sent; the last of it. */
void crowd_read_all(struct other_end *end, struct shown *last)
{
	struct shown shown;

	*last = (struct shown){.opcode = 0};
	do {
		while (other_end_next(end, &shown))
			*last = shown;
		crowd_settle();
	} while (other_end_read(end, 1 << 16));
}
