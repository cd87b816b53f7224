# Podium: `make demo` first; `make help` lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help

# The newest JDK >= 25: JAVA_HOME, then the usual folders.
JAVA_HOME := $(shell scripts/jdk)
export JAVA_HOME
MVN := mvn -B -q $(MAVEN_ARGS)
JAR := target/podium.jar
SOURCES := pom.xml $(shell find src/main -type f 2>/dev/null)
# One collector thread and a small heap that grows with need: the server is I/O. `make image` uses the same.
JAVA_FLAGS := -XX:+UseSerialGC -Xms24m -Xmn12m -Xss512k -XX:+UseCompactObjectHeaders -XX:MaxRAMPercentage=25

.PHONY: help build demo run test it bench fmt check docs models image clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

build: $(JAR) ## build target/podium.jar, all of Podium in one file

$(JAR): $(SOURCES)
	$(MVN) -DskipTests package
	@python3 scripts/stored.py $(JAR)
	@touch $(JAR)

target/podium.aot: $(JAR)
	@scripts/aot $(JAR) $@ $(JAVA_FLAGS)

demo: $(JAR) ## deploy and invoke the example functions on the embedded cluster
	@PODIUM_JAVA_FLAGS='$(JAVA_FLAGS)' $(JAVA_HOME)/bin/java examples/Demo.java

run: $(JAR) target/podium.aot ## run the server with the embedded cluster until Ctrl-C
	@PODIUM_CLUSTER=$${PODIUM_CLUSTER:-embedded} exec $(JAVA_HOME)/bin/java $(JAVA_FLAGS) -XX:AOTCache=target/podium.aot -jar $(JAR)

test: ## unit and component tests: no cluster, no root
	@mvn -B -ntp -Dstyle.color=never $(MAVEN_ARGS) -Dspotless.check.skip test | grep -E '^\[(INFO|ERROR)\] (Tests|Running|BUILD|Total| )|ERROR|FAIL' ; exit $${PIPESTATUS[0]}

it: $(JAR) ## integration tests on a real Kubernetes (kind, KUBECONFIG or the bare cluster)
	@src/it/run

bench: $(JAR) target/podium.aot ## measure against floors taken in the same run (PARTS="start warm": only these)
	@JAVA_FLAGS='$(JAVA_FLAGS)' src/it/bench $(PARTS)

fmt: ## format the sources
	$(MVN) spotless:apply

check: ## format, static analysis, generated docs and models up to date
	$(MVN) test-compile
	$(MVN) -Dspotless.check.skip -Dtest='ArchitectureTest,CompatibilityPageTest,ConfigurationPageTest' test
	@python3 scripts/models.py --check

docs: $(JAR) ## write the generated pages below docs/
	$(MVN) -Dspotless.check.skip test-compile
	@for page in config.ConfigurationPageTest CompatibilityPageTest; do \
	  $(JAVA_HOME)/bin/java -cp target/test-classes:target/classes:$(JAR) dev.podium.$$page || exit 1; done

models: ## write the service models from the installed botocore
	@python3 scripts/models.py

image: $(JAR) ## build target/podium-image.tar, a distroless OCI image, without a Docker engine
	@JAVA_FLAGS='$(JAVA_FLAGS)' scripts/image

clean: ## remove what was built
	rm -rf target
