#include "tests/integration/viewer.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "common/base/clock.h"

#define PROTOCOL "Sec-WebSocket-Protocol: holdfast.seats.v1\r\n"
#define KEY "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
#define ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

/* ---- what is seen ---- */

static void forget_seats(struct viewer *v)
{
	for (size_t i = 0; i < v->seat_count; i++)
		free(v->seat_ids[i]);
	v->seat_count = 0;
}

static void forget_areas(struct viewer *v)
{
	for (size_t i = 0; i < v->area_count; i++)
		free(v->area_ids[i]);
	v->area_count = 0;
}

static const cJSON *member(const cJSON *frame, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(frame, name);
}

static const char *string(const cJSON *frame, const char *name)
{
	const char *value = cJSON_GetStringValue(member(frame, name));

	assert_non_null(value);
	return value;
}

static void take_string(struct viewer *v, const cJSON *frame)
{
	const char *s = string(frame, "s");

	assert_int_equal(strlen(s), v->seat_count);
	assert_int_equal(strspn(s, ".rsb"), v->seat_count);
	memcpy(v->seats, s, v->seat_count);
}

static size_t area_at(struct viewer *v, const char *id)
{
	size_t i = 0;

	while (i < v->area_count && strcmp(v->area_ids[i], id) != 0)
		i++;
	return i;
}

static void take_area(struct viewer *v, const cJSON *area)
{
	int count = cJSON_GetArraySize(area);
	size_t i = area_at(v, cJSON_GetStringValue(cJSON_GetArrayItem(area, 0)));

	assert_true(count == 3 || count == 4);
	assert_true(i < v->area_count);
	v->free_places[i] = cJSON_GetArrayItem(area, 1)->valueint;
	v->capacity[i] = cJSON_GetArrayItem(area, 2)->valueint;
	v->has_channel[i] = count == 4;
	if (count == 4)
		assert_string_equal(cJSON_GetStringValue(cJSON_GetArrayItem(area, 3)), "b");
}

static void take_show(struct viewer *v, const cJSON *show)
{
	assert_true(cJSON_IsObject(show));
	free(v->show);
	v->show = cJSON_PrintUnformatted(show);
}

static void take_snap(struct viewer *v, const cJSON *frame)
{
	const cJSON *ids = member(frame, "ids"), *areas = member(frame, "areas"), *one;

	v->snaps++;
	if (ids) {
		v->id_lists++;
		forget_seats(v);
		cJSON_ArrayForEach(one, ids) {
			assert_true(v->seat_count < VIEWER_SEATS_MAX);
			v->seat_ids[v->seat_count++] = strdup(cJSON_GetStringValue(one));
		}
	} else {
		assert_string_equal(v->layout, string(frame, "layout"));
	}
	snprintf(v->epoch, sizeof v->epoch, "%s", string(frame, "epoch"));
	snprintf(v->layout, sizeof v->layout, "%s", string(frame, "layout"));
	take_string(v, frame);
	forget_areas(v);
	assert_true(cJSON_IsArray(areas));
	cJSON_ArrayForEach(one, areas) {
		assert_true(v->area_count < VIEWER_AREAS_MAX);
		v->area_ids[v->area_count++] = strdup(cJSON_GetStringValue(cJSON_GetArrayItem(one, 0)));
		take_area(v, one);
	}
	take_show(v, member(frame, "show"));
}

static void take_delta(struct viewer *v, const cJSON *frame)
{
	const cJSON *one;

	v->deltas++;
	if (member(frame, "s"))
		take_string(v, frame);
	cJSON_ArrayForEach(one, member(frame, "c")) {
		const cJSON *at = cJSON_GetArrayItem(one, 0);

		assert_true(cJSON_IsNumber(at) && at->valueint >= 0 &&
		            (size_t)at->valueint < v->seat_count);
		v->seats[at->valueint] = cJSON_GetStringValue(cJSON_GetArrayItem(one, 1))[0];
	}
	cJSON_ArrayForEach(one, member(frame, "a"))
		take_area(v, one);
	if (member(frame, "show"))
		take_show(v, member(frame, "show"));
}

static void take_frame(struct viewer *v, const char *json, const char *id)
{
	cJSON *frame = cJSON_Parse(json);
	const char *t;
	int64_t o;
	char expected[64];

	if (!frame)
		fail_msg("no JSON: %s", json);
	t = string(frame, "t");
	o = (int64_t)cJSON_GetNumberValue(member(frame, "o"));
	if (!strcmp(t, "snap")) {
		/* Never back, but in another epoch. */
		if (!strcmp(v->epoch, string(frame, "epoch")))
			assert_true(o >= v->o);
		take_snap(v, frame);
	} else {
		assert_true(v->epoch[0] && o >= v->o);
		if (!strcmp(t, "d"))
			take_delta(v, frame);
		else
			assert_string_equal(t, "at");
		v->beats += !strcmp(t, "at");
	}
	v->o = o;
	snprintf(expected, sizeof expected, "%s:%lld", v->epoch, (long long)o);
	if (id)
		assert_string_equal(id, expected);
	cJSON_Delete(frame);
}

/* ---- bytes ---- */

static void use(struct viewer *v, size_t bytes)
{
	memmove(v->in.data, v->in.data + bytes, v->in.bytes - bytes + 1);
	v->in.bytes -= bytes;
}

static bool take_head(struct viewer *v)
{
	char *end = v->in.data ? strstr(v->in.data, "\r\n\r\n") : NULL;

	if (!end)
		return false;
	assert_int_equal(sscanf(v->in.data, "HTTP/1.1 %d", &v->status), 1);
	if (v->status == 101) {
		assert_non_null(strstr(v->in.data, ACCEPT));
		assert_non_null(strstr(v->in.data, "holdfast.seats.v1"));
	}
	v->has_head = true;
	use(v, (size_t)(end + 4 - v->in.data));
	return true;
}

static bool take_message(struct viewer *v)
{
	const unsigned char *data = (const unsigned char *)v->in.data;
	size_t head = 2, bytes;
	char *payload;

	if (v->in.bytes < 2)
		return false;
	assert_int_equal(data[1] & 0x80, 0);
	bytes = data[1];
	if (bytes >= 126) {
		head = bytes == 126 ? 4 : 10;
		if (v->in.bytes < head)
			return false;
		bytes = 0;
		for (size_t i = 2; i < head; i++)
			bytes = bytes << 8 | data[i];
	}
	if (v->in.bytes < head + bytes)
		return false;
	payload = strndup(v->in.data + head, bytes);
	if ((data[0] & 15) == 1) {
		take_frame(v, payload, NULL);
	} else if ((data[0] & 15) == 9) {
		v->pings++;
		viewer_say(v, 10, payload, bytes);
	} else {
		assert_int_equal(data[0] & 15, 8);
		v->close_code = data[head] << 8 | data[head + 1];
		snprintf(v->close_reason, sizeof v->close_reason, "%s", bytes > 2 ? payload + 2 : "");
	}
	free(payload);
	use(v, head + bytes);
	return true;
}

static bool take_event(struct viewer *v)
{
	char *end = v->in.data ? strstr(v->in.data, "\n\n") : NULL;
	char id[64] = "", *data, *at;

	if (!end)
		return false;
	*end = '\0';
	at = strstr(v->in.data, "id:");
	if (at)
		sscanf(at, "id: %63[^\n]", id);
	data = strstr(v->in.data, "data: ");
	if (data)
		take_frame(v, data + 6, id);
	use(v, (size_t)(end + 2 - v->in.data));
	return true;
}

static bool take_one(struct viewer *v)
{
	if (!v->has_head && !take_head(v))
		return false;
	if (v->status != 101 && v->status != 200)
		return false;
	return v->is_sse ? take_event(v) : take_message(v);
}

bool viewer_read(struct viewer *v, int64_t wait_ms)
{
	struct pollfd wait = {.fd = v->fd, .events = POLLIN};
	char part[65536];
	ssize_t bytes;

	if (v->fd < 0 || poll(&wait, 1, (int)wait_ms) <= 0)
		return false;
	bytes = recv(v->fd, part, sizeof part, 0);
	if (bytes <= 0) {
		viewer_cut(v);
		return false;
	}
	buf_add(&v->in, part, (size_t)bytes);
	while (take_one(v))
		;
	return true;
}

/* ---- a viewer ---- */

void viewer_make(struct viewer *v, const char *show_id, bool is_sse)
{
	*v = (struct viewer){.is_sse = is_sse, .fd = -1};
	snprintf(v->show_id, sizeof v->show_id, "%s", show_id);
}

int viewer_open(struct viewer *v, const struct web *web)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;
	struct buf request = {0};

	viewer_cut(v);
	v->has_head = false;
	v->status = v->close_code = 0;
	v->fd = web_connect(web);
	if (v->fd < 0)
		return 0;
	buf_print(&request, "GET /api/seat-map/live?show_id=%s", v->show_id);
	if (v->epoch[0])
		buf_print(&request, "&layout=%s", v->layout);
	if (v->epoch[0] && !v->is_sse)
		buf_print(&request, "&since=%s:%lld", v->epoch, (long long)(v->claim ? v->claim : v->o));
	buf_print(&request, " HTTP/1.1\r\nHost: %s\r\n", web->address);
	if (v->is_sse)
		buf_add_string(&request, "Accept: text/event-stream\r\n");
	else
		buf_add_string(&request, "Connection: Upgrade\r\nUpgrade: websocket\r\n"
		                         "Sec-WebSocket-Version: 13\r\n" KEY PROTOCOL);
	if (v->is_sse && v->epoch[0])
		buf_print(&request, "Last-Event-ID: %s:%lld\r\n", v->epoch, (long long)v->o);
	buf_print(&request, "%s\r\n", v->headers ? v->headers : "");
	assert_int_equal(send(v->fd, request.data, request.bytes, MSG_NOSIGNAL), request.bytes);
	buf_release(&request);
	while (!v->has_head && v->fd >= 0 && clock_monotonic_ms() < until_ms)
		(void)viewer_read(v, 100);
	return v->status;
}

void viewer_say(struct viewer *v, int opcode, const char *payload, size_t bytes)
{
	unsigned char frame[131] = {(unsigned char)(0x80 | opcode), (unsigned char)(0x80 | bytes),
	                            1, 2, 3, 4};

	assert_true(bytes <= 125);
	for (size_t i = 0; i < bytes; i++)
		frame[6 + i] = (unsigned char)payload[i] ^ frame[2 + i % 4];
	(void)!send(v->fd, frame, 6 + bytes, MSG_NOSIGNAL);
}

void viewer_await(struct viewer *v, const char *text)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;

	while (strcmp(viewer_text(v), text) != 0) {
		if (clock_monotonic_ms() >= until_ms || v->fd < 0)
			fail_msg("expected %s, saw %s (o %lld, connection %d, close %d)", text, viewer_text(v),
			         (long long)v->o, v->fd, v->close_code);
		(void)viewer_read(v, 100);
	}
}

void viewer_await_end(struct viewer *v)
{
	int64_t until_ms = clock_monotonic_ms() + RIG_WAIT_MS;

	while (v->fd >= 0) {
		assert_true(clock_monotonic_ms() < until_ms);
		(void)viewer_read(v, 100);
	}
}

void viewer_cut(struct viewer *v)
{
	if (v->fd >= 0)
		close(v->fd);
	v->fd = -1;
	buf_release(&v->in);
}

void viewer_release(struct viewer *v)
{
	viewer_cut(v);
	forget_seats(v);
	forget_areas(v);
	free(v->show);
	v->show = NULL;
}

const char *viewer_text(const struct viewer *v)
{
	struct buf text = {0};

	for (size_t i = 0; i < v->seat_count; i++)
		buf_print(&text, "%s%s%c", text.bytes ? " " : "", v->seat_ids[i], v->seats[i]);
	for (size_t i = 0; i < v->area_count; i++)
		buf_print(&text, "%s%s:%d/%d%s", text.bytes ? " " : "", v->area_ids[i], v->free_places[i],
		          v->capacity[i], v->has_channel[i] ? "b" : "");
	return rig_keep(text.data ? text.data : strdup(""));
}

const char *viewer_rows(const char *show_id)
{
	return rig_sql("SELECT concat_ws(' ', (SELECT string_agg(seat_id || CASE WHEN status = 'sold' "
	               "THEN 's' WHEN status = 'reserved' THEN 'r' WHEN channel IS NULL THEN '.' "
	               "ELSE 'b' END, ' ' ORDER BY seat_id) FROM holdfast.show_seats "
	               "WHERE show_id = '%s'), (SELECT string_agg(area_id || ':' || "
	               "capacity - held - sold || '/' || capacity || CASE WHEN channel IS NULL THEN '' "
	               "ELSE 'b' END, ' ' ORDER BY area_id) FROM holdfast.show_areas "
	               "WHERE show_id = '%s'))", show_id, show_id);
}
