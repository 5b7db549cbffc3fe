# holdfast - `make help` lists the targets.
B ?= build
CC ?= gcc
VERSION := 0.1.0

PROGRAMS := admin producer worker expirer audit
LIBRARIES := rdkafka libpq libcjson uuid libcrypto inih
PKG_CONFIG ?= pkg-config

WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
            -Wformat=2 -Wundef
HARDENING := -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE
OPTIMIZE ?= -O2
CFLAGS_ALL = -std=c11 -D_POSIX_C_SOURCE=200809L $(WARNINGS) -g $(OPTIMIZE) -pthread \
             -I. -I$(B)/gen -DHOLDFAST_VERSION='"$(VERSION)"' \
             $(shell $(PKG_CONFIG) --cflags $(LIBRARIES) 2>/dev/null)
LDFLAGS_ALL = -pthread
LDLIBS_ALL = $(shell $(PKG_CONFIG) --libs $(LIBRARIES) 2>/dev/null)

# SAN=address,undefined or SAN=thread: its own build folder.
ifdef SAN
comma := ,
B := build-$(subst $(comma),-,$(SAN))
CFLAGS_ALL += -fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all
LDFLAGS_ALL += -fsanitize=$(SAN)
else
CFLAGS_ALL += $(HARDENING)
LDFLAGS_ALL += -pie -Wl,-z,relro,-z,now
endif
ifdef FAULTS
B := $(B)-faults
CFLAGS_ALL += -DFAULTS=1
endif
ifdef WERROR
CFLAGS_ALL += -Werror
endif
CFLAGS_ALL += $(CFLAGS)

GENERATED := $(B)/gen/queries.inc $(B)/gen/migrations.inc
SOURCES_common := $(wildcard common/*.c)
objects = $(patsubst %.c,$(B)/obj/%.o,$(1))
COMMON_OBJECTS := $(call objects,$(SOURCES_common))
UNIT_TESTS := $(patsubst tests/%.c,$(B)/tests/%,$(wildcard tests/unit/*/test_*.c))
INTEGRATION_TESTS := $(patsubst tests/%.c,$(B)/tests/%,$(wildcard tests/integration/test_*.c))
INTEGRATION_HELPERS := $(filter-out tests/integration/test_%,$(wildcard tests/integration/*.c))

.PHONY: all chaos clean help up down demo test unit integration tests-build lint install-build install-servers install-test
.SECONDARY:

all: $(PROGRAMS:%=$(B)/holdfast-%) ## build the programs in build/

define program
$(B)/holdfast-$(1): $(call objects,$(wildcard $(1)/*.c)) $(B)/libholdfast.a
	$$(CC) $$(LDFLAGS_ALL) -o $$@ $$^ $$(LDLIBS_ALL)
endef
$(foreach p,$(PROGRAMS),$(eval $(call program,$(p))))

$(B)/libholdfast.a: $(COMMON_OBJECTS)
	@rm -f $@
	ar rcs $@ $^

$(B)/obj/%.o: %.c $(GENERATED)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(B)/gen/queries.inc: sql/embed $(wildcard sql/queries/*.sql) sql/queries
	@mkdir -p $(@D)
	sql/embed QUERY sql/queries > $@.tmp && mv $@.tmp $@

$(B)/gen/migrations.inc: sql/embed $(wildcard sql/migrations/*.sql) sql/migrations
	@mkdir -p $(@D)
	sql/embed MIGRATION sql/migrations > $@.tmp && mv $@.tmp $@

# A unit test links its own object, the library, and the objects of the folder it mirrors but main.
.SECONDEXPANSION:
tested = $(filter-out $(B)/obj/$(1)/main.o,$(call objects,$(filter-out common/%,$(wildcard $(1)/*.c))))
$(B)/tests/unit/%: $(B)/obj/tests/unit/%.o $$(call tested,$$(firstword $$(subst /, ,$$*))) \
    $(B)/libholdfast.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ -lcmocka $(LDLIBS_ALL)

$(B)/tests/integration/%: $(B)/obj/tests/integration/%.o $(call objects,$(INTEGRATION_HELPERS)) $(B)/libholdfast.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ -lcmocka $(LDLIBS_ALL)

# Libraries that tests preload into programs; never sanitized, as they go into foreign ones, too.
PRELOADS := $(patsubst tests/%.c,$(B)/tests/%.so,$(wildcard tests/preload/*.c))
$(B)/tests/preload/%.so: tests/preload/%.c
	@mkdir -p $(@D)
	$(CC) -std=c11 $(WARNINGS) $(if $(WERROR),-Werror) -g -O2 -fPIC -shared -o $@ $<

tests-build: all $(UNIT_TESTS) $(INTEGRATION_TESTS) $(PRELOADS)

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

demo: ## install, build, start everything, race two customers for two seats, stop
	@compose/local/install build servers
	@$(MAKE) --no-print-directory -s -j2 all
	@tests/demo

test: ## install, build, run unit and integration tests; last line: N passed, N failed
	@compose/local/install build servers test
	@tests/run

TIME ?= 120
SEED ?= $(shell date +%s)
chaos: ## TIME=seconds SEED=number: random load while everything is killed, cut and restarted
	@compose/local/install build servers test
	@HOLDFAST_CHAOS_SECONDS=$(TIME) HOLDFAST_CHAOS_SEED=$(SEED) HOLDFAST_CHAOS_HEAL_MS=10000 \
	    HOLDFAST_TEST_SECONDS_MAX=$$(($(TIME) + 180)) HOLDFAST_RUN_DIR=$(CURDIR)/.run/chaos \
	    tests/run --plain --show test_chaos

lint: ## layers, sizes, formats
	@tests/lint

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

clean: ## remove what was built
	rm -rf build build-*

-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)
