/* resource.customizations of argocd-cm: which differences no Application of it looks at. */
#include <string.h>
#include "render/engines/argo_settings.h"
#include "render/yaml/yaml.h"

#define CUSTOMIZATIONS "resource.customizations"

/* "apps_Deployment", "Service", "all"; in one tree of all: "apps/Deployment", "*_*"... */
static void put_kind(struct arena *a, struct node *rule, const char *key, char between)
{
	const char *cut = strchr(key, between);
	bool all = !strcmp(key, "all");

	node_set(a, rule, "group",
		 node_str_n(a, all ? "*" : key,
			    all	  ? 1
			    : cut ? (size_t)(cut - key)
				  : 0));
	node_set(a, rule, "kind", node_str(a, all ? "*" : cut ? cut + 1 : key));
}

static void add_rule(struct apps *apps, struct node *rules, const char *key, char between,
		     const struct node *text)
{
	struct err err = ERR_INIT;
	struct node *rule;

	if (node_is(text, NODE_MAP)) {
		rule = node_copy(apps->arena, text);
	} else if (!node_is(text, NODE_STR) ||
		   yaml_read_one(apps->run, apps->arena, YAML_SIGS, CUSTOMIZATIONS, text->text,
				 text->len, text->origin, &rule, &err) < 0 ||
		   !node_is(rule, NODE_MAP)) {
		return;
	}
	put_kind(apps->arena, rule, key, between);
	node_append(apps->arena, rules, rule);
}

/* All of them under one key, as older settings have it. */
static void add_tree(struct apps *apps, struct node *rules, const struct node *text)
{
	struct err err = ERR_INIT;
	struct node *root;
	uint32_t i;

	if (!node_is(text, NODE_STR) ||
	    yaml_read_one(apps->run, apps->arena, YAML_SIGS, CUSTOMIZATIONS, text->text, text->len,
			  text->origin, &root, &err) < 0)
		return;
	for (i = 0; node_is(root, NODE_MAP) && i < root->len; i++)
		add_rule(apps, rules, root->entries[i].key->text, '/',
			 node_get(root->entries[i].value, "ignoreDifferences"));
}

void argo_put_ignores(struct apps *apps, const struct node *cm, struct node *inputs)
{
	static const char prefix[] = CUSTOMIZATIONS ".ignoreDifferences.";
	struct node *rules = node_seq(apps->arena);
	uint32_t i;

	for (i = 0; node_is(cm, NODE_MAP) && i < cm->len; i++) {
		const char *key = cm->entries[i].key->text;

		if (!strcmp(key, CUSTOMIZATIONS))
			add_tree(apps, rules, cm->entries[i].value);
		else if (!strncmp(key, prefix, sizeof(prefix) - 1))
			add_rule(apps, rules, key + sizeof(prefix) - 1, '_', cm->entries[i].value);
	}
	if (rules->len)
		node_set(apps->arena, inputs, "ignores", rules);
}
