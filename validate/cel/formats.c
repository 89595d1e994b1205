/* The formats that have names. */
#include <string.h>
#include "base/base64.h"
#include "validate/cel/url.h"
#include "validate/cel/library.h"
#include "validate/cel/time.h"
#include "validate/rules/text.h"

static const char *not_date(const char *s)
{
	int64_t seconds;
	int32_t nanos;
	char full[32];

	if (strlen(s) != 10)
		return "must be a date";
	memcpy(full, s, 10);
	memcpy(full + 10, "T00:00:00Z", 11);
	return cel_parse_timestamp(full, strlen(full), &seconds, &nanos) ? NULL : "must be a date";
}

static const char *not_datetime(const char *s)
{
	int64_t seconds;
	int32_t nanos;

	return cel_parse_timestamp(s, strlen(s), &seconds, &nanos) ? NULL : "must be a date-time";
}

static const char *not_uuid(const char *s)
{
	static const char shape[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
	size_t i;

	for (i = 0; shape[i] && s[i]; i++)
		if (shape[i] == '-' ? s[i] != '-' : !strchr("0123456789abcdefABCDEF", s[i]))
			break;
	return !shape[i] && !s[i] ? NULL : "does not match the UUID format";
}

static const char *not_uri(const char *s)
{
	return cel_is_uri(s) ? NULL : "must be a URI";
}

static const char *not_bytes(const char *s)
{
	struct buf bytes;
	bool good;

	buf_init(&bytes, 0);
	good = base64_decode(&bytes, s, strlen(s));
	buf_release(&bytes);
	return good ? NULL : "must be base64";
}

static const struct named_format {
	const char *name;
	const char *(*check)(const char *s);
	bool prefix; /* of a generated name: a trailing '-' is fine */
} formats[] = {
	{ "dns1123Label", not_dns_label },
	{ "dns1123Subdomain", not_dns_subdomain },
	{ "dns1035Label", not_dns_1035_label },
	{ "qualifiedName", not_qualified_name },
	{ "dns1123LabelPrefix", not_dns_label, true },
	{ "dns1123SubdomainPrefix", not_dns_subdomain, true },
	{ "dns1035LabelPrefix", not_dns_1035_label, true },
	{ "labelValue", not_label_value },
	{ "uri", not_uri },
	{ "uuid", not_uuid },
	{ "byte", not_bytes },
	{ "date", not_date },
	{ "datetime", not_datetime },
};

static struct cel_value *format_value(struct evaluator *e, const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(formats); i++)
		if (!strcmp(formats[i].name, name))
			return cel_opaque(e->arena, CEL_FORMAT, formats[i].name, strlen(name),
					  &formats[i]);
	return NULL;
}

FN(format_named)
{
	return cel_optional(e->arena, format_value(e, x[0]->text.text));
}

FN(format_validate)
{
	const struct named_format *f = x[0]->extra;
	const char *text = x[1]->text.text, *why;
	struct cel_value **one;

	if (f->prefix && x[1]->text.len && text[x[1]->text.len - 1] == '-')
		text = arena_printf(e->arena, "%.*sa", (int)x[1]->text.len - 1, text);
	why = f->check(text);
	if (!why)
		return cel_optional(e->arena, NULL);
	one = arena_array(e->arena, 1, struct cel_value *);
	one[0] = cel_string_of(e->arena, why);
	return cel_optional(e->arena, cel_list_of(e->arena, one, 1));
}

#define FORMAT(fn, name)                                                                           \
	FN(fn)                                                                                     \
	{                                                                                          \
		(void)x;                                                                           \
		return format_value(e, name);                                                      \
	}
FORMAT(format_label, "dns1123Label")
FORMAT(format_subdomain, "dns1123Subdomain")
FORMAT(format_1035, "dns1035Label")
FORMAT(format_qualified, "qualifiedName")
FORMAT(format_label_prefix, "dns1123LabelPrefix")
FORMAT(format_subdomain_prefix, "dns1123SubdomainPrefix")
FORMAT(format_1035_prefix, "dns1035LabelPrefix")
FORMAT(format_label_value, "labelValue")
FORMAT(format_uri, "uri")
FORMAT(format_uuid, "uuid")
FORMAT(format_byte, "byte")
FORMAT(format_date, "date")
FORMAT(format_datetime, "datetime")

static const struct cel_function rows[] = {
	{ "format.named", "s:OF", format_named },
	{ "validate", "Fs:OLs", format_validate, true, COST_FORMAT },
	{ "format.dns1123Label", ":F", format_label },
	{ "format.dns1123Subdomain", ":F", format_subdomain },
	{ "format.dns1035Label", ":F", format_1035 },
	{ "format.qualifiedName", ":F", format_qualified },
	{ "format.dns1123LabelPrefix", ":F", format_label_prefix },
	{ "format.dns1123SubdomainPrefix", ":F", format_subdomain_prefix },
	{ "format.dns1035LabelPrefix", ":F", format_1035_prefix },
	{ "format.labelValue", ":F", format_label_value },
	{ "format.uri", ":F", format_uri },
	{ "format.uuid", ":F", format_uuid },
	{ "format.byte", ":F", format_byte },
	{ "format.date", ":F", format_date },
	{ "format.datetime", ":F", format_datetime },
};
const struct cel_functions cel_formats = { rows, ARRAY_SIZE(rows) };
