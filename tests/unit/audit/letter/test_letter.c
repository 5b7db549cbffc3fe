/*
 * Letters about requests of a history that is written down here: every word of one, of the others
 * what matters; and that every outcome and every type has its sentences.
 */
#include "tests/unit/audit/letter/letter_help.h"

#define OWNED ",'owner_key':'secret-owner'"
#define R(digits) "00000000-0000-4000-8000-0000000000" digits

static const struct past steps[] = {
    {T0, CREATE("01", OWNED ",'title':'Opera Gala','hold_seconds':600,'max_hold_seconds':1200,"
                      "'max_seats':6,'max_customer_seats':8,'max_customer_holds':2"), NULL},
    {T0, ASK("add_seats", "02", OWNED ",'seats':["
             "{'seat_id':'A1','row':'A','pos':1,'category':'gold'},"
             "{'seat_id':'A2','row':'A','pos':2,'category':'gold'},"
             "{'seat_id':'A3','row':'A','pos':3},{'seat_id':'A4','row':'A','pos':4},"
             "{'seat_id':'Row 1, seat "
             "5','row':'B','pos':1},{'seat_id':'B2','row':'B','pos':2}]"), NULL},
    {T0, ASK("set_areas", "03", OWNED ",'areas':[{'area_id':'Wiese','capacity':5},"
             "{'area_id':'Loge','capacity':9,'channel':'club'}]"), NULL},
    {T0, ASK("set_channels", "04", OWNED ",'channels':[{'channel':'club','channel_key':'secret-key',"
             "'exempt':true}]"), NULL},
    {T0, ASK("block_seats", "05", OWNED ",'seat_ids':['A4'],'channel':'club'"), NULL},
    /* 5 */
    {T0 + 3000, RESERVE("10", "secret-alice", "'A1','A2'", ",'customer_id':'secret-a'"), NULL},
    {T0 + 3008, RESERVE("11", "secret-bob", "'A2','A3'", ",'customer_id':'secret-b'"), NULL},
    {T0 + 3020, RESERVE("11", "secret-bob", "'A3','A2'", ",'customer_id':'secret-b'"), NULL},
    {T0 + 3021, RESERVE("11", "secret-bob", "'A3'", ",'customer_id':'secret-b'"), NULL},
    {T0 + 4000, ASK("reserve", "12", ",'session_id':'secret-carl','customer_id':'secret-c',"
                    "'areas':[{'area_id':'Wiese','count':4}]"), NULL},
    /* 10 */
    {T0 + 4000, ASK("reserve", "13", ",'session_id':'secret-dora','customer_id':'secret-d',"
                    "'seat_ids':['Row 1, seat 5'],'areas':[{'area_id':'Wiese','count':2},"
                    "{'area_id':'Loge','count':1}]"), NULL},
    {T0 + 5000, ASK("reserve", "14", ",'session_id':'secret-emil','customer_id':'secret-e',"
                    "'best':{'count':3,'categories':['gold'],'accessible':1}"), NULL},
    {T0 + 6000, RESERVE("15", "secret-f", "'A4','B2'", ",'customer_id':'secret-f'"), NULL},
    {T0 + 60000, OF("confirm", "20", "secret-alice", "10", ""), NULL},
    {T0 + 61000, RESERVE("16", "secret-a2", "'B2'", ",'customer_id':'secret-a'"), NULL},
    /* 15 */
    {T0 + 62000, ASK("reserve", "17", ",'session_id':'secret-a3','customer_id':'secret-a',"
                     "'best':{'count':6}"), NULL},
    {T0 + 63000, OF("confirm", "21", "secret-mallory", "12", ""), NULL},
    {T0 + 64000, OF("extend", "22", "secret-carl", "12", ",'hold_seconds':900"), NULL},
    {T0 + 65000, OF("change_hold", "23", "secret-carl", "12", ",'seat_ids':['A3'],"
                    "'drop_areas':[{'area_id':'Wiese','count':1}]"), NULL},
    {T0 + 66000, ASK("cancel", "24", OWNED ",'reservation_id':'" R("10") "','seat_ids':['A2']"), NULL},
    /* 20 */
    {T0 + 66500, RESERVE("18", "secret-g", "'A2'", ",'customer_id':'secret-g'"), NULL},
    {T0 + 67000, RESERVE("19", "secret-a2", "'A2'", ",'customer_id':'secret-a'"), NULL},
    {T0 + 700000, RESERVE("30", "secret-h", "'B2'", ",'customer_id':'secret-h'"), NULL},
    {T0 + 700004, OF("confirm", "31", "secret-a2", "16", ""), NULL},
    {T0 + 800000, OF("confirm", "32", "secret-g", "18", ""), NULL},
    /* 25 */
    {T0 + 800001, RESERVE("33", "secret-i", "'A1','Z9'", ",'customer_id':'secret-i'"), NULL},
    {T0 + 800002, ASK("reserve", "34", ",'session_id':'secret-i','seat_ids':[]"), NULL},
    {T0 + 800003, RESERVE("35", "secret-i", "'A1'", ",'customer_id':'i','hold_seconds':7200"), NULL},
    {T0 + 800003, ASK("reserve", "36", ",'session_id':'secret-i','customer_id':'secret-i',"
                      "'areas':[{'area_id':'Wiese','count':7}]"), NULL},
    {T0 + 900000, EXPIRE("37", "12"), NULL},
    /* 30 */
    {T0 + 900000, ASK("change_show", "38", OWNED ",'closed':true"), NULL},
    {T0 + 90000000, RESERVE("39", "secret-i", "'A1'", ",'customer_id':'secret-i'"), NULL},
    {T0 + 90000001, EXPIRE("40", "12"), NULL},
    {T0 + 90000002, OF("confirm", "41", "secret-carl", "12", ""), NULL},
};

#define STEPS (sizeof steps / sizeof steps[0])

static struct told told;

static const char *letter_of(const char *id)
{
	told_close(&told);
	told_open(&told, steps, STEPS, id, false);
	assert_non_null(told.disputes.first);
	return told_letter(&told, told.disputes.first);
}

static int begin(void **state)
{
	(void)state;
	told_open(&told, steps, STEPS, R("10"), false);
	return 0;
}

static int end(void **state)
{
	(void)state;
	told_close(&told);
	return 0;
}

static void has(const char *letter, const char *part)
{
	struct buf flat = {0};

	/* As a line ends somewhere else. */
	for (const char *c = letter; *c; c++) {
		if (*c == '\n')
			while (c[1] == ' ' || c[1] == '\n')
				c++;
		buf_add(&flat, *c == '\n' || (*c == ' ' && c[-1] == '\n') ? " " : c, 1);
	}
	for (char *c = flat.data; (c = strstr(c, "  "));)
		memmove(c, c + 1, strlen(c));
	if (!strstr(flat.data, part))
		fail_msg("expected %s in\n%s", part, letter);
	buf_release(&flat);
}

static void a_refused_request_is_told_from_its_asking_to_what_came_of_it(void **state)
{
	(void)state;
	assert_string_equal(
	    letter_of(R("11")),
	    "Opera Gala (s)\n"
	    "Your request 00000000-0000-4000-8000-000000000011\n"
	    "\n"
	    "What you asked for\n"
	    "  You asked to have seats A2 and A3 held for you. Your request was recorded on\n"
	    "  24 November 2026 at 15:00:03.008 UTC, as offset 6 of partition 7.\n"
	    "\n"
	    "  The same request came once more at 15:00:03.020 (offset 7); it got the same\n"
	    "  answer again, and changed nothing. The same id came once more with another\n"
	    "  request, at 15:00:03.021 (offset 8); that one was refused (422\n"
	    "  IDEMPOTENCY_MISMATCH), and changed nothing.\n"
	    "\n"
	    "What stood before it\n"
	    "  Seat A2 was held already, by reservation 00000000-0000-4000-8000-000000000010,\n"
	    "  since 15:00:03.000 (offset 5). That is 8 milliseconds before your request.\n"
	    "\n"
	    "  Seat A3 was free.\n"
	    "\n"
	    "What was answered\n"
	    "  No: 409 SEATS_TAKEN. Somebody else had at least one of these seats already.\n"
	    "  Seats of one request are given together or not at all, so that none was given.\n"
	    "  This answer was published 42 milliseconds after your request, at 15:00:03.050\n"
	    "  (reservation.replies, partition 7, offset 106).\n"
	    "\n"
	    "What came of it\n"
	    "  A request that is refused is not kept waiting: nothing more came of this one,\n"
	    "  and what comes back goes to whoever asks next.\n"
	    "\n"
	    "  Seat A2 was bought by reservation 00000000-0000-4000-8000-000000000010 at\n"
	    "  15:01:00.000 (offset 13), was free again at 15:01:06.000 (offset 19), as the\n"
	    "  sale was taken back, and went to reservation\n"
	    "  00000000-0000-4000-8000-000000000018, the next that asked, at 15:01:06.500\n"
	    "  (offset 20).\n"
	    "\n"
	    "How this is known\n"
	    "  From the log of the sale alone, partition 7 of reservation.requests, read to\n"
	    "  its offset 33, of 25 November 2026 at 16:00:00.002 UTC. Every request for the\n"
	    "  show stands in it, in the order in which it arrived, with the time at which\n"
	    "  the log took it, by one clock for all; its offset is its number in that order.\n"
	    "  Requests are decided one after the other in that order, by the same rules for\n"
	    "  everybody. 6 requests stand before this one. The times are UTC.\n"
	    "\n"
	    "  Whoever may read the log can check it: holdfast-audit\n"
	    "  --request-id=00000000-0000-4000-8000-000000000011 --show=s writes this letter\n"
	    "  again, and holdfast-audit alone decides every request once more and compares.\n");
}

static void places_of_areas_are_told_with_who_came_last(void **state)
{
	const char *letter = letter_of(R("13"));

	(void)state;
	has(letter, "You asked to have seat \"Row 1, seat 5\" and 2 places in the area Wiese and 1 "
	            "place in "
	            "the area Loge held for you.");
	has(letter, "Seat \"Row 1, seat 5\" was free.");
	has(letter, "The area Wiese had only 1 of its 5 places left; you asked for 2. 0 were sold, "
	            "and 4 held. "
	            "The last to take some of them, 4, was reservation " R("12") " at 15:00:04.000 "
	            "(offset 9). That is in the same millisecond as your request, but before it: "
	            "offset 9 "
	            "stands before offset 10.");
	has(letter, "The area Loge was sold by the channel club alone, whose key your request did not "
	            "have.");
	has(letter, "No: 409 AREA_FULL.");
}

static void wishes_blocked_seats_and_limits_are_told(void **state)
{
	(void)state;
	has(letter_of(R("14")), "the best 3 seats side by side of the category gold, 1 of them "
	                        "accessible by "
	                        "wheelchair held for you.");
	has(letter_of(R("14")), "Of the seats that fit what was asked for, none was free.");
	has(letter_of(R("15")), "Seat A4 was free, but sold by the channel club alone, whose key your "
	                        "request "
	                        "did not have. Seat B2 was free. What was answered No: 409 "
	                        "SEATS_NOT_FOR_SALE.");
	has(letter_of(R("17")), "One customer may have 8 places and 2 holds of this show. When your "
	                        "request "
	                        "came, the customer had 3 places, bought ones among them, and 1 hold.");
	has(letter_of(R("19")), "Your reservation " R("16") " was made at 15:01:01.000 (offset 14) "
	                                                    "and had "
	                        "seat B2 when your request came. It was held until 15:11:01.000, 9 "
	                        "minutes "
	                        "54 seconds after your request.");
	has(letter_of(R("19")), "No: 409 ALREADY_RESERVED. You had a hold on this show already.");
	has(letter_of(R("33")), "Seat Z9 does not exist in this show.");
	has(letter_of(R("35")), "Seats of this show may be held for 20 minutes at the longest.");
	has(letter_of(R("35")), "held for you for 2 hours.");
	has(letter_of(R("36")), "One reservation of this show may have 6 places; 7 were asked for.");
	has(letter_of(R("39")), "The organiser had closed the show.");
	has(letter_of(R("34")), "What was sent cannot be read as a request.");
	has(letter_of(R("34")), "What is wrong with it: seat_ids must be 1 to 50 distinct names");
}

static void a_reservation_is_told_to_its_end(void **state)
{
	const char *letter = letter_of(R("12"));

	(void)state;
	has(letter, "Opera Gala (s) Reservation " R("12") " What you asked for");
	has(letter, "There was room enough.");
	has(letter, "Yes: 200 RESERVED. All that you asked for was held for you. The hold was to last "
	            "until "
	            "15:10:04.000.");
	has(letter, "15:01:03.000 (offset 16): confirm of this reservation changed nothing (403 "
	            "WRONG_SESSION).");
	has(letter, "15:01:04.000 (offset 17): the hold was made longer, until 15:16:04.000. "
	            "15:01:05.000 "
	            "(offset 18): 1 place in the area Wiese left it. 15:01:05.000 (offset 18): seat "
	            "A3 came "
	            "in. 25 November 2026, 16:00:00.001 (offset 32): the hold had run out and was "
	            "ended. 25 "
	            "November 2026, 16:00:00.002 (offset 33): seat A3 and 3 places in the area Wiese "
	            "were "
	            "sold to you. When the log was read, the reservation was bought.");
	has(letter_of(R("41")), "Its time was up at 24 November 2026, 15:16:04.000, 1 day before your "
	                        "request.");
}

static void a_lapsed_hold_goes_to_who_asks_and_its_late_buyer_is_told_so(void **state)
{
	const char *letter = letter_of(R("30"));

	(void)state;
	has(letter, "Seat B2 was free: the hold of reservation " R("16") " on it had run out at "
	                                                                 "15:11:01.000.");
	letter = letter_of(R("31"));
	has(letter, "Its time was up at 15:11:01.000, 39.004 seconds before your request.");
	has(letter, "Seat B2 was held already, by reservation " R("30") ", since 15:11:40.000 (offset "
	                                                                "22). That "
	            "is 4 milliseconds before your request.");
	has(letter, "No: 410 HOLD_EXPIRED. The time of your hold was over.");
	has(letter, "Seat B2 stayed with reservation " R("30") ".");
	has(letter, "When the log was read, the reservation had run out.");
	letter = letter_of(R("32"));
	has(letter, "Its time was up at 15:11:06.500, 2 minutes 13 seconds before your request. "
	            "Nobody else had "
	            "taken what was in it.");
	has(letter, "Yes: 200 CONFIRMED. It was sold to you.");
}

static void what_others_had_is_not_told_to_a_stranger(void **state)
{
	const char *letter = letter_of(R("21"));

	(void)state;
	has(letter, "Reservation " R("12") " was there, and had been made in another session. What was "
	            "answered No: 403 WRONG_SESSION.");
	assert_null(strstr(letter, "Wiese"));
	assert_null(strstr(letter, "15:01:05"));
}

static void what_organisers_and_the_clock_asked_is_told_of_nobody(void **state)
{
	const char *letter = letter_of(R("24"));

	(void)state;
	has(letter, "Request " R("24") " What was asked The organiser asked to take back seat A2 of "
	                               "the sale of "
	            "reservation " R("10") ". The request was recorded");
	has(letter, "The rest stays sold. From then on there was in it: seat A1.");
	has(letter_of(R("03")), "to set the area Wiese to 5 places, the area Loge to 9 places.");
	has(letter_of(R("05")), "The organiser asked to sell seat A4 by the channel club alone.");
	has(letter_of(R("37")), "announced that the time was up of reservation " R("12") ".");
	has(letter_of(R("37")), "No: 409 NOT_DUE.");
}

static void without_an_answer_nothing_is_said_of_what_it_will_be(void **state)
{
	const char *letter;

	(void)state;
	told_close(&told);
	told_open(&told, steps, STEPS, R("10"), false);
	told.answer.answered = ANSWERED_NOT_YET;
	letter = told_letter(&told, told.disputes.first);
	has(letter, "Your request " R("10"));
	has(letter, "Nothing yet. Your request is recorded and will be decided in its turn;");
	assert_null(strstr(letter, "RESERVED"));
	assert_null(strstr(letter, "What came of it"));
	told.answer.answered = ANSWERED_GONE;
	has(told_letter(&told, told.disputes.first), "The record of this answer is not kept any more");
	told.answer.answered = ANSWERED_UNKNOWN;
	has(told_letter(&told, told.disputes.first), "it may not have been given yet.");
}

static void another_reply_than_must_be_there_is_said_first(void **state)
{
	(void)state;
	told_close(&told);
	told_open(&told, steps, STEPS, R("10"), false);
	told.answer = (struct answer){.answered = ANSWERED, .topic = "reservation.replies", .partition = 7,
	                              .offset = 9, .is_other = true, .code = 409, .reason = "SEATS_TAKEN"};
	has(told_letter(&told, told.disputes.first),
	    "Attention: the reply that was published (reservation.replies, partition 7, offset 9) is "
	    "not the "
	    "one that must be there. It says 409 SEATS_TAKEN; by the rules of the sale the answer is "
	    "200 "
	    "RESERVED.");
}

static void a_log_without_its_head_is_said(void **state)
{
	(void)state;
	told.source.kept_from = 12;
	has(told_letter(&told, told.disputes.first), "Note: the log is kept from offset 12 on.");
}

/* One reply again, and one that is a request of its own: the first could not be read. */
static void the_same_id_decided_anew_is_a_letter_of_its_own(void **state)
{
	static const struct past twice[] = {
	    {T0, CREATE("01", ""), NULL},
	    {T0, ADD("02", "'A1'"), NULL},
	    {T0 + 1, ASK("reserve", "10", ",'session_id':'x'"), NULL},
	    {T0 + 2, RESERVE("10", "x", "'A1'", ""), NULL},
	};

	(void)state;
	told_close(&told);
	told_open(&told, twice, 4, R("10"), false);
	has(told_letter(&told, told.disputes.first), "No: 400 INVALID_REQUEST.");
	has(told_letter(&told, told.disputes.first->next), "Yes: 200 RESERVED.");
	assert_null(told.disputes.first->next->next);
	told_close(&told);
	told_open(&told, steps, STEPS, R("24"), true); /* a cancel is no reservation */
	assert_null(told.disputes.first);
	told_close(&told);
	told_open(&told, steps, STEPS, R("11"), true);
	told.source.is_of_reservation = true;
	has(told_letter(&told, told.disputes.first), "Your request " R("11") " There is no reservation of "
	                                             "this id: the request that would have made it");
}

static void programs_get_the_facts(void **state)
{
	struct buf b = {0};
	struct json j = {.to = &b};

	(void)state;
	(void)letter_of(R("11"));
	letter_print_json(&told.letter, told.disputes.first, &told.answer, &j);
	assert_non_null(strstr(b.data, ",\"letter\":[\"Opera Gala (s)\","));
	*strstr(b.data, ",\"letter\"") = '\0';
	assert_string_equal(
	    b.data,
	    "{\"request_id\":\"" R("11") "\",\"show_id\":\"s\",\"type\":\"reserve\",\"partition\":7,"
	    "\"offset\":6,\"appended_at\":\"2026-11-24T15:00:03.008Z\","
	    "\"decided_at\":\"2026-11-24T15:00:03.008Z\",\"asked\":{\"seat_ids\":[\"A2\",\"A3\"]},"
	    "\"before\":{\"seats\":[{\"seat_id\":\"A2\",\"status\":\"reserved\","
	    "\"reservation_id\":\"" R("10") "\",\"taken_at_offset\":5,"
	    "\"taken_at\":\"2026-11-24T15:00:03.000Z\",\"before_ms\":8,\"sold_at_offset\":13,"
	    "\"sold_at\":\"2026-11-24T15:01:00.000Z\",\"gone_by\":\"cancelled\",\"gone_at_offset\":19,"
	    "\"gone_at\":\"2026-11-24T15:01:06.000Z\",\"next_reservation_id\":\"" R("18") "\","
	    "\"next_at_offset\":20,\"next_at\":\"2026-11-24T15:01:06.500Z\"},"
	    "{\"seat_id\":\"A3\",\"status\":\"free\"}]},"
	    "\"answer\":{\"code\":409,\"reason\":\"SEATS_TAKEN\",\"accepted\":false,\"published\":\"yes\","
	    "\"topic\":\"reservation.replies\",\"partition\":7,\"offset\":106,"
	    "\"published_at\":\"2026-11-24T15:00:03.050Z\",\"wait_ms\":42},"
	    "\"repeats\":[{\"offset\":7,\"at\":\"2026-11-24T15:00:03.020Z\",\"other_content\":false},"
	    "{\"offset\":8,\"at\":\"2026-11-24T15:00:03.021Z\",\"other_content\":true}]");
	buf_release(&b);
}

static void a_page_has_every_line_and_no_tag_of_others(void **state)
{
	static const struct past odd[] = {
	    {T0, CREATE("01", ",'title':'<b>Faust</b> & Co'"), NULL},
	    {T0, ADD("02", "'<i>1'"), NULL},
	    {T0 + 1, RESERVE("10", "x", "'<i>1'", ""), NULL},
	};
	struct buf b = {0};

	(void)state;
	told_close(&told);
	told_open(&told, odd, 3, R("10"), false);
	(void)told_letter(&told, told.disputes.first);
	letter_print_html(&told.letter, &b);
	has(b.data, "<article> <h1>&lt;b>Faust&lt;/b> &amp; Co (s)</h1> <p>Reservation " R("10") "</p> "
	            "<section> <h2>What you asked for</h2> <p>You asked to have seat &lt;i>1 held for "
	            "you. ");
	assert_string_equal(b.data + b.bytes - strlen("</p>\n</section>\n</article>\n"),
	                    "</p>\n</section>\n</article>\n");
	buf_release(&b);
}

static void keeps_no_secret(const struct request *q)
{
	assert_null(q->session_id.data);
	assert_null(q->owner_key.data);
	assert_null(q->new_owner_key.data);
	assert_null(q->channel_key.data);
	assert_null(q->customer_id.data);
	for (size_t i = 0; i < q->channel_count; i++)
		assert_null(q->channels[i].key.data);
}

static void no_secret_is_in_any_letter(void **state)
{
	struct buf b = {0};

	(void)state;
	for (int id = 1; id <= 41; id++) {
		char text[UUID_TEXT_CHARS + 1];
		struct json j = {.to = &b};

		snprintf(text, sizeof text, "00000000-0000-4000-8000-0000000000%02d", id);
		told_close(&told);
		told_open(&told, steps, STEPS, text, false);
		if (!told.disputes.first)
			continue;
		buf_clear(&b);
		buf_add_string(&b, told_letter(&told, told.disputes.first));
		letter_print_json(&told.letter, told.disputes.first, &told.answer, &j);
		letter_print_html(&told.letter, &b);
		assert_false(b.failed);
		keeps_no_secret(&told.disputes.first->request);
		if (strstr(b.data, "secret"))
			fail_msg("a secret in %s", b.data);
	}
	buf_release(&b);
}

/* ---- every outcome, every type ---- */

/* Is it a sentence, or some? */
static void is_sentence(const char *words)
{
	size_t bytes = strlen(words);

	assert_true(bytes > 10 && words[0] >= 'A' && words[0] <= 'Z' && words[bytes - 1] == '.');
	if (strstr(words, "  "))
		fail_msg("two blanks in %s", words);
	assert_null(strstr(words, "(null)"));
}

static void every_outcome_says_what_it_means(void **state)
{
	(void)state;
	for (int o = 0; o < OUTCOME_COUNT; o++) {
		const char *words = letter_outcome_words((enum outcome)o);

		if (!words)
			fail_msg("no letter says what %s means", outcome_reason((enum outcome)o));
		is_sentence(words);
		for (int other = 0; other < o; other++)
			assert_string_not_equal(words, letter_outcome_words((enum outcome)other));
	}
}

/* A dispute of that type and outcome, with as little else as can be. */
static void fill(struct dispute *one, enum request_type type, enum outcome outcome)
{
	static const struct channel channels[] = {{.name = {"club", 4}}};
	static struct text seats[] = {{"A1", 2}};

	*one = (struct dispute){.offset = 7, .appended_ms = T0,
	                        .policy = {.max_seats = 1, .max_customer_seats = 4}};
	one->request = (struct request){.fault = type ? REQUEST_READABLE : REQUEST_MALFORMED,
	                                .type = type, .has_request_id = true, .channels = channels,
	                                .channel_count = 1, .seat_ids = seats, .seat_count = 1,
	                                .hold_seconds = 60, .channel = {"club", 4}};
	one->verdict = (struct verdict){.type = type, .outcome = outcome, .decided_ms = T0,
	                                .duplicate_of = NOT_A_DUPLICATE};
}

static void every_type_and_outcome_makes_a_letter_of_five_parts(void **state)
{
	(void)state;
	for (int type = 0; type < REQUEST_TYPE_COUNT; type++)
		for (int o = 0; o < OUTCOME_COUNT; o++) {
			struct dispute one;
			size_t headings = 0;

			if (!outcome_is_of((enum outcome)o, (enum request_type)type))
				continue;
			fill(&one, (enum request_type)type, (enum outcome)o);
			told.answer = (struct answer){.answered = ANSWERED};
			(void)told_letter(&told, &one);
			for (size_t i = 0; i < told.letter.line_count; i++) {
				struct text text = letter_line_text(&told.letter, i);
				char line[2000];

				snprintf(line, sizeof line, "%.*s", TEXT_ARGS(text));
				headings += told.letter.lines[i].kind == LETTER_HEADING;
				if (told.letter.lines[i].kind == LETTER_PARAGRAPH)
					is_sentence(line);
				else if (told.letter.lines[i].kind == LETTER_HEADING)
					assert_int_equal(told.letter.lines[i + 1].kind, LETTER_PARAGRAPH);
			}
			assert_int_equal(headings, 5);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_refused_request_is_told_from_its_asking_to_what_came_of_it),
	    cmocka_unit_test(places_of_areas_are_told_with_who_came_last),
	    cmocka_unit_test(wishes_blocked_seats_and_limits_are_told),
	    cmocka_unit_test(a_reservation_is_told_to_its_end),
	    cmocka_unit_test(a_lapsed_hold_goes_to_who_asks_and_its_late_buyer_is_told_so),
	    cmocka_unit_test(what_others_had_is_not_told_to_a_stranger),
	    cmocka_unit_test(what_organisers_and_the_clock_asked_is_told_of_nobody),
	    cmocka_unit_test(without_an_answer_nothing_is_said_of_what_it_will_be),
	    cmocka_unit_test(another_reply_than_must_be_there_is_said_first),
	    cmocka_unit_test(a_log_without_its_head_is_said),
	    cmocka_unit_test(the_same_id_decided_anew_is_a_letter_of_its_own),
	    cmocka_unit_test(programs_get_the_facts),
	    cmocka_unit_test(a_page_has_every_line_and_no_tag_of_others),
	    cmocka_unit_test(no_secret_is_in_any_letter),
	    cmocka_unit_test(every_outcome_says_what_it_means),
	    cmocka_unit_test(every_type_and_outcome_makes_a_letter_of_five_parts),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
