/*
 * options_rows.h - makes parser rows of the options table that is included next; define
 * OPTIONS_STRUCT (the program's struct) before. No include guard, as options_fields.h.
 */
#undef OPTION
#undef OPTION_KNOWN_AS
#undef OPTION_CHOICES
#define OPTION(field_, kind_, flag_, default_, min_, max_, help_) \
	{.flag = flag_, .kind = OPTION_##kind_, .default_text = default_, .min = min_, .max = max_, \
	 .help = help_, .at = offsetof(OPTIONS_STRUCT, field_), .field = #field_},
#define OPTION_KNOWN_AS(field_, kind_, flag_, environment_, default_, min_, max_, help_) \
	{.flag = flag_, .kind = OPTION_##kind_, .default_text = default_, .min = min_, .max = max_, \
	 .help = help_, .at = offsetof(OPTIONS_STRUCT, field_), .field = #field_, \
	 .environment = environment_},
#define OPTION_CHOICES(field_, flag_, default_, choices_, help_) \
	{.flag = flag_, .kind = OPTION_CHOICE, .default_text = default_, .choices = choices_, \
	 .help = help_, .at = offsetof(OPTIONS_STRUCT, field_), .field = #field_},
