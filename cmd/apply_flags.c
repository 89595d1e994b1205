#include "cmd/apply_flags.h"
#include <string.h>

#define AT(field) .offset = offsetof(struct apply_flags, field)

const char *const owner_choices[] = { "plain", "kubectl", "kubectl-ssa", NULL };

const struct option apply_flag_rows[] = {
	/* by name */
	{ .name = "applyset",
	  .type = OPTION_STRING,
	  .value = "[RESOURCE[.GROUP]/]NAME",
	  AT(applyset),
	  .summary = "the parent of the ApplySet that is applied; with --prune" },
	{ .name = "force",
	  .type = OPTION_FLAG,
	  AT(force),
	  .summary = "whoever applies deletes and creates again what can't be changed" },
	{ .name = "owner",
	  .type = OPTION_STRING,
	  .value = "ENGINE",
	  .choices = owner_choices,
	  AT(owner),
	  .summary = "who applies: plain, kubectl, kubectl-ssa" },
	{ .name = "prune",
	  .type = OPTION_FLAG,
	  AT(prune),
	  .summary = "whoever applies deletes what git lost, as kubectl apply --prune" },
	{ .name = "prune-allowlist",
	  .type = OPTION_APPEND,
	  .value = "GROUP/VERSION/KIND",
	  AT(allowlist),
	  .summary = "a kind that --prune may delete; repeatable (default: kubectl's)" },
	{ .name = "selector",
	  .letter = 'l',
	  .type = OPTION_STRING,
	  .value = "LABELS",
	  AT(selector),
	  .summary = "only objects with these labels: a=b,c!=d,e in (f,g)" },
};
_Static_assert(ARRAY_SIZE(apply_flag_rows) == APPLY_FLAGS, "as the header says");

static const struct inventory *inventory_of(struct run *run, const struct apply_flags *f,
					    const char *ns)
{
	struct inventory *i = arena_new(&run->arena, struct inventory);
	const char **kinds = arena_array(&run->arena, f->allowlist.count + 1, const char *);
	size_t k;

	for (k = 0; k < f->allowlist.count; k++)
		kinds[k] = f->allowlist.items[k].text;
	*i = (struct inventory){
		.applyset = f->applyset,
		.ns = ns,
		.kinds = f->allowlist.count ? kinds : owner_prune_kinds,
		.kind_count = f->allowlist.count ? f->allowlist.count : owner_prune_kind_count,
		.selector = f->selector,
	};
	return i;
}

int apply_flags_owner(struct run *run, const struct apply_flags *f, const char *ns,
		      const struct owner **out, struct label_selector *select, struct err *err)
{
	const struct owner *named = f->owner ? owner_by_name(f->owner) : NULL;
	struct owner *owner;

	*out = named;
	if (label_selector_parse(&run->arena, f->selector ? f->selector : "", select, err) < 0)
		return -1;
	if (f->allowlist.count && (f->applyset || !f->prune))
		return err_raise(err, ERR_USAGE, NO_POS,
				 "--prune-allowlist goes with --prune and without --applyset");
	if (f->applyset && f->selector)
		return err_raise(err, ERR_USAGE, NO_POS, "--applyset goes without --selector");
	if (!f->prune && !f->applyset && !f->force)
		return 0;
	owner = arena_new(&run->arena, struct owner);
	*owner = named ? *named : owner_unknown;
	owner->prunes = f->prune;
	owner->replaces = f->force;
	if (f->prune || f->applyset)
		owner->inventory = inventory_of(run, f, ns);
	if (f->applyset) {
		owner->engine = "applyset";
		owner->name = f->applyset;
	}
	*out = owner;
	return 0;
}
