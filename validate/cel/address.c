/* IPs and CIDRs. */
#include <stdlib.h>
#include <string.h>
#include "validate/cel/library.h"
#include "validate/rules/text.h"

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

static struct cel_value *no_ip(struct evaluator *e, const struct cel_value *text)
{
	return cel_fail(e->arena,
			"IP Address '%s' parse error during conversion from string: unable to "
			"parse IP",
			text->text.text);
}

FN(to_ip)
{
	struct address ip;

	if (!read_ip(x[0]->text.text, &ip))
		return no_ip(e, x[0]);
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
		return no_ip(e, x[0]);
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

static const struct cel_function rows[] = {
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
};
const struct cel_functions cel_addresses = { rows, ARRAY_SIZE(rows) };
