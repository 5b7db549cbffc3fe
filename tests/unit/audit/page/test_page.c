/* A page: what its placeholders become, and that no data end the element that they stand in. */
#include "audit/page/page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct buf html;

static int write_page(void **state)
{
	(void)state;
	page_write(&html, "report", text_of("a<b>&{{data}}"),
	           text_of("{\"x\":\"</script><!--<script>\",\"y\":\"{{style}}\"}"));
	return html.failed;
}

static int release(void **state)
{
	(void)state;
	buf_release(&html);
	return 0;
}

static size_t count(const char *text)
{
	size_t found = 0;

	for (const char *at = html.data; (at = strstr(at, text)); at++)
		found++;
	return found;
}

static void a_title_is_text(void **state)
{
	(void)state;
	assert_non_null(strstr(html.data, "a&lt;b>&amp;{{data}}"));
	assert_null(strstr(html.data, "a<b>"));
}

static void data_cannot_end_their_element(void **state)
{
	(void)state;
	assert_int_equal(count("{\"x\":\"\\u003c/script>\\u003c!--\\u003cscript>\",\"y\":\"{{style}}\"}"),
	                 1);
	/* That of the data and the three of the scripts, each begun and ended. */
	assert_int_equal(count("</script>"), 4);
	assert_int_equal(count("<script type=\"module\">"), 3);
	assert_int_equal(count("<script type=\"application/json\" id=\"story\">"), 1);
}

static void scripts_stand_in_their_order_and_the_style_is_there(void **state)
{
	const char *map = strstr(html.data, "customElements.define('holdfast-seat-map'");
	const char *plot = strstr(html.data, "customElements.define('holdfast-plot'");

	(void)state;
	assert_true(map && plot && map < plot);
	assert_non_null(strstr(html.data, ":root{color-scheme:light dark;"));
	assert_non_null(strstr(plot, "JSON.parse($('story').textContent)"));
	assert_null(strstr(html.data, "{{scripts}}"));
	/* Nothing of the network. */
	assert_non_null(strstr(html.data, "default-src 'none'"));
	assert_null(strstr(html.data, "<script src="));
	assert_null(strstr(html.data, "href=\"http"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_title_is_text),
	    cmocka_unit_test(data_cannot_end_their_element),
	    cmocka_unit_test(scripts_stand_in_their_order_and_the_style_is_there),
	};

	return cmocka_run_group_tests(tests, write_page, release);
}
