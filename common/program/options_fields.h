/*
 * options_fields.h - makes struct fields of the options table that is included next.
 * No include guard: it is meant to be included several times.
 */
#undef OPTION
#undef OPTION_KNOWN_AS
#undef OPTION_CHOICES
#define OPTION_FIELD_UINT uint64_t
#define OPTION_FIELD_STR char *
#define OPTION_FIELD_SECRET char *
#define OPTION_FIELD_URL char *
#define OPTION_FIELD_URLS char *
#define OPTION_FIELD_BOOL bool
#define OPTION(field, kind, flag, default_text, min, max, help) OPTION_FIELD_##kind field;
#define OPTION_KNOWN_AS(field, kind, flag, environment, default_text, min, max, help) \
	OPTION_FIELD_##kind field;
#define OPTION_CHOICES(field, flag, default_text, choices, help) char *field;
