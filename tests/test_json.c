/* io/json: what it writes is JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/json.h"
#include "scratch.h"

struct text {
	char text[4096];
	size_t n;
};

static void
collect(void *sink, const char *text, size_t n)
{
	struct text *t = sink;

	assert_true(t->n + n < sizeof t->text);
	memcpy(t->text + t->n, text, n);
	t->n += n;
	t->text[t->n] = '\0';
}

static struct text out;
static struct json j;

static int
start(void **state)
{
	(void)state;
	out = (struct text){ .n = 0 };
	json_start(&j, collect, &out, false);
	return 0;
}

static void
values_stand_in_their_objects_and_arrays(void **state)
{
	(void)state;
	json_string(&j, "name", "x");
	json_object(&j, "empty");
	json_end(&j);
	json_array(&j, "list");
	json_bool(&j, NULL, true);
	json_object(&j, NULL);
	json_integer(&j, "n", -7);
	json_string(&j, "none", NULL);
	json_end(&j);
	json_bool(&j, NULL, false);
	json_finish(&j);
	assert_string_equal(out.text,
	    "{\"name\": \"x\", \"empty\": {}, \"list\": [true, {\"n\": -7, \"none\": null}, false]}\n");
}

static void
indented_has_a_value_per_line(void **state)
{
	(void)state;
	out = (struct text){ .n = 0 };
	json_start(&j, collect, &out, true);
	json_integer(&j, "a", 1);
	json_array(&j, "b");
	json_integer(&j, NULL, 2);
	json_finish(&j);
	assert_string_equal(out.text, "{\n  \"a\": 1,\n  \"b\": [\n    2\n  ]\n}\n");
}

static void
text_is_escaped(void **state)
{
	(void)state;
	json_string(&j, "a\"b", "quote \" back \\ line\n tab\t bell\a \x7f \xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80");
	json_finish(&j);
	assert_string_equal(out.text, "{\"a\\\"b\": \"quote \\\" back \\\\ line\\n tab\\u0009 bell\\u0007 "
	    "\\u007f \xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\"}\n");
}

static void
what_is_not_utf8_is_replaced(void **state)
{
	static const char *const bad[] = { "\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\xe2\x82", "\x80" };
	static const char *const good[] = { "\\ufffd", "\\ufffd\\ufffd", "\\ufffd\\ufffd\\ufffd",
		"\\ufffd\\ufffd\\ufffd\\ufffd", "\\ufffd\\ufffd", "\\ufffd" };
	char expected[64];

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		start(state);
		json_string(&j, "a", bad[i]);
		json_finish(&j);
		snprintf(expected, sizeof expected, "{\"a\": \"%s\"}\n", good[i]);
		assert_string_equal(out.text, expected);
	}
}

static void
integers_have_all_their_digits(void **state)
{
	(void)state;
	json_integer(&j, "big", (tally_count)9223372036854775807 * 9223372036854775807);
	json_integer(&j, "small", -((tally_count)1 << 64));
	json_finish(&j);
	assert_string_equal(out.text, "{\"big\": 85070591730234615847396907784232501249, "
	    "\"small\": -18446744073709551616}\n");
}

static void
doubles_read_back_exactly(void **state)
{
	static const double list[] = { 0.1, 1.0 / 3, 5e-324, 1.7976931348623157e308, -2.385, 0, 1e22, 123456789012345678.0 };

	for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
		start(state);
		json_double(&j, "x", list[i]);
		json_finish(&j);
		assert_true(strtod(out.text + strlen("{\"x\": "), NULL) == list[i]);
	}
	start(state);
	json_double(&j, "x", 0.1);
	json_finish(&j);
	assert_string_equal(out.text, "{\"x\": 0.1}\n");
}

static void
what_is_no_number_is_null(void **state)
{
	(void)state;
	json_double(&j, "a", NAN);
	json_double(&j, "b", INFINITY);
	json_double(&j, "c", -INFINITY);
	json_finish(&j);
	assert_string_equal(out.text, "{\"a\": null, \"b\": null, \"c\": null}\n");
}

static void
it_goes_into_a_file(void **state)
{
	struct scratch s;
	struct file f;
	struct err e;
	size_t n;
	char *text;

	(void)state;
	scratch_make(&s);
	assert_int_equal(file_create(&f, s.dir, "a.json", &e), 0);
	json_start_file(&j, &f);
	json_bool(&j, "closes", true);
	json_finish(&j);
	assert_int_equal(file_commit(&f, &e), 0);
	text = scratch_read(&s, "a.json", &n);
	assert_string_equal(text, "{\n  \"closes\": true\n}\n");
	free(text);
	scratch_remove(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(values_stand_in_their_objects_and_arrays, start),
		cmocka_unit_test_setup(indented_has_a_value_per_line, start),
		cmocka_unit_test_setup(text_is_escaped, start),
		cmocka_unit_test_setup(what_is_not_utf8_is_replaced, start),
		cmocka_unit_test_setup(integers_have_all_their_digits, start),
		cmocka_unit_test_setup(doubles_read_back_exactly, start),
		cmocka_unit_test_setup(what_is_no_number_is_null, start),
		cmocka_unit_test_setup(it_goes_into_a_file, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
