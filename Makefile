# kubectl-gitops. Everything that is made goes to $(B); new source files need no edit here.
#
#   make                 build/kubectl-gitops
#   make demo            install what is missing, build, plan a small repository, no cluster
#   make test            unit tests, golden cases and one real API server
#   make asan            the same tests in build-asan/, with ASan and UBSan
#   make unit golden cluster   the parts of `make test`
#   make schemas         add RELEASES="1.36.3 …" to the table of Kubernetes' types (validate/schema)
#   make test-releases   mutated manifests: our verdicts against real API servers of two releases
#   make unit-NAME       build and run the one unit suite tests/unit/test_NAME.c
#   make dist            the release archive and krew's manifest, in build-dist/
#   make deb             a Debian package, in build-deb/
#   make SYSTEM_LIBS=1   link the distribution's shared libraries
#
# Knobs: CC, CXX, B (object folder), WERROR=1, SYSTEM_LIBS=1, PREFIX, DESTDIR.

.DEFAULT_GOAL := all
B ?= build
PREFIX ?= /usr/local
CC := $(if $(filter default,$(origin CC)),gcc,$(CC))
CXX := $(if $(filter default,$(origin CXX)),g++,$(CXX))
HOSTCC ?= $(CC)
AR ?= ar
PKG_CONFIG ?= pkg-config
# The libraries are made by one compiler, whichever compiles the program.
DEPS_CC ?= gcc
SYSTEM_LIBS ?= 0
SAN ?=

# --- sources -------------------------------------------------------------------------------
depth = $(1)/*.$(2) $(1)/*/*.$(2) $(1)/*/*/*.$(2)
LIB_SRC := $(sort $(wildcard $(foreach d,base render validate cmd,$(call depth,$(d),c))))
LIB_SRC := $(filter-out cmd/main.c validate/schema/compile.c,$(LIB_SRC))
LIB_CC := $(sort $(wildcard base/*.cc))
LIB_OBJ := $(LIB_SRC:%.c=$(B)/%.o) $(LIB_CC:%.cc=$(B)/%.o) $(B)/validate/schema/tables.o
UNIT_SRC := $(sort $(wildcard tests/unit/test_*.c))
UNIT_OBJ := $(UNIT_SRC:%.c=$(B)/%.o)
# What some suites share.
UNIT_SHARED := $(patsubst %.c,$(B)/%.o,$(filter-out tests/unit/main.c $(UNIT_SRC),$(sort $(wildcard tests/unit/*.c))))
SUITES := $(UNIT_SRC:tests/unit/test_%.c=%)

# --- flags ---------------------------------------------------------------------------------
WARN := -Wall -Wextra -Wshadow -Wvla -Wformat=2 -Wpointer-arith -Wwrite-strings \
	-Wundef -Wno-missing-field-initializers
WARN_C := -Wmissing-prototypes -Wstrict-prototypes -Wold-style-definition
ifeq ($(WERROR),1)
WARN += -Werror
endif
CFLAGS ?= -O2 -g
CXXFLAGS ?= -O2 -g
ALL_FLAGS = -I. -D_GNU_SOURCE -fno-strict-aliasing -fstack-protector-strong -ffunction-sections -fdata-sections \
	$(WARN) $(SAN)
ALL_CFLAGS = -std=c17 $(ALL_FLAGS) $(WARN_C) $(DEPS_CFLAGS) $(CFLAGS)
ALL_CXXFLAGS = -std=c++17 -fno-exceptions $(ALL_FLAGS) $(DEPS_CFLAGS) $(CXXFLAGS)
# The program alone is linked statically, and not with a sanitizer; the tests are as ever.
PROGRAM_LDFLAGS = $(if $(SAN),,$(STATIC_LDFLAGS))
ALL_LDFLAGS = -Wl,--as-needed -Wl,--gc-sections $(SAN) $(LDFLAGS)

# --- libraries -----------------------------------------------------------------------------
# By default krew/deps/build makes the libraries from the distribution's sources, once, in the
# user's cache, and says where; SYSTEM_LIBS=1 takes the distribution's shared ones. Goals that
# compile nothing themselves must work where no compiler is installed yet.
NO_BUILD_GOALS := deps demo dist deb test-dist test-deb test asan fuzz format check-format check-includes lint clean
ifneq ($(filter-out $(NO_BUILD_GOALS),$(or $(MAKECMDGOALS),all)),)
ifeq ($(PORTABLE),1)
include $(B)/portable.mk
else ifeq ($(SYSTEM_LIBS),1)
SYSTEM_PKGS := libgit2 libcurl libcjson yaml-0.1 re2 libarchive zlib libcrypto
ifneq ($(shell $(PKG_CONFIG) --exists $(SYSTEM_PKGS) && echo all),all)
$(error not all of $(SYSTEM_PKGS) are here: 'make deps SYSTEM_LIBS=1' installs what is missing)
endif
DEPS_CFLAGS := $(filter-out -I/usr/include,$(shell $(PKG_CONFIG) --cflags $(SYSTEM_PKGS)))
DEPS_LIBS := $(shell $(PKG_CONFIG) --libs $(SYSTEM_PKGS))
else
include $(B)/deps.mk
ifeq ($(DEPS_PREFIX)$(wildcard $(DEPS_PREFIX)/versions),$(DEPS_PREFIX))
$(shell rm -f $(B)/deps.mk)
endif
endif
CHECK_LIBS := -lcheck_pic -lsubunit -lrt -lm
endif
$(B)/deps.mk: krew/deps/build krew/deps/sources krew/deps/static
	@mkdir -p $(@D)
	@CC='$(DEPS_CC)' krew/deps/build > $@.new && CC='$(CC)' krew/deps/static >> $@.new && mv $@.new $@

$(B)/portable.mk: krew/deps/portable krew/deps/sources krew/deps/recipes
	@mkdir -p $(@D)
	@krew/deps/portable > $@.new && mv $@.new $@

# The C++ runtime of the regex wrapper is linked statically: it costs 0.6 ms at start otherwise.
CXX_LIBS ?= $(if $(LIB_CC),-l:libstdc++.a -lm)
CRYPT_LIBS ?= -l:libcrypt.a
LIBS = $(DEPS_LIBS) $(CXX_LIBS) $(CRYPT_LIBS) -lpthread

# V=1 shows whole commands.
say = $(if $(filter 1,$(V)),,@echo '$(1) $@' &&)

# --- build ---------------------------------------------------------------------------------
.PHONY: test-snippets test-chart-origins dist deb test-dist test-deb test-forges test-releases charts-check all deps demo install test-install test-remote bench test check unit golden options-check warm-check hooks-check gate-check settings-check forges-check cluster asan clean FORCE lint check-includes \
	check-format format check-headers check-tidy check-cppcheck check-scripts
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules
all: $(B)/kubectl-gitops

LINK ?= $(CC)
$(B)/kubectl-gitops: $(B)/cmd/main.o $(B)/libgitops.a
	$(call say,LINK)$(LINK) $(ALL_LDFLAGS) $(PROGRAM_LDFLAGS) -o $@ $^ $(LIBS)

# Changes when the flags do, and everything is compiled again.
FLAGS_NOW = $(CC) $(CXX) $(ALL_CFLAGS) $(ALL_CXXFLAGS) $(ALL_LDFLAGS) $(PROGRAM_LDFLAGS) $(LIBS)
$(B)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(FLAGS_NOW)' | cmp -s - $@ || echo '$(FLAGS_NOW)' > $@
FORCE:

$(B)/libgitops.a: $(LIB_OBJ)
	@rm -f $@
	@$(AR) rcsT $@ $^
	@nm $@ 2>/dev/null | awk '$$2 ~ /^[TDBR]$$/ { print $$3 }' | sort | uniq -d | \
		sed 's/^/error: two definitions of /' | (! grep .)

$(B)/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/%.o: %.cc $(B)/flags
	@mkdir -p $(@D)
	$(call say,CXX)$(CXX) $(ALL_CXXFLAGS) -MMD -MP -c -o $@ $<

$(B)/base/http.o: ALL_CFLAGS += $(if $(SAN),,$(STATIC_CFLAGS))
$(B)/cmd/report/read.o: cmd/report/plan.schema.json
$(B)/cmd/report/html.o: cmd/report/page.css cmd/report/page.js
$(B)/validate/schema/bundled.o: validate/schema/bundled.txt

# Kubernetes' types: a text, compiled into a read-only table by a program of the build machine.
$(B)/schema-compile: validate/schema/compile.c validate/schema/rows.h validate/schema/schema.h
	@mkdir -p $(@D)
	$(HOSTCC) -std=c17 -I. -D_GNU_SOURCE -O1 $(WARN) -o $@ $<

$(B)/validate/schema/tables.c: validate/schema/kubernetes.txt $(B)/schema-compile
	@mkdir -p $(@D)
	$(B)/schema-compile $< > $@

.PHONY: schemas fuzz fuzz-run fuzz-replay
schemas:
	set -e; for r in $(RELEASES); do validate/schema/dump $$r $(B)/schemas/$${r%.*}; done
	validate/schema/generate.py $(foreach r,$(RELEASES),$(B)/schemas/$(basename $(r)))

$(B)/validate/schema/tables.o: $(B)/validate/schema/tables.c
	$(CC) $(ALL_CFLAGS) -c -o $@ $<

# --- tests ---------------------------------------------------------------------------------
test:
	@krew/deps/install test
	@$(MAKE) --no-print-directory check

check: unit fuzz-replay golden options-check warm-check hooks-check gate-check settings-check forges-check cluster charts-check

golden: $(B)/kubectl-gitops
	@tests/golden/run $<

# Help, man page, completion and README beside the tables of options; options in the wrong place.
options-check: $(B)/kubectl-gitops
	@tests/options/run $<

# What is kept from former runs changes no plan.
warm-check: $(B)/kubectl-gitops
	@tests/warm/run $<

cluster: $(B)/kubectl-gitops
	@tests/cluster/run $<

# Charts from a real repository and a real registry, and origins proved by editing.
charts-check: $(B)/kubectl-gitops
	@tests/charts/run $<
	@tests/charts/edit $< tests/golden/helm/whole/in/app

# Fresh snippets against Helm's own packages; SEED=N tries others, COUNT=N more.
test-snippets: $(B)/kubectl-gitops
	@tests/snippets/run $<

# Origins proved by editing over every chart below CHARTS.
test-chart-origins: $(B)/kubectl-gitops
	@find $(CHARTS) -name Chart.yaml -not -path '*/charts/*/Chart.yaml' -printf '%h\0' | sort -z | \
		xargs -0 tests/charts/edit $<

hooks-check: $(B)/kubectl-gitops
	@tests/hooks/run $<

gate-check: $(B)/kubectl-gitops
	@tests/gate/run $<

settings-check: $(B)/kubectl-gitops
	@tests/settings/run $<

forges-check: $(B)/kubectl-gitops
	@tests/forges/run $<

# What takes other releases of Kubernetes: programs that are given the binary. SEED=N tries other
# mutations of verdicts and paths.
RELEASE_TESTS := tests/cluster/releases tests/cluster/mutations/releases tests/rego/run
test-releases: $(B)/kubectl-gitops
	@python3 -c 'import yaml' 2>/dev/null || python3 -m pip install -q pyyaml
	@status=0; for t in $(RELEASE_TESTS); do $$t $< || status=1; done; exit $$status

# Plans against real engines: programs that are given the binary.
ENGINE_TESTS := tests/engines/swarm tests/engines/argocd tests/engines/argocd-rendering tests/engines/flux tests/engines/helm tests/engines/helm-controller
test-engines: $(B)/kubectl-gitops
	@krew/deps/install engines
	@status=0; for t in $(ENGINE_TESTS); do $$t $< || status=1; done; exit $$status

unit: $(B)/unit-tests
	$(B)/unit-tests

$(B)/unit-tests: $(B)/tests/unit/main.o $(UNIT_OBJ) $(UNIT_SHARED) $(B)/libgitops.a
	$(call say,LINK)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(CHECK_LIBS) $(LIBS)

$(B)/tests/unit/main.o: $(B)/tests/unit/suites.h
$(B)/tests/unit/main.o: ALL_CFLAGS += -I$(B)/tests/unit
$(B)/tests/unit/suites.h: $(UNIT_SRC)
	@mkdir -p $(@D)
	@printf 'X(%s)\n' $(SUITES) | sed '/^X()$$/d' > $@

# Each tests/fuzz/fuzz_NAME.c: its corpus is replayed by the tests; `make fuzz TIME=60` looks further
# with clang's libFuzzer, in a tree of its own.
FUZZ_TARGETS := $(patsubst tests/fuzz/fuzz_%.c,%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
FUZZ_SHARED := $(B)/tests/fuzz/files.o
TIME ?= 60
fuzz-replay: $(FUZZ_TARGETS:%=$(B)/fuzz/replay-%)
	@for t in $(FUZZ_TARGETS); do $(B)/fuzz/replay-$$t tests/fuzz/corpus/$$t || exit 1; done

$(B)/fuzz/replay-%: $(B)/tests/fuzz/fuzz_%.o $(FUZZ_SHARED) $(B)/tests/fuzz/replay.o $(B)/libgitops.a
	@mkdir -p $(@D)
	$(call say,LINK)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

$(B)/fuzz/%: $(B)/tests/fuzz/fuzz_%.o $(FUZZ_SHARED) $(B)/libgitops.a
	@mkdir -p $(@D)
	$(call say,LINK)$(CC) $(ALL_LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(LIBS)
.PRECIOUS: $(B)/tests/fuzz/%.o

fuzz-run: $(FUZZ_TARGETS:%=$(B)/fuzz/%)
	@for t in $(FUZZ_TARGETS); do mkdir -p $(B)/corpus/$$t; \
		$(B)/fuzz/$$t -max_total_time=$(TIME) -timeout=20 -rss_limit_mb=4096 -artifact_prefix=$(B)/crash- \
			$(B)/corpus/$$t tests/fuzz/corpus/$$t || exit 1; done

fuzz:
	$(MAKE) fuzz-run B=build-fuzz CC=clang CXX=clang++ CFLAGS='-O1 -g' CXXFLAGS='-O1 -g' \
		SAN='-fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=undefined'

# One suite alone, linked without the others: quick, and it builds when another one does not.
unit-%: $(B)/unit/%
	$<

$(B)/unit/%: tests/unit/main.c $(B)/tests/unit/test_%.o $(UNIT_SHARED) $(B)/libgitops.a
	@mkdir -p $(B)/unit/$*.d
	@echo 'X($*)' > $(B)/unit/$*.d/suites.h
	$(call say,LINK)$(CC) -I$(B)/unit/$*.d $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(CHECK_LIBS) $(LIBS)
.PRECIOUS: $(B)/unit/% $(B)/tests/unit/test_%.o

SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer -Wno-maybe-uninitialized
asan:
	$(MAKE) B=build-asan SAN='$(SANITIZE)' CFLAGS='-O1 -g' CXXFLAGS='-O1 -g' test

# --- lint ----------------------------------------------------------------------------------
# Each finding fails. A file is looked at again only when it, a header or the rules changed.
C_FILES := $(sort $(LIB_SRC) cmd/main.c $(UNIT_SRC) $(wildcard tests/unit/main.c tests/*/*.c))
HEADERS := $(sort $(wildcard $(foreach d,base render validate cmd,$(call depth,$(d),h)) tests/unit/*.h))
SCRIPTS := $(sort $(shell grep -lE '^\#!.*/(ba)?sh' .ci/* krew/deps/* tests/peers tests/*/* hooks/* 2>/dev/null))
CLANG_FORMAT ?= clang-format-14
CLANG_TIDY ?= clang-tidy-14

lint:
	@krew/deps/install lint
	@$(MAKE) --no-print-directory check-includes check-format
	@$(MAKE) --no-print-directory -k check-headers check-tidy check-cppcheck check-scripts

check-includes:
	@tests/lint/includes
	@tests/lint/sizes

check-format:
	@$(CLANG_FORMAT) --dry-run --Werror $(C_FILES) $(HEADERS) $(LIB_CC)

format:
	@$(CLANG_FORMAT) -i $(C_FILES) $(HEADERS) $(LIB_CC)

check-headers: $(HEADERS:%=$(B)/lint/%.ok)
$(B)/lint/%.h.ok: %.h
	@mkdir -p $(@D)
	@$(CC) $(ALL_CFLAGS) -Werror -fsyntax-only -include $< -x c /dev/null && touch $@

check-tidy: $(patsubst %,$(B)/lint/%.tidy,$(filter-out tests/unit/main.c,$(C_FILES)))
$(B)/lint/%.c.tidy: %.c .clang-tidy $(HEADERS)
	@mkdir -p $(@D)
	@$(CLANG_TIDY) --quiet $< -- $(filter-out $(WARN) $(WARN_C),$(ALL_CFLAGS)) > $@.log 2>&1 \
		|| { grep -v 'warnings generated' $@.log; false; }
	@touch $@

check-cppcheck: $(B)/lint/cppcheck.ok
$(B)/lint/cppcheck.ok: $(LIB_SRC) cmd/main.c $(HEADERS) tests/lint/cppcheck.txt
	@mkdir -p $(@D)
	@cppcheck -q -j 2 --std=c11 --enable=warning,performance,portability --error-exitcode=1 \
		--inline-suppr --suppressions-list=tests/lint/cppcheck.txt -I. -D__GNUC__ \
		$(LIB_SRC) cmd/main.c && touch $@

check-scripts:
	@shellcheck -S warning -e SC1090,SC2034,SC2120,SC2154,SC2164 $(SCRIPTS)
	@git ls-files -z -- ':!*.inc' ':!tests/golden/*' ':!tests/fuzz/corpus/*' ':!tests/snippets/pools/*' ':!validate/schema/*' ':!LICENSE' | \
		xargs -0 codespell --quiet-level=2 --ignore-words=tests/lint/words.txt

# --- the rest ------------------------------------------------------------------------------
# From a bare machine with git and make to a plan: installs, builds, plans a small repository.
demo:
	@krew/deps/install
	@$(MAKE) --no-print-directory all
	@tests/demo/run $(B)/kubectl-gitops

$(B)/kubectl-gitops.1: $(B)/kubectl-gitops
	@$< __man > $@.new && mv $@.new $@

install: $(B)/kubectl-gitops $(B)/kubectl-gitops.1
	install -D -m 755 $(B)/kubectl-gitops $(DESTDIR)$(PREFIX)/bin/kubectl-gitops
	install -D -m 755 krew/kubectl_complete-gitops $(DESTDIR)$(PREFIX)/bin/kubectl_complete-gitops
	install -D -m 644 $(B)/kubectl-gitops.1 $(DESTDIR)$(PREFIX)/share/man/man1/kubectl-gitops.1

# What only real forges, CIs' schemas and a browser can judge: tools from registries, in the cache.
test-forges: $(B)/kubectl-gitops
	@JUDGES=$$(tests/forges/tools) && export JUDGES && status=0; \
	for suite in managers paste reports page gitea; do \
		[ ! -e tests/forges/$$suite ] || tests/forges/$$suite $< || status=1; \
	done; exit $$status

# Remote bases of kustomizations: git over TLS and ssh, and files, from servers on loopback.
test-remote: $(B)/kubectl-gitops
	@krew/deps/install test
	@tests/remote/run $<

# One program for every Linux of this processor (musl, static), and what krew installs it from.
dist:
	@krew/deps/install dist
	@$(MAKE) --no-print-directory B=build-dist PORTABLE=1 all build-dist/kubectl-gitops.1
	@krew/dist build-dist/kubectl-gitops build-dist/kubectl-gitops.1 build-dist

# The same, linked with the distribution's shared libraries, as its packages are.
deb:
	@SYSTEM_LIBS=1 krew/deps/install deb
	@$(MAKE) --no-print-directory B=build-deb SYSTEM_LIBS=1 all build-deb/kubectl-gitops.1
	@krew/deb build-deb

test-dist: dist
	@tests/install/dist build-dist

test-deb: deb
	@tests/install/deb build-deb

test-install: $(B)/kubectl-gitops
	@tests/install/run $<

bench: all
	@$(MAKE) --no-print-directory $(B)/tests/bench/delay_proxy
	@tests/bench/run $(B)/kubectl-gitops
	@tests/bench/hook $(B)/kubectl-gitops

$(B)/tests/bench/%: tests/bench/%.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $<

deps:
	@krew/deps/install

clean:
	rm -rf build build-*

-include $(shell find $(B) -name '*.d' -type f 2>/dev/null)
