#include "base/http_internal.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

void http_escape(struct buf *out, const char *text)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		    strchr("-._~", c))
			buf_char(out, *text);
		else
			buf_printf(out, "%%%02X", c);
	}
}

char *http_safe_url(const char *url, char *out, size_t size)
{
	const char *host = strstr(url, "://"), *end, *at, *slash;

	host = host ? host + 3 : url;
	end = host + strcspn(host, "?#");
	slash = host + strcspn(host, "/?#");
	at = memrchr(host, '@', (size_t)(slash - host));
	snprintf(out, size, "%.*s%.*s", (int)(host - url), url, (int)(end - (at ? at + 1 : host)),
		 at ? at + 1 : host);
	return out;
}

static bool ipv4_private(uint32_t ip)
{
	static const struct {
		uint32_t net;
		unsigned bits;
	} nets[] = {
		{ 0x00000000, 8 },  { 0x0a000000, 8 },	{ 0x64400000, 10 }, { 0x7f000000, 8 },
		{ 0xa9fe0000, 16 }, { 0xac100000, 12 }, { 0xc0000000, 24 }, { 0xc0a80000, 16 },
		{ 0xc6120000, 15 }, { 0xe0000000, 4 },	{ 0xf0000000, 4 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(nets); i++)
		if ((ip ^ nets[i].net) >> (32 - nets[i].bits) == 0)
			return true;
	return false;
}

static uint32_t ipv4_at(const unsigned char *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static bool ipv6_private(const unsigned char *ip)
{
	static const unsigned char zero[16], mapped[12] = { [10] = 0xff, [11] = 0xff },
					     nat64[12] = { 0, 0x64, 0xff, 0x9b };

	if (!memcmp(ip, mapped, 12) || !memcmp(ip, nat64, 12) || !memcmp(ip, zero, 12))
		return !memcmp(ip, zero, 12) || ipv4_private(ipv4_at(ip + 12));
	if (ip[0] == 0x20 && ip[1] == 0x02) /* 6to4 */
		return ipv4_private(ipv4_at(ip + 2));
	return (ip[0] & 0xfe) == 0xfc || (ip[0] == 0xfe && ip[1] & 0x80) || ip[0] == 0xff;
}

bool http_address_private(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET)
		return ipv4_private(ntohl(
			((const struct sockaddr_in *)(const void *)address)->sin_addr.s_addr));
	if (address->sa_family == AF_INET6)
		return ipv6_private(
			((const struct sockaddr_in6 *)(const void *)address)->sin6_addr.s6_addr);
	return true; /* a Unix socket and the like */
}

/* The host without an IPv6 literal's brackets and zone. */
static char *bare_host(const char *host, char *out, size_t size)
{
	if (*host == '[')
		snprintf(out, size, "%.*s", (int)strcspn(host + 1, "]%"), host + 1);
	else
		snprintf(out, size, "%s", host);
	return out;
}

static bool ends_with(const char *text, const char *end)
{
	size_t a = strlen(text), b = strlen(end);

	return a >= b && !strcasecmp(text + a - b, end);
}

bool http_host_private(const char *host)
{
	unsigned char ip[16];
	char bare[256];

	bare_host(host, bare, sizeof(bare));
	if (inet_aton(bare, (struct in_addr *)(void *)ip)) /* takes 127.1 and 0x7f000001 too */
		return ipv4_private(ipv4_at(ip));
	if (inet_pton(AF_INET6, bare, ip) == 1)
		return ipv6_private(ip);
	return !strcasecmp(bare, "localhost") || ends_with(bare, ".localhost") ||
	       ends_with(bare, ".local") || ends_with(bare, ".internal");
}

bool http_host_loopback(const char *host)
{
	static const unsigned char one[16] = { [15] = 1 };
	unsigned char ip[16];
	char bare[256];

	bare_host(host, bare, sizeof(bare));
	if (inet_pton(AF_INET, bare, ip) == 1)
		return ip[0] == 127;
	if (inet_pton(AF_INET6, bare, ip) == 1)
		return !memcmp(ip, one, 16);
	return !strcasecmp(bare, "localhost");
}
