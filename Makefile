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
LDLIBS_ALL = $(shell $(PKG_CONFIG) --libs $(LIBRARIES) 2>/dev/null) -lm

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
# For make bench only: a worker without guard and verification.
ifdef UNGUARDED
B := $(B)-unguarded
CFLAGS_ALL += -DBENCH_UNGUARDED=1
WITHOUT := -- guard
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
BENCH_PROGRAMS := $(patsubst %.c,$(B)/%,$(wildcard tests/bench/*.c))
INTEGRATION_HELPERS := $(filter-out tests/integration/test_%,$(wildcard tests/integration/*.c))

.PHONY: all clean help up down demo test bench bench-quick bench-build unit integration tests-build lint \
        install-build install-servers install-test
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
	sql/embed QUERY sql/queries $(if $(WITHOUT),'$(WITHOUT)') > $@.tmp && mv $@.tmp $@

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

# db_run is wrapped, so that a batch's SQL can be recorded and run again alone.
$(B)/tests/bench/sql_alone: $(B)/obj/tests/bench/sql_alone.o \
    $(filter-out $(B)/obj/worker/main.o,$(call objects,$(wildcard worker/*.c))) $(B)/libholdfast.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -Wl,--wrap=db_run -o $@ $^ $(LDLIBS_ALL)

$(B)/tests/bench/%: $(B)/obj/tests/bench/%.o $(B)/libholdfast.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LDLIBS_ALL)

tests-build: all $(UNIT_TESTS) $(INTEGRATION_TESTS)
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

demo: ## install, build, start everything, race two customers for two seats, stop
	@compose/local/install build servers
	@$(MAKE) --no-print-directory -s -j2 all
	@tests/demo

test: ## install, build, run unit and integration tests; last line: N passed, N failed
	@compose/local/install build servers test
	@tests/run

bench: ## measure speed against what one would take instead, 5 times over; into bench/out/
	@compose/local/install build servers bench
	@tests/bench/run

bench-quick: ## the same, smaller, in about two minutes
	@compose/local/install build servers bench
	@tests/bench/run --quick

lint: ## layers, sizes, formats
	@tests/lint

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

clean: ## remove what was built
	rm -rf build build-*

-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)
