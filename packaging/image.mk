# The container image. The same sources, tools and SOURCE_DATE_EPOCH make the same layer.

ENGINE ?= docker
IMAGE  ?= cetusguard
SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || date +%s)

# Podman's own format has no health checks.
IMAGE_FLAGS := $(if $(findstring podman,$(notdir $(ENGINE))),--format docker --timestamp $(SOURCE_DATE_EPOCH))
IMAGE_UID := 65532

# The version is compiled into main.o, which nothing else says is out of date.
build/image: FORCE
	@rm -f build/static/supervisor/main.o
	@$(MAKE) --no-print-directory SAN= VARIANT= STATIC=full build/static/cetusguard
	rm -rf $@
	install -D -s -m 0755 build/static/cetusguard $@/rootfs/bin/cetusguard
	install -d $@/rootfs/etc
	echo 'cetusguard:x:$(IMAGE_UID):$(IMAGE_UID):CetusGuard:/:/bin/false' >$@/rootfs/etc/passwd
	echo 'cetusguard:x:$(IMAGE_UID):' >$@/rootfs/etc/group
	chmod -R u=rwX,go=rX $@/rootfs
	find $@ -exec touch -h -d @$(SOURCE_DATE_EPOCH) {} +

image: build/image ## Build the container image cetusguard:latest (ENGINE=podman with Podman)
	$(ENGINE) build $(IMAGE_FLAGS) -f packaging/Dockerfile -t $(IMAGE):latest -t $(IMAGE):$(VERSION) \
		--build-arg VERSION=$(VERSION) \
		--build-arg REVISION=$(shell git rev-parse HEAD 2>/dev/null) \
		--build-arg CREATED=$(shell date -u -d @$(SOURCE_DATE_EPOCH) +%Y-%m-%dT%H:%M:%SZ) \
		$<

.PHONY: image FORCE
FORCE:
