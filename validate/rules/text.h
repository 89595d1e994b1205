/*
 * text: the formats that Kubernetes gives its strings.
 *
 * Each check returns NULL when the text fits, else the complaint, a constant sentence that says
 * what is expected. Lengths are counted in bytes as the server counts them.
 */
#ifndef VALIDATE_RULES_TEXT_H
#define VALIDATE_RULES_TEXT_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

const char *not_dns_label(const char *s);     /* RFC 1123, at most 63 */
const char *not_dns_subdomain(const char *s); /* RFC 1123, at most 253 */
const char *not_dns_subdomain_underscore(const char *s);
const char *not_wildcard_subdomain(const char *s); /* *.example.com */
const char *not_dns_1035_label(const char *s);
const char *not_qualified_name(const char *s); /* [prefix/]name: label keys, finalizers */
const char *not_annotation_key(const char *s); /* the same in any case */
const char *not_label_value(const char *s);
const char *not_path_segment(const char *s); /* names of RBAC objects */
const char *not_path_prefix(const char *s);  /* the start of such a name */
const char *not_port_name(const char *s);    /* IANA service name */
const char *not_env_name(const char *s);     /* the relaxed form: printable ASCII but '=' */
const char *not_c_identifier(const char *s);
const char *not_config_key(const char *s);
const char *not_header_name(const char *s);
const char *not_percent(const char *s);
const char *not_fully_qualified_name(const char *s); /* at least three labels */
const char *not_qualified_domain(const char *s);     /* at least two labels */
const char *not_domain_path(const char *s);	     /* acme.io/foo */
const char *not_absolute_path(const char *s);
const char *not_backstep_path(const char *s); /* relative, without '..' */
const char *has_backstep(const char *s);      /* '..' as a path item */

/* An IP address; `family` (may be NULL) gets 4 or 6. Leading zeros and ::ffff: forms are refused
 * where `strict`. */
const char *not_ip(const char *s, bool strict, int *family);
const char *not_cidr(const char *s, bool strict, int *family);
/* The address's 16 bytes (IPv4 as ::ffff:a.b.c.d); false when it is none. */
bool ip_bytes(const char *s, uint8_t out[16], int *family);
/* A network's base, as above, and its prefix length within its family. */
bool cidr_bytes(const char *s, uint8_t out[16], int *bits, int *family);

/* A cron schedule as robfig/cron's standard parser takes it (five fields, @every and names). */
const char *not_cron(const char *s);
/* A zone name of the IANA database, as time.LoadLocation takes it. */
const char *not_time_zone(const char *s);
/* Base64 with padding; the number of bytes it stands for in *decoded (may be NULL). */
bool is_base64(const char *s, size_t len, size_t *decoded);
/* RFC 3339 as time.Parse takes it. */
bool is_rfc3339(const char *s);
/* An URL's parts as net/url splits them; false when url.Parse refuses it. */
struct go_url {
	const char *scheme, *user, *host, *query, *fragment;
	size_t scheme_len, user_len, host_len, query_len, fragment_len;
	bool has_user, has_query, has_fragment;
};
bool go_url_split(const char *s, struct go_url *out);

#endif
