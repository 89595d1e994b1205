/* Kubernetes' own types: quantities, URLs, IPs, CIDRs, versions, named formats, the authorizer. */
#include <stdlib.h>
#include <string.h>
#include "base/base64.h"
#include "base/semver.h"
#include "validate/cel/library.h"
#include "validate/cel/time.h"
#include "validate/rules/quantity.h"
#include "validate/rules/text.h"

static struct cel_value *text_value(struct evaluator *e, const char *text)
{
	return cel_string(e->arena, text, strlen(text));
}

/* ---- quantities ---- */

static struct cel_value *quantity_value_of(struct evaluator *e, const struct quantity *q)
{
	struct quantity *copy = arena_new(e->arena, struct quantity);
	struct cel_value *v;

	*copy = *q;
	/* The text serves for comparing two: the amount itself. */
	v = cel_opaque(e->arena, CEL_QUANTITY, NULL, 0, copy);
	v->text.text = arena_printf(e->arena, "%lld.%09lld", (long long)(q->nano / 1000000000),
				    (long long)(q->nano % 1000000000));
	v->text.len = strlen(v->text.text);
	return v;
}

FN(to_quantity)
{
	struct quantity q;

	if (!quantity_parse(x[0]->text.text, &q))
		return cel_fail(e->arena, "quantities must match the regular expression "
					  "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
	return quantity_value_of(e, &q);
}

FN(is_quantity)
{
	struct quantity q;

	return cel_bool(e->arena, quantity_parse(x[0]->text.text, &q));
}

static const struct quantity *amount(const struct cel_value *v)
{
	return v->extra;
}

FN(quantity_compare)
{
	return cel_int(e->arena, quantity_cmp(amount(x[0]), amount(x[1])));
}
FN(quantity_less)
{
	return cel_bool(e->arena, quantity_cmp(amount(x[0]), amount(x[1])) < 0);
}
FN(quantity_more)
{
	return cel_bool(e->arena, quantity_cmp(amount(x[0]), amount(x[1])) > 0);
}
FN(quantity_sign_of)
{
	return cel_int(e->arena, quantity_sign(amount(x[0])));
}
FN(quantity_whole)
{
	return cel_bool(e->arena, quantity_multiple(amount(x[0]), 1000000000));
}

FN(quantity_integer)
{
	return quantity_multiple(amount(x[0]), 1000000000)
		       ? cel_int(e->arena, quantity_value(amount(x[0])))
		       : cel_fail(e->arena, "cannot convert value to integer");
}

FN(quantity_float)
{
	return cel_double(e->arena, (double)amount(x[0])->nano / 1e9);
}

static struct cel_value *quantity_sum(struct evaluator *e, struct cel_value **x, int sign)
{
	struct quantity q = *amount(x[0]);

	q.nano += sign * (x[1]->kind == CEL_INT ? (__int128)x[1]->integer * 1000000000
						: amount(x[1])->nano);
	return quantity_value_of(e, &q);
}

FN(quantity_add)
{
	return quantity_sum(e, x, 1);
}
FN(quantity_sub)
{
	return quantity_sum(e, x, -1);
}

/* ---- addresses ---- */

struct address {
	uint8_t bytes[16];
	int family; /* 4 or 6 */
	int prefix; /* of a CIDR */
};

static struct cel_value *address_value(struct evaluator *e, enum cel_kind kind, const char *text,
				       const struct address *from)
{
	struct address *copy = arena_new(e->arena, struct address);

	*copy = *from;
	return cel_opaque(e->arena, kind, text, strlen(text), copy);
}

/* Plain IPv4 or IPv6: no zones, no IPv4 in IPv6, no leading zeros, as the library has it. */
static bool read_ip(const char *text, struct address *out)
{
	int family;

	*out = (struct address){ 0 };
	return !strchr(text, '%') && !not_ip(text, true, &family) &&
	       ip_bytes(text, out->bytes, &out->family);
}

static bool read_cidr(struct arena *a, const char *text, struct address *out)
{
	const char *slash = strrchr(text, '/');
	int family;

	if (!slash || not_cidr(text, false, &family))
		return false;
	if (!read_ip(arena_memdup(a, text, (size_t)(slash - text)), out))
		return false;
	out->prefix = (int)strtol(slash + 1, NULL, 10);
	return true;
}

/* In a network, IPv4 is compared with IPv4 only. */
static unsigned offset_of(const struct address *ip)
{
	return ip->family == 6 ? 0 : 12;
}

static bool network_holds(const struct address *net, const struct address *ip)
{
	unsigned start = offset_of(net);
	int bits = net->prefix, i;

	if ((net->family == 6) != (ip->family == 6))
		return false;
	for (i = 0; bits > 0; i++, bits -= 8) {
		unsigned mask = bits >= 8 ? 0xff : (0xff00u >> bits) & 0xff;

		if ((net->bytes[start + (unsigned)i] ^ ip->bytes[start + (unsigned)i]) & mask)
			return false;
	}
	return true;
}

FN(to_ip)
{
	struct address ip;

	if (!read_ip(x[0]->text.text, &ip))
		return cel_fail(e->arena,
				"IP Address '%s' parse error during conversion from string: unable "
				"to parse IP",
				x[0]->text.text);
	return address_value(e, CEL_IP, x[0]->text.text, &ip);
}

FN(is_ip)
{
	struct address ip;

	return cel_bool(e->arena, read_ip(x[0]->text.text, &ip));
}

FN(is_cidr)
{
	struct address net;

	return cel_bool(e->arena, read_cidr(e->arena, x[0]->text.text, &net));
}

FN(to_cidr)
{
	struct address net;

	if (!read_cidr(e->arena, x[0]->text.text, &net))
		return cel_fail(e->arena,
				"network address parse error during conversion from string: "
				"netip.ParsePrefix(\"%s\")",
				x[0]->text.text);
	return address_value(e, CEL_CIDR, x[0]->text.text, &net);
}

static const struct address *address(const struct cel_value *v)
{
	return v->extra;
}

FN(family)
{
	return cel_int(e->arena, address(x[0])->family == 6 ? 6 : 4);
}

static bool all_zero(const uint8_t *bytes, unsigned count)
{
	while (count--)
		if (bytes[count])
			return false;
	return true;
}

FN(unspecified)
{
	const struct address *ip = address(x[0]);

	return cel_bool(e->arena, all_zero(ip->bytes + offset_of(ip), 16 - offset_of(ip)));
}

FN(loopback)
{
	const struct address *ip = address(x[0]);

	return cel_bool(e->arena, ip->family == 6 ? all_zero(ip->bytes, 15) && ip->bytes[15] == 1
						  : ip->bytes[12] == 127);
}

FN(link_local_multicast)
{
	const struct address *ip = address(x[0]);

	return cel_bool(e->arena,
			ip->family == 6 ? ip->bytes[0] == 0xff && (ip->bytes[1] & 0x0f) == 2
					: ip->bytes[12] == 224 && !ip->bytes[13] && !ip->bytes[14]);
}

FN(link_local)
{
	const struct address *ip = address(x[0]);

	return cel_bool(e->arena, ip->family == 6
					  ? ip->bytes[0] == 0xfe && (ip->bytes[1] & 0xc0) == 0x80
					  : ip->bytes[12] == 169 && ip->bytes[13] == 254);
}

FN(global_unicast)
{
	const struct address *ip = address(x[0]);
	const uint8_t *b = ip->bytes + 12;
	bool multicast = ip->family == 6 ? ip->bytes[0] == 0xff : (b[0] & 0xf0) == 0xe0;
	bool broadcast =
		ip->family != 6 && b[0] == 255 && b[1] == 255 && b[2] == 255 && b[3] == 255;

	return cel_bool(e->arena, !multicast && !broadcast && !unspecified(e, x, n)->truth &&
					  !loopback(e, x, n)->truth && !link_local(e, x, n)->truth);
}

FN(is_canonical)
{
	struct address ip;

	/* What RFC 5952 writes: lower case, no zeros before digits; compression is not undone here.
	 */
	if (!read_ip(x[0]->text.text, &ip))
		return cel_fail(e->arena,
				"IP Address '%s' parse error during conversion from string: unable "
				"to parse IP",
				x[0]->text.text);
	return cel_bool(e->arena, strcspn(x[0]->text.text, "ABCDEF") == x[0]->text.len &&
					  (ip.family != 6 || !strstr(x[0]->text.text, ":0")));
}

FN(cidr_holds_ip)
{
	struct address ip;

	if (x[1]->kind == CEL_IP)
		return cel_bool(e->arena, network_holds(address(x[0]), address(x[1])));
	if (!read_ip(x[1]->text.text, &ip))
		return to_ip(e, &x[1], 1);
	return cel_bool(e->arena, network_holds(address(x[0]), &ip));
}

FN(cidr_holds_cidr)
{
	struct address net;

	if (x[1]->kind == CEL_CIDR)
		net = *address(x[1]);
	else if (!read_cidr(e->arena, x[1]->text.text, &net))
		return to_cidr(e, &x[1], 1);
	return cel_bool(e->arena,
			network_holds(address(x[0]), &net) && address(x[0])->prefix <= net.prefix);
}

FN(prefix_length)
{
	return cel_int(e->arena, address(x[0])->prefix);
}

FN(cidr_ip)
{
	const char *slash = strrchr(x[0]->text.text, '/');
	const char *text =
		arena_memdup(e->arena, x[0]->text.text, (size_t)(slash - x[0]->text.text));

	return address_value(e, CEL_IP, text, address(x[0]));
}

FN(cidr_masked)
{
	struct address net = *address(x[0]);
	unsigned start = offset_of(&net), bits = (unsigned)net.prefix, i;

	for (i = bits; i < (16 - start) * 8; i++)
		net.bytes[start + i / 8] &= (uint8_t) ~(0x80u >> i % 8);
	if (net.family != 6)
		return address_value(e, CEL_CIDR,
				     arena_printf(e->arena, "%d.%d.%d.%d/%d", net.bytes[12],
						  net.bytes[13], net.bytes[14], net.bytes[15],
						  net.prefix),
				     &net);
	return address_value(e, CEL_CIDR, x[0]->text.text, &net);
}

/* ---- URLs ---- */

struct uri {
	const char *scheme, *host, *path, *query;
};

/* Go's url.ParseRequestURI: absolute, or a path that starts with '/'. */
static bool read_uri(struct arena *a, const char *text, struct uri *out)
{
	const char *colon = strstr(text, "://"), *at, *end, *user;

	*out = (struct uri){ "", "", "", "" };
	if (strpbrk(text, " \t\r\n\x7f") || !*text)
		return false;
	if (*text == '/') {
		at = text;
	} else {
		if (!colon || colon == text)
			return false;
		out->scheme = arena_memdup(a, text, (size_t)(colon - text));
		if (strspn(out->scheme,
			   "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.") !=
		    strlen(out->scheme))
			return false;
		at = colon + 3;
		end = at + strcspn(at, "/?");
		user = memrchr(at, '@', (size_t)(end - at));
		if (user)
			at = user + 1;
		out->host = arena_memdup(a, at, (size_t)(end - at));
		at = end;
	}
	end = at + strcspn(at, "?");
	out->path = arena_memdup(a, at, (size_t)(end - at));
	out->query = *end ? end + 1 : "";
	return true;
}

FN(to_url)
{
	struct uri *u = arena_new(e->arena, struct uri);

	if (!read_uri(e->arena, x[0]->text.text, u))
		return cel_fail(e->arena,
				"URL parse error during conversion from string: parse \"%s\": "
				"invalid URI for request",
				x[0]->text.text);
	return cel_opaque(e->arena, CEL_URL, x[0]->text.text, x[0]->text.len, u);
}

FN(is_url)
{
	struct uri u;

	return cel_bool(e->arena, read_uri(e->arena, x[0]->text.text, &u));
}

static const struct uri *uri_of(const struct cel_value *v)
{
	return v->extra;
}

FN(url_scheme)
{
	return text_value(e, uri_of(x[0])->scheme);
}
FN(url_host)
{
	return text_value(e, uri_of(x[0])->host);
}
FN(url_path)
{
	return text_value(e, uri_of(x[0])->path);
}

static const char *port_at(const char *host)
{
	const char *colon = strrchr(host, ':'), *bracket = strrchr(host, ']');

	return colon && (!bracket || colon > bracket) ? colon : NULL;
}

FN(url_hostname)
{
	const char *host = uri_of(x[0])->host, *colon = port_at(host);
	size_t len = colon ? (size_t)(colon - host) : strlen(host);

	if (len > 1 && host[0] == '[' && host[len - 1] == ']') {
		host++;
		len -= 2;
	}
	return cel_string(e->arena, arena_memdup(e->arena, host, len), len);
}

FN(url_port)
{
	const char *colon = port_at(uri_of(x[0])->host);

	return text_value(e, colon ? colon + 1 : "");
}

FN(url_query)
{
	struct {
		VEC(struct cel_pair);
	} pairs = { 0 };
	const char *at = uri_of(x[0])->query;

	while (*at) {
		size_t len = strcspn(at, "&"), name = strcspn(at, "=&");
		const char *value = name < len ? at + name + 1 : "";
		struct cel_value **one = arena_array(e->arena, 1, struct cel_value *);
		size_t value_len = name < len ? len - name - 1 : 0;

		one[0] = cel_string(e->arena, arena_memdup(e->arena, value, value_len), value_len);
		*vec_push(e->arena, &pairs) =
			(struct cel_pair){ cel_string(e->arena, arena_memdup(e->arena, at, name),
						      name),
					   cel_list_of(e->arena, one, 1) };
		at += len + (at[len] == '&');
	}
	return cel_map_of(e->arena, pairs.items, pairs.count);
}

/* ---- versions ---- */

FN(to_semver)
{
	struct semver *v = arena_new(e->arena, struct semver);
	bool loose = n == 2 && x[1]->truth;
	const char *why = loose ? semver_parse(e->arena, x[0]->text.text, x[0]->text.len, v)
				: semver_parse_strict(e->arena, x[0]->text.text, x[0]->text.len, v);
	const char *text;

	if (why)
		return cel_fail(e->arena, "%s", why);
	text = semver_string(e->arena, v);
	return cel_opaque(e->arena, CEL_SEMVER, text, strlen(text), v);
}

FN(is_semver)
{
	return cel_bool(e->arena, to_semver(e, x, n)->kind == CEL_SEMVER);
}
FN(semver_major)
{
	return cel_int(e->arena, (int64_t)((const struct semver *)x[0]->extra)->major);
}
FN(semver_minor)
{
	return cel_int(e->arena, (int64_t)((const struct semver *)x[0]->extra)->minor);
}
FN(semver_patch)
{
	return cel_int(e->arena, (int64_t)((const struct semver *)x[0]->extra)->patch);
}
FN(semver_order)
{
	return cel_int(e->arena, semver_compare(x[0]->extra, x[1]->extra));
}
FN(semver_less)
{
	return cel_bool(e->arena, semver_compare(x[0]->extra, x[1]->extra) < 0);
}
FN(semver_more)
{
	return cel_bool(e->arena, semver_compare(x[0]->extra, x[1]->extra) > 0);
}

/* ---- named formats ---- */

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
	struct arena scratch = ARENA_INIT;
	struct uri u;
	bool good = read_uri(&scratch, s, &u);

	arena_release(&scratch);
	return good ? NULL : "must be a URI";
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
	one[0] = text_value(e, why);
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
	{ "quantity", "s:Q", to_quantity, false, COST_STRING },
	{ "isQuantity", "s:b", is_quantity, false, COST_STRING },
	{ "compareTo", "QQ:i", quantity_compare, true },
	{ "isLessThan", "QQ:b", quantity_less, true },
	{ "isGreaterThan", "QQ:b", quantity_more, true },
	{ "sign", "Q:i", quantity_sign_of, true },
	{ "isInteger", "Q:b", quantity_whole, true },
	{ "asInteger", "Q:i", quantity_integer, true },
	{ "asApproximateFloat", "Q:d", quantity_float, true },
	{ "add", "QQ:Q", quantity_add, true },
	{ "add", "Qi:Q", quantity_add, true },
	{ "sub", "QQ:Q", quantity_sub, true },
	{ "sub", "Qi:Q", quantity_sub, true },
	{ "ip", "s:I", to_ip, false, COST_STRING },
	{ "isIP", "s:b", is_ip, false, COST_STRING },
	{ "ip.isCanonical", "s:b", is_canonical, false, COST_STRING_TWICE },
	{ "family", "I:i", family, true },
	{ "isUnspecified", "I:b", unspecified, true },
	{ "isLoopback", "I:b", loopback, true },
	{ "isLinkLocalMulticast", "I:b", link_local_multicast, true },
	{ "isLinkLocalUnicast", "I:b", link_local, true },
	{ "isGlobalUnicast", "I:b", global_unicast, true },
	{ "cidr", "s:C", to_cidr, false, COST_STRING },
	{ "isCIDR", "s:b", is_cidr, false, COST_STRING },
	{ "containsIP", "Cs:b", cidr_holds_ip, true },
	{ "containsIP", "CI:b", cidr_holds_ip, true },
	{ "containsCIDR", "Cs:b", cidr_holds_cidr, true },
	{ "containsCIDR", "CC:b", cidr_holds_cidr, true },
	{ "ip", "C:I", cidr_ip, true },
	{ "masked", "C:C", cidr_masked, true },
	{ "prefixLength", "C:i", prefix_length, true },
	{ "url", "s:U", to_url, false, COST_STRING },
	{ "isURL", "s:b", is_url },
	{ "getScheme", "U:s", url_scheme, true },
	{ "getHost", "U:s", url_host, true },
	{ "getHostname", "U:s", url_hostname, true },
	{ "getPort", "U:s", url_port, true },
	{ "getEscapedPath", "U:s", url_path, true },
	{ "getQuery", "U:MsLs", url_query, true },
	{ "semver", "s:V", to_semver, false, COST_STRING },
	{ "semver", "sb:V", to_semver, false, COST_STRING },
	{ "isSemver", "s:b", is_semver, false, COST_STRING },
	{ "isSemver", "sb:b", is_semver, false, COST_STRING },
	{ "major", "V:i", semver_major, true },
	{ "minor", "V:i", semver_minor, true },
	{ "patch", "V:i", semver_patch, true },
	{ "compareTo", "VV:i", semver_order, true },
	{ "isLessThan", "VV:b", semver_less, true },
	{ "isGreaterThan", "VV:b", semver_more, true },
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
	/* The authorizer's answers are the cluster's: type-checked here, and never made up. */
	{ "path", "Zs:Z", NULL, true },
	{ "group", "Zs:Z", NULL, true },
	{ "serviceAccount", "Zss:Z", NULL, true },
	{ "resource", "Zs:Z", NULL, true },
	{ "subresource", "Zs:Z", NULL, true },
	{ "namespace", "Zs:Z", NULL, true },
	{ "name", "Zs:Z", NULL, true },
	{ "check", "Zs:Z", NULL, true },
	{ "fieldSelector", "Zs:Z", NULL, true },
	{ "labelSelector", "Zs:Z", NULL, true },
	{ "allowed", "Z:b", NULL, true },
	{ "reason", "Z:s", NULL, true },
	{ "errored", "Z:b", NULL, true },
	{ "error", "Z:s", NULL, true },
};
const struct cel_functions cel_kubernetes = { rows, ARRAY_SIZE(rows) };
