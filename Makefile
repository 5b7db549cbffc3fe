# holdfast - `make help` lists the targets.
B ?= build
CC ?= gcc
VERSION := 0.1.0
VERSION_DATE := November 30 2026

PROGRAMS := admin producer worker expirer audit gateway
LIBRARIES := rdkafka libpq libcjson uuid libcrypto inih libutf8proc zlib
PKG_CONFIG ?= pkg-config

WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
            -Wformat=2 -Wundef
HARDENING := -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection -fPIE \
             $(if $(filter x86_64,$(shell uname -m)),-fcf-protection)
OPTIMIZE ?= -O2
LIBRARIES_CFLAGS := $(shell $(PKG_CONFIG) --cflags $(LIBRARIES) 2>/dev/null)
CFLAGS_ALL = -std=c11 -D_POSIX_C_SOURCE=200809L $(WARNINGS) -g $(OPTIMIZE) -pthread \
             '-ffile-prefix-map=$(CURDIR)=.' -I. -I$(PLAIN)/gen -DHOLDFAST_VERSION='"$(VERSION)"' \
             $(LIBRARIES_CFLAGS)
LDFLAGS_ALL = -pthread -Wl,--as-needed
LDLIBS_ALL := $(shell $(PKG_CONFIG) --libs $(LIBRARIES) 2>/dev/null) -lm

# SAN=address,undefined or SAN=thread: its own build folder.
ifdef SAN
comma := ,
B := build-$(subst $(comma),-,$(SAN))
CFLAGS_ALL += -fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all
LDFLAGS_ALL += -fsanitize=$(SAN)
ifeq ($(SAN),thread)
SHIM := $(B)/obj/tests/tsan/shim.o
endif
else
CFLAGS_ALL += $(HARDENING)
LDFLAGS_ALL += -pie -Wl,-z,relro,-z,now
endif

# A build with fault points has those sources of its own that know of them; the rest is the other's.
PLAIN := $(B)
ifdef FAULTS
B := $(B)-faults
FAULTY := $(shell grep -rlE --include='*.c' 'faults?\.h"|\bFAULTS\b' $(PROGRAMS) common)
endif
ifdef WERROR
CFLAGS_ALL += -Werror
endif
CFLAGS_ALL += $(CPPFLAGS) $(CFLAGS)
LDFLAGS_ALL += $(LDFLAGS)

GENERATED := $(addprefix $(PLAIN)/gen/,queries.inc query_names.inc migrations.inc \
    option_variables.inc pages.inc report_files.inc)
# Sources of a program or of the library, whatever rooms it has.
sources = $(filter-out %/main.c,$(wildcard $(addsuffix /*.c,$(1)) $(addsuffix /*/*.c,$(1))))
objects = $(patsubst %.c,$(PLAIN)/obj/%.o,$(filter-out $(FAULTY),$(1))) \
    $(patsubst %.c,$(B)/obj/%.o,$(filter $(FAULTY),$(1)))
UNIT_TESTS := $(patsubst tests/%.c,$(B)/tests/%,\
    $(wildcard $(addprefix tests/unit/,*/test_*.c */*/test_*.c */*/*/test_*.c)))
INTEGRATION_TESTS := $(patsubst tests/%.c,$(B)/tests/%,$(wildcard tests/integration/test_*.c))
BENCH_PROGRAMS := $(patsubst %.c,$(B)/%,$(wildcard tests/bench/*.c))
INTEGRATION_HELPERS := $(filter-out tests/integration/test_%,$(wildcard tests/integration/*.c))

.PHONY: all bench bench-quick bench-build chaos clean help up down demo live test test-sanitized test-faults test-clients tests-build lint print-programs install-build install-servers install-test
.SECONDARY:

# What a rule links, the library last.
linked = $(filter %.o,$^) $(filter-out %/libholdfast.a,$(filter %.a,$^)) $(filter %/libholdfast.a,$^)

all: $(PROGRAMS:%=$(B)/holdfast-%) ## build the programs in build/

define program
$(B)/holdfast-$(1): $(call objects,$(1)/main.c $(call sources,$(1))) $(B)/libholdfast.a $(SHIM)
	$$(CC) $$(LDFLAGS_ALL) -o $$@ $$^ $$(LDLIBS_ALL)
endef
$(foreach p,$(PROGRAMS),$(eval $(call program,$(p))))

# ---- make install: programs, units, pages of the manual, completion, config files ----------------

PREFIX ?= /usr/local
SYSCONFDIR ?= /etc
UNITDIR ?= $(PREFIX)/lib/systemd/system
SYSUSERSDIR ?= $(PREFIX)/lib/sysusers.d
BASHDIR ?= $(PREFIX)/share/bash-completion/completions
ZSHDIR ?= $(PREFIX)/share/zsh/site-functions
MANDIR ?= $(PREFIX)/share/man

P := $(B)/package
PAGES := holdfast.7 $(foreach p,$(PROGRAMS),holdfast-$(p).$(if $(filter audit producer,$(p)),1,8))
SERVICES := worker expirer gateway admin
UNITS := $(wildcard compose/systemd/*.service compose/systemd/*.timer)
SYSUSERS := $(wildcard compose/systemd/*.sysusers)
TABLES := package/tables common/program/options.def $(wildcard */*.def)

$(P)/man/%: package/manual package/exits $(wildcard package/pages/*) $(TABLES)
	@mkdir -p $(@D)
	package/manual $(or $(patsubst holdfast-%,%,$(filter holdfast-%,$(basename $*))),holdfast) "$(VERSION_DATE)" > $@.tmp && mv $@.tmp $@
$(P)/bash/holdfast-%: package/completion $(TABLES)
	@mkdir -p $(@D)
	package/completion bash $* > $@.tmp && mv $@.tmp $@
$(P)/zsh/_holdfast-%: package/completion $(TABLES)
	@mkdir -p $(@D)
	package/completion zsh $* > $@.tmp && mv $@.tmp $@
$(P)/conf/%.conf: package/sample $(TABLES)
	@mkdir -p $(@D)
	package/sample $* > $@.tmp && mv $@.tmp $@
$(P)/units/%: compose/systemd/%
	@mkdir -p $(@D)
	sed 's|/usr/local/bin/|$(PREFIX)/bin/|' $< > $@.tmp && mv $@.tmp $@

MADE := $(PAGES:%=$(P)/man/%) $(PROGRAMS:%=$(P)/bash/holdfast-%) $(PROGRAMS:%=$(P)/zsh/_holdfast-%) \
    $(SERVICES:%=$(P)/conf/%.conf)

.PHONY: install uninstall package-build
package-build: $(MADE)

# Units name the folder of the programs, so they are made for each PREFIX anew.
install: all package-build ## PREFIX=/usr/local DESTDIR=: programs, units, manual, completion; config where there is none
	@rm -rf $(P)/units
	@$(MAKE) --no-print-directory -s $(UNITS:compose/systemd/%=$(P)/units/%)
	install -d $(addprefix $(DESTDIR),$(PREFIX)/bin $(BASHDIR) $(ZSHDIR) $(UNITDIR) $(SYSUSERSDIR) \
	    $(addprefix $(MANDIR)/man,1 7 8))
	install $(PROGRAMS:%=$(B)/holdfast-%) $(DESTDIR)$(PREFIX)/bin/
	install -m 644 $(PROGRAMS:%=$(P)/bash/holdfast-%) $(DESTDIR)$(BASHDIR)/
	install -m 644 $(PROGRAMS:%=$(P)/zsh/_holdfast-%) $(DESTDIR)$(ZSHDIR)/
	install -m 644 $(UNITS:compose/systemd/%=$(P)/units/%) $(DESTDIR)$(UNITDIR)/
	$(foreach f,$(SYSUSERS),install -m 644 $(f) \
	    $(DESTDIR)$(SYSUSERSDIR)/$(notdir $(f:.sysusers=.conf)) &&) true
	$(foreach s,1 7 8,install -m 644 $(addprefix $(P)/man/,$(filter %.$(s),$(PAGES))) \
	    $(DESTDIR)$(MANDIR)/man$(s)/ &&) true
	install -d -m 700 $(DESTDIR)$(SYSCONFDIR)/holdfast
	$(foreach f,$(SERVICES:%=$(P)/conf/%.conf) package/keys,\
	    test -e $(DESTDIR)$(SYSCONFDIR)/holdfast/$(notdir $(f)) || \
	    install -m 600 $(f) $(DESTDIR)$(SYSCONFDIR)/holdfast/ || exit;)

uninstall: ## remove what make install put there, but for the config
	rm -f $(PROGRAMS:%=$(DESTDIR)$(PREFIX)/bin/holdfast-%) $(PROGRAMS:%=$(DESTDIR)$(BASHDIR)/holdfast-%) \
	    $(PROGRAMS:%=$(DESTDIR)$(ZSHDIR)/_holdfast-%) $(UNITS:compose/systemd/%=$(DESTDIR)$(UNITDIR)/%) \
	    $(foreach f,$(SYSUSERS),$(DESTDIR)$(SYSUSERSDIR)/$(notdir $(f:.sysusers=.conf))) \
	    $(foreach f,$(PAGES),$(DESTDIR)$(MANDIR)/man$(subst .,,$(suffix $(f)))/$(f))

.PHONY: deb test-deb
deb: ## install what it takes, make Debian packages in build/deb/
	@compose/local/install build package
	@package/deb
	@ls build/deb/*.deb

test-deb: ## build them twice, install, upgrade, remove them in a bare Debian 12, as root; last line as of test
	@compose/local/install build servers package
	@tests/package/run

# Several rooms have a file of the same name, hence q: r would replace the one by the other.
$(B)/libholdfast.a: $(call objects,$(call sources,common))
$(B)/libholdfast-worker.a: $(call objects,$(call sources,worker))
$(B)/%.a:
	@rm -f $@
	ar qcs $@ $^

# What includes a generated file says so itself, in its .d file; it need only be there at first.
define compile
@mkdir -p $(@D)
$(CC) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<
endef
$(PLAIN)/obj/%.o: %.c | $(GENERATED)
	$(compile)
ifdef FAULTS
$(B)/obj/%.o: CFLAGS_ALL += -DFAULTS=1
$(B)/obj/%.o: %.c | $(GENERATED)
	$(compile)
endif

# Tests compile in half the time so, and most of them wait more than they compute. How long numbers
# become gcc then does not see.
$(patsubst %.c,$(PLAIN)/obj/%.o,$(wildcard tests/integration/*.c $(addprefix tests/unit/,\
    */test_*.c */*/test_*.c */*/*/test_*.c))): \
    OPTIMIZE = -Og -Wno-format-truncation

$(PLAIN)/gen/queries.inc: sql/embed $(wildcard sql/queries/*.sql) sql/queries
	@mkdir -p $(@D)
	sql/embed QUERY sql/queries > $@.tmp && mv $@.tmp $@

# The names alone, which everything knows that runs a statement: made anew where one comes or goes.
$(PLAIN)/gen/query_names.inc: sql/queries
	@mkdir -p $(@D)
	@ls $< | sed -n 's/\.sql$$//p' | LC_ALL=C sort | tr a-z- A-Z_ | sed 's/.*/QUERY(&)/' > $@.tmp
	@mv $@.tmp $@

$(PLAIN)/gen/migrations.inc: sql/embed $(wildcard sql/migrations/*.sql) sql/migrations
	@mkdir -p $(@D)
	sql/embed MIGRATION sql/migrations > $@.tmp && mv $@.tmp $@

# What the gateway serves as it is.
$(PLAIN)/gen/pages.inc: web/embed $(wildcard gateway/pages/*.json web/demo.* web/shows.*) web/holdfast-seat-map.js web/sale.js web/page.css web/icon.svg
	@mkdir -p $(@D)
	web/embed $(filter-out %/embed,$^) > $@.tmp && mv $@.tmp $@

# What reports are put together of.
$(PLAIN)/gen/report_files.inc: web/embed $(wildcard web/report.* web/letter.* web/what-if.*) web/plot.js web/holdfast-seat-map.js
	@mkdir -p $(@D)
	web/embed $(filter-out %/embed,$^) > $@.tmp && mv $@.tmp $@

# The variables of all programs' options: programs know each other's names, and nothing else.
$(PLAIN)/gen/option_variables.inc: $(wildcard */options.def) common/program/options.def
	@mkdir -p $(@D)
	@sed -n 's/^OPTION[A-Z_]*(\([a-z_]*\),.*/\1/p' $^ | LC_ALL=C sort -u | tr a-z A-Z \
	    | sed 's/.*/"HOLDFAST_&",/' > $@.tmp
	@mv $@.tmp $@

# What several tests share.
$(B)/libtest.a: $(call objects,tests/unit/random_stream.c \
    $(wildcard tests/unit/worker/plan/model*.c) tests/unit/worker/plan/naive_hall.c)

# A unit test links its own object, the library, and the objects of the folder it mirrors but main.
.SECONDEXPANSION:
tested = $(or $(TESTED_$(1)),$(call objects,$(call sources,$(filter-out common,$(1)))))
$(B)/tests/unit/%: $(B)/obj/tests/unit/%.o $$(call tested,$$(firstword $$(subst /, ,$$*))) \
    $(B)/libtest.a $(B)/libholdfast.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -o $@ $(linked) -lcmocka $(LDLIBS_ALL)

# One that plays what a shadow listens to.
$(B)/tests/unit/worker/shadow/test_judge: $(B)/obj/tests/unit/worker/shadow/test_judge.o \
    $(call objects,worker/shadow/judge.c worker/shadow/book.c worker/shadow/compare.c \
    worker/figures/tally.c) $(B)/libholdfast.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -o $@ $(linked) -lcmocka $(LDLIBS_ALL)

# Of the rules for Prometheus: the table of metrics.
TESTED_compose = $(call objects,$(wildcard worker/figures/*.c))

# Tests that play a script in place of libpq.
$(addprefix $(B)/tests/unit/,common/db/test_connect common/db/test_db \
    common/pipeline/test_conditions worker/store/test_store): \
    $(B)/obj/tests/unit/pq.o

# Tests that are a client of the door.
$(addprefix $(B)/tests/unit/common/http/,test_http test_http_limits test_pages test_view): \
    $(B)/obj/tests/unit/common/http/client.o
$(addprefix $(B)/tests/unit/common/http/,test_http test_http_limits): \
    $(B)/obj/tests/unit/common/http/server.o

# Tests that are a viewer's other end.
$(addprefix $(B)/tests/unit/common/http/,test_hub test_hub_model test_viewer test_view): \
    $(B)/obj/tests/unit/common/http/viewing.o
$(addprefix $(B)/tests/unit/common/http/,test_hub test_hub_model test_viewer): \
    $(B)/obj/tests/unit/common/http/crowd.o

# Tests that link both: the oracle beside what it judges.
$(B)/tests/unit/audit/fold/test_fold_property: $(B)/obj/tests/unit/audit/fold/planner.o
$(addprefix $(B)/tests/unit/audit/fold/,test_fold_property test_house): $(B)/libholdfast-worker.a
# Likewise seat maps beside the rows that they show, and what a viewer makes of them.
$(B)/tests/unit/gateway/live/test_seat_map_property: $(B)/obj/tests/unit/audit/fold/planner.o \
    $(B)/obj/tests/unit/gateway/live/viewer.o $(B)/libholdfast-worker.a

$(B)/tests/integration/%: $(B)/obj/tests/integration/%.o $(call objects,$(INTEGRATION_HELPERS)) \
    $(SHIM) $(B)/libholdfast.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -o $@ $(linked) -lcmocka $(LDLIBS_ALL)

# The store by itself; db_run is wrapped to count round trips and statements.
$(addprefix $(B)/tests/integration/,test_changed_holds test_store): LDFLAGS_ALL += -Wl,--wrap=db_run
$(addprefix $(B)/tests/integration/,test_changed_holds test_store): $(B)/libtest.a \
    $(B)/libholdfast-worker.a
$(B)/tests/integration/test_rows: $(B)/libholdfast-worker.a
# What a gateway makes of the rows.
$(B)/tests/integration/test_show_load: $(call objects,$(wildcard gateway/live/*.c) gateway/rows/show.c)

# Programs of make test-web.
$(B)/tests/web/%: $(B)/obj/tests/web/%.o $(B)/libholdfast.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LDLIBS_ALL)

# With SAN=thread.
$(B)/tests/tsan/%: $(B)/obj/tests/tsan/%.o $(call objects,$(INTEGRATION_HELPERS)) $(SHIM) \
    $(B)/libholdfast.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ -lcmocka $(LDLIBS_ALL)

threads-build: all $(patsubst tests/%.c,$(B)/tests/%,$(wildcard tests/tsan/test_*.c))

# The fuzz targets of tests/fuzz/ and the programs that they look into. Each becomes a program of
# libFuzzer's with `make fuzz`; all of them stand in one unit test, which feeds them the corpus.
FUZZ_TARGETS := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
TESTED_fuzz = $(call objects,$(filter-out %/entry.c,\
    $(foreach f,tests/fuzz worker audit admin/plan,$(call sources,$(f)))) admin/seat_list.c admin/file.c)

$(FUZZ_TARGETS:%=$(B)/obj/tests/fuzz/entry_%.o): $(B)/obj/tests/fuzz/entry_%.o: tests/fuzz/entry.c \
    | $(GENERATED)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -DFUZZ_TARGET=fuzz_$* -MMD -MP -c -o $@ $<

$(B)/fuzz/%: $(B)/obj/tests/fuzz/entry_%.o $$(TESTED_fuzz) $(B)/libtest.a $(B)/libholdfast.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -fsanitize=fuzzer -o $@ $^ -lcmocka $(LDLIBS_ALL)

# Memory that runs short on demand: tests/oom/alloc.h. A unit test, and every program once more.
WRAPPED := malloc calloc realloc strdup strndup
TESTED_oom = $(call objects,$(foreach f,tests/oom worker audit,$(call sources,$(f))) \
    tests/fuzz/fold_oracle.c admin/seat_list.c admin/file.c)
$(B)/tests/unit/oom/%: LDFLAGS_ALL += $(WRAPPED:%=-Wl,--wrap=%)
define wrapped
$(B)/oom/holdfast-$(1): $(call objects,$(1)/main.c $(call sources,$(1)) tests/oom/alloc.c) \
    $(B)/libholdfast.a $(SHIM)
	@mkdir -p $$(@D)
	$$(CC) $$(LDFLAGS_ALL) $$(WRAPPED:%=-Wl,--wrap=%) -o $$@ $$^ $$(LDLIBS_ALL)
endef
$(foreach p,$(PROGRAMS),$(eval $(call wrapped,$(p))))

fuzz-build: $(FUZZ_TARGETS:%=$(B)/fuzz/%)

# Libraries that tests preload into programs; never sanitized, as they go into foreign ones, too.
PRELOADS := $(patsubst tests/%.c,$(B)/tests/%.so,$(wildcard tests/preload/*.c))
$(B)/tests/preload/%.so: tests/preload/%.c
	@mkdir -p $(@D)
	$(CC) -std=c11 $(WARNINGS) $(if $(WERROR),-Werror) -g -O2 -fPIC -shared -o $@ $<

tests-build: all $(UNIT_TESTS) $(INTEGRATION_TESTS) $(PROGRAMS:%=$(B)/oom/holdfast-%) $(PRELOADS)

# db_run is wrapped, so that a batch's SQL can be recorded and run again alone.
$(B)/tests/bench/sql_alone: $(B)/obj/tests/bench/sql_alone.o $(B)/libholdfast-worker.a \
    $(B)/libholdfast.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -Wl,--wrap=db_run -o $@ $^ $(LDLIBS_ALL)

$(B)/tests/bench/layout $(B)/tests/bench/first_wish: $(B)/tests/bench/%: $(B)/obj/tests/bench/%.o \
    $(B)/libholdfast-worker.a $(B)/libholdfast.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LDLIBS_ALL)

# A worker with other statements. It promises nothing and is never installed.
$(B)/gen/unguarded.inc: sql/embed $(wildcard tests/bench/unguarded_queries/*.sql) tests/bench/unguarded_queries
	@mkdir -p $(@D)
	sql/embed QUERY tests/bench/unguarded_queries > $@.tmp && mv $@.tmp $@
$(B)/obj/tests/bench/unguarded.o: | $(B)/gen/unguarded.inc
$(B)/tests/bench/unguarded: $(B)/obj/tests/bench/unguarded.o $(B)/obj/worker/main.o \
    $(B)/libholdfast-worker.a $(B)/libholdfast.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -Wl,--wrap=query_text -o $@ $^ $(LDLIBS_ALL)

$(B)/tests/bench/viewers: $(B)/obj/tests/bench/viewers.o \
    $(patsubst %.c,$(B)/obj/%.o,$(wildcard tests/bench/map/*.c)) $(B)/libholdfast.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LDLIBS_ALL)

$(B)/tests/bench/%: $(B)/obj/tests/bench/%.o $(B)/libholdfast.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LDLIBS_ALL)

bench-build: all $(BENCH_PROGRAMS)


install-build:
	@compose/local/install build
install-servers:
	@compose/local/install servers
install-test:
	@compose/local/install build servers test

up: install-servers ## start the private PostgreSQL and Kafka under .run/, write .run/env
	@compose/local/up
down: ## stop them
	@compose/local/down

demo: ## install, build, start everything, race two customers, sell a theatre out, stop
	@compose/local/install build servers
	@$(MAKE) --no-print-directory -s -j2 all
	@tests/demo

live: ## a theatre on sale in your browser, with buyers who come by themselves (RATE=3); Ctrl-C ends it
	@compose/local/install build servers
	@$(MAKE) --no-print-directory -s -j2 all
	@compose/live/run

test: ## install, build, run lint, unit and integration tests; last line: N passed, N failed
	@compose/local/install build servers test
	@tests/run

test-sanitized: ## the same tests with AddressSanitizer and UBSan, and threads with ThreadSanitizer
	@compose/local/install build servers test
	@tests/run --sanitized

test-faults: ## what of the tests has to do with faults, at length
	@compose/local/install build servers test
	@HOLDFAST_FAULTS_WHOLE=1 tests/run test_faults test_breaks test_crashes
	@HOLDFAST_FAULTS_WHOLE=1 tests/run --sanitized test_faults test_zombies test_crashes test_cluster

.PHONY: test-versions
test-versions: ## the core of the tests in rounds with other versions of librdkafka, Kafka and PostgreSQL; ends with a table and a last line as of test
	@compose/local/install build servers test
	@tests/versions/run

.PHONY: test-trixie
test-trixie: ## as root: build on Debian 13 in a root of its own, run unit tests and a core of the integration tests there, HOLDFAST_TEST_WHOLE=1: all of make test; last line as of test
	@compose/local/install trixie
	@tests/trixie/run

.PHONY: test-security
test-security: ## rights, roles and certificates: each taken away in turn, with Kafka and PostgreSQL that ask who comes
	@compose/local/install build servers test
	@tests/run test_security test_rights

test-clients: ## bursts, examples and notices by clients in Python and Java; HOLDFAST_CLIENTS_WHOLE=1: KafkaJS and franz-go, too
	@compose/local/install build servers test $(if $(HOLDFAST_CLIENTS_WHOLE),clients)
	@$(if $(HOLDFAST_CLIENTS_WHOLE),HOLDFAST_CLIENTS="python java node go") \
	    tests/run test_clients test_shop_clients test_notices

.PHONY: test-web
test-web: ## HTTP by tools of others: parsers, Schemathesis, nginx, HAProxy, clients; last line as of test
	@compose/local/install build servers web
	@$(MAKE) --no-print-directory -s -j2 all $(B)/tests/web/oracles/requests \
	    $(B)/tests/integration/test_shop_clients
	@tests/web/run

.PHONY: test-images
test-images: ## build the image, start what compose.yaml has of it, race two customers through it; as root
	@compose/local/install build servers images
	@tests/images/run

TIME ?= 120
SEED ?= $(shell date +%s)
chaos: ## TIME=seconds SEED=number: random load while everything is killed, cut and restarted
	@compose/local/install build servers test
	@HOLDFAST_CHAOS_SECONDS=$(TIME) HOLDFAST_CHAOS_SEED=$(SEED) HOLDFAST_CHAOS_HEAL_MS=10000 \
	    HOLDFAST_TEST_SECONDS_MAX=$$(($(TIME) + 180)) HOLDFAST_RUN_DIR=$(CURDIR)/.run/chaos \
	    tests/run --show test_chaos

.PHONY: test-tsan threads-build fuzz fuzz-build
test-tsan: ## the tests on servers again, long, under ThreadSanitizer
	@compose/local/install build servers test
	@tests/run --threads

SECONDS ?= 60
TARGET ?= $(FUZZ_TARGETS)
fuzz: ## fuzz each target for SECONDS (60), or TARGET alone; finds go to tests/fuzz/finds/
	@compose/local/install build test
	@$(MAKE) --no-print-directory -s -j2 CC=clang B=build-fuzz \
	    SAN=fuzzer-no-link,address,undefined fuzz-build
	@tests/fuzz/run $(SECONDS) $(TARGET)

bench: ## measure speed against what one would take instead, 5 times over; into bench/out/
	@compose/local/install build servers bench
	@tests/bench/run

bench-quick: ## the same, smaller, in about two minutes
	@compose/local/install build servers bench
	@tests/bench/run --quick

lint: ## layers, sizes, formats
	@tests/lint

print-programs: ## the programs, for scripts
	@echo $(PROGRAMS)

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

clean: ## remove what was built
	rm -rf build build-*

-include $(shell find $(sort $(PLAIN)/obj $(B)/obj) -name '*.d' 2>/dev/null)
