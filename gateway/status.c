#include "gateway/status.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/clock.h"
#include "common/base/json.h"
#include "common/http/pages.h"
#include "common/service/health.h"
#include "common/service/notify.h"
#include "gateway/figures/hour.h"

#define PLOT_HEIGHT 60

static const char head[] =
    "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
    "<meta http-equiv=\"refresh\" content=\"5\">\n<title>holdfast-gateway: status</title>\n"
    "<style>\n"
    ":root{color-scheme:light dark;--bg:#f6f6f4;--card:#fff;--ink:#1c1f24;--soft:#5d6470;"
    "--line:#dfe1e5;--good:#1d7a4f;--bad:#b3261e;--plot:#3a6ea5}\n"
    "@media(prefers-color-scheme:dark){:root{--bg:#14161a;--card:#1d2026;--ink:#e8eaee;"
    "--soft:#9aa1ad;--line:#33373f;--good:#5fc795;--bad:#ff8a80;--plot:#7fb2e5}}\n"
    "*{box-sizing:border-box}body{margin:0;padding:24px;background:var(--bg);color:var(--ink);"
    "font:15px/1.45 system-ui,sans-serif}main{max-width:1080px;margin:0 auto}\n"
    "h1{font-size:20px;margin:0 0 4px}h2{font-size:15px;margin:28px 0 8px}"
    "p{margin:0;color:var(--soft)}\n"
    ".cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;"
    "margin-top:20px}.card{background:var(--card);border:1px solid var(--line);border-radius:10px;"
    "padding:12px 14px}.card b{display:block;font-size:24px;font-variant-numeric:tabular-nums}\n"
    ".wide{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:10px}"
    "table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}"
    "th,td{padding:7px 12px;text-align:right;border-bottom:1px solid var(--line);"
    "white-space:nowrap}th{color:var(--soft);font-weight:500}tr:last-child td{border:0}"
    ".t{text-align:left}.good{color:var(--good)}.bad{color:var(--bad);white-space:normal}\n"
    ".plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(280px,100%),1fr));gap:12px}"
    "svg{display:block;width:100%;height:60px}path{fill:var(--plot);opacity:.85}\n"
    "</style>\n<main>\n";

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct gateway *of;

void status_of(struct gateway *gateway)
{
	pthread_mutex_lock(&lock);
	of = gateway;
	pthread_mutex_unlock(&lock);
}

/* ---- pieces ---- */

static void add_html(struct buf *b, const char *text)
{
	for (; *text; text++) {
		if (*text == '<')
			buf_add_string(b, "&lt;");
		else if (*text == '&')
			buf_add_string(b, "&amp;");
		else
			buf_add(b, text, 1);
	}
}

static void add_card(struct buf *b, const char *name, uint64_t value)
{
	buf_print(b, "<div class=\"card\"><b>%llu</b>%s</div>\n", (unsigned long long)value, name);
}

static void add_time(struct buf *b, int64_t wall_ms)
{
	struct buf time = {0};

	json_add_time(&time, wall_ms);
	if (time.bytes > 2)
		buf_add(b, time.data + 1, time.bytes - 2);
	buf_release(&time);
}

/* ---- the last hour ---- */

static uint32_t value_of(const struct hour_slice *slice, bool is_conflicts)
{
	return is_conflicts ? slice->conflicts : slice->decisions;
}

static void add_plot(struct buf *b, const struct hour *hour, const char *name, bool is_conflicts)
{
	uint64_t sum = 0, most = 1;

	for (size_t i = 0; i < HOUR_SLICES; i++) {
		uint32_t value = value_of(&hour->slices[i], is_conflicts);

		sum += value;
		most = value > most ? value : most;
	}
	buf_print(b, "<div class=\"card\"><b>%llu</b>%s in the last hour, at most %llu in %d s"
	          "<svg viewBox=\"0 0 %d %d\" preserveAspectRatio=\"none\" role=\"img\" "
	          "aria-label=\"%s over the last hour\"><path d=\"M0 %d", (unsigned long long)sum, name,
	          (unsigned long long)most, HOUR_SLICE_MS / 1000, HOUR_SLICES, PLOT_HEIGHT, name,
	          PLOT_HEIGHT);
	for (size_t i = 0; i < HOUR_SLICES; i++)
		buf_print(b, "V%.1fh1", PLOT_HEIGHT - (double)value_of(&hour->slices[i], is_conflicts) *
		                                          PLOT_HEIGHT / (double)most);
	buf_print(b, "V%dz\"/></svg></div>\n", PLOT_HEIGHT);
}

static void add_slowest(struct buf *b, const struct hour *hour)
{
	buf_add_string(b, "<h2>Slowest answers of the last hour</h2>\n<div class=\"wide\"><table>"
	               "<tr><th class=\"t\">operation<th>status<th>took<th>answered at"
	               "<th class=\"t\">Request-Id\n");
	for (size_t i = 0; i < hour->slow_count; i++) {
		const struct hour_slow *slow = &hour->slowest[i];
		char id[UUID_TEXT_CHARS + 1];

		uuid_encode(&slow->request_id, id);
		buf_print(b, "<tr><td class=\"t\">%s<td>%u<td>%.1f ms<td>", route_name(slow->route),
		          slow->status, (double)slow->took_us / 1000);
		add_time(b, slow->at_ms);
		buf_print(b, "<td class=\"t\">%s\n", id);
	}
	if (!hour->slow_count)
		buf_add_string(b, "<tr><td class=\"t\" colspan=\"5\">none yet\n");
	buf_add_string(b, "</table></div>\n");
}

/* ---- partitions ---- */

static void add_halt(struct buf *b, const struct standing_row *row)
{
	buf_add_string(b, "<tr><td><td class=\"t bad\" colspan=\"8\">halted since ");
	add_time(b, row->halted_ms);
	if (row->halted_offset >= 0)
		buf_print(b, " at offset %lld", (long long)row->halted_offset);
	buf_add_string(b, ": ");
	add_html(b, row->reason);
	buf_add_string(b, "\n");
}

static void add_partition(struct buf *b, const struct gateway *g, int32_t i,
                          const struct standing_row *row)
{
	struct position position = position_of(g->positions, i);
	int64_t waiting = position.end_offset - row->next_offset;
	int64_t eta_ms = position_eta_ms(&position, position.end_offset);

	buf_print(b, "<tr><td>%d", (int)i);
	if (!row->is_known) {
		buf_add_string(b, "<td class=\"t bad\" colspan=\"8\">its row cannot be read\n");
		return;
	}
	buf_print(b, "<td class=\"t %s\">%s<td>%lld", row->is_halted ? "bad" : "good",
	          row->is_halted ? "halted" : "decides", (long long)row->next_offset);
	if (position.end_offset < 0)
		buf_add_string(b, "<td>?<td>?");
	else
		buf_print(b, "<td>%lld<td>%lld", (long long)position.end_offset,
		          (long long)(waiting > 0 ? waiting : 0));
	buf_print(b, "<td>%.0f/s<td>", position.per_ms * 1000);
	if (waiting > 0 && !row->is_halted && eta_ms >= 0)
		buf_print(b, "%.1f s", (double)eta_ms / 1000);
	buf_print(b, "<td>%lld<td class=\"t\">", (long long)row->epoch);
	add_html(b, row->owner[0] ? row->owner : "not known");
	buf_add_string(b, "\n");
	if (row->is_halted)
		add_halt(b, row);
}

static void add_partitions(struct buf *b, struct gateway *g)
{
	int32_t count = g->settings.pipeline->partition_count;
	struct standing_row *rows = calloc((size_t)count, sizeof *rows);

	buf_add_string(b, "<h2>Partitions</h2>\n");
	if (!rows || !standing_read(g->standing, rows)) {
		buf_add_string(b, "<p>They are being read.</p>\n");
	} else {
		buf_add_string(b, "<div class=\"wide\"><table><tr><th>partition<th class=\"t\">state"
		               "<th>decided<th>end<th>waiting<th>pace<th>wait<th>owner's epoch"
		               "<th class=\"t\">worker\n");
		for (int32_t i = 0; i < count; i++)
			add_partition(b, g, i, &rows[i]);
		buf_add_string(b, "</table></div>\n");
	}
	free(rows);
}

/* ---- the page ---- */

static void add_all(struct buf *b, struct gateway *g)
{
	static struct hour hour;
	struct http_figures http;
	struct maps_figures maps;
	struct buf why = {0};
	bool is_ready;

	is_ready = health_is_ready(&why);
	http_figures(g->http, &http);
	maps_figures(g->maps, &maps);
	hour_read(&hour, clock_monotonic_ms());
	buf_print(b, "<h1>holdfast-gateway <span class=\"%s\">%s</span></h1>\n<p>version %s, now ",
	          is_ready ? "good" : "bad", is_ready ? "ready" : "not ready", HOLDFAST_VERSION);
	add_time(b, clock_wall_ms());
	buf_add_string(b, "</p>\n");
	if (!is_ready && why.data) {
		buf_add_string(b, "<p class=\"bad\">");
		add_html(b, why.data);
		buf_add_string(b, "</p>\n");
	}
	buf_release(&why);
	buf_add_string(b, "<div class=\"cards\">\n");
	add_card(b, "requests under way", exchange_waiting(g->exchange));
	add_card(b, "connections", http.open);
	add_card(b, "viewers", http.viewers);
	add_card(b, "maps in memory", maps.shows);
	buf_add_string(b, "</div>\n<h2>Decisions</h2>\n<div class=\"plots\">\n");
	add_plot(b, &hour, "decisions", false);
	add_plot(b, &hour, "conflicts", true);
	buf_add_string(b, "</div>\n");
	add_partitions(b, g);
	add_slowest(b, &hour);
}

int status_make(struct buf *body)
{
	int status = PAGES_OK;

	buf_add_string(body, head);
	pthread_mutex_lock(&lock);
	if (of) {
		add_all(body, of);
	} else {
		buf_add_string(body, "<h1>holdfast-gateway <span class=\"bad\">starts or ends</span></h1>\n");
		status = PAGES_UNAVAILABLE;
	}
	pthread_mutex_unlock(&lock);
	buf_add_string(body, "</main>\n");
	return status;
}

void status_tell(const char *trouble)
{
	static const char *told; /* a literal, too */
	const char *status = trouble ? trouble : "serving";

	health_say(HEALTH_KAFKA, trouble ? trouble : "");
	if (status == told || (trouble && !told))
		return;
	notify_ready(status);
	told = status;
}

void status_end(void)
{
	health_say(HEALTH_PROGRAM, "ending");
	notify_stopping();
}
