# Nova Platform. `make` alone lists what there is.
# The project brings its own Node (npm package `node`, the Lambda runtime's major); the machine's is only used to install it.

# Features of GNU make 3.81 only, which is what macOS has. Where SHELL is `/bin/sh` to the letter, make starts a simple
# command by itself, and macOS's make then looks for it on the PATH from outside: `vitest` and the project's Node are not there.
SHELL := /bin/./sh
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory --no-builtin-rules

STAGE ?= dev
PORT ?= 4010
DATA ?= .nova
export STAGE PORT DATA EVENTS SEED ONLY DIR JSON
# Package installation runs on the machine's own Node, because it replaces the project's.
machine_path := $(PATH)
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
# Node keeps compiled code and TypeScript without its types here: commands and tests start in two thirds of the time.
export NODE_COMPILE_CACHE := $(CURDIR)/node_modules/.cache/nova
# Otherwise CDKTF checks for updates.
export CHECKPOINT_DISABLE := 1
export NPM_CONFIG_UPDATE_NOTIFIER := false

# A stamp says that a step was done, unless one of its outputs is missing.
installed := node_modules/.nova-installed
built := lambdas/dist/.built
bundles := $(patsubst lambdas/functions/%/handler.ts,lambdas/dist/%/index.mjs,$(wildcard lambdas/functions/*/handler.ts))
# The stamp's name holds every variable that synthesis reads.
read_by_synth := $(STAGE)-$(REGION)-$(STATE_BUCKET)-$(ACCOUNT_LOGGING)-$(ALARM_EMAIL)-$(PIPELINE_REPOSITORY)
synthesized := cdktf.out/.synthesized-$(subst /,+,$(read_by_synth))
stacks := $(addsuffix /cdk.tf.json,$(addprefix cdktf.out/stacks/,nova-registry nova-platform))
# Asks npm for the engine of a platform that the lockfile does not name. Without a package it prints what to do, and continues.
install_engine = PATH="$(machine_path)" node_modules/.bin/node local/services/dynamodb/engine/install.ts
missing = $(if $(filter-out $(wildcard $(1)),$(1)),missing)

manifests := package.json package-lock.json $(wildcard */package.json)
contract := $(shell find shared -name '*.ts' -not -name '*.spec.ts' -not -path '*/node_modules/*')
functions := $(shell find lambdas -name '*.ts' -not -name '*.spec.ts' -not -path '*/node_modules/*' -not -path '*/dist/*')
infrastructure := main.ts cdktf.json $(wildcard .terraform.lock.hcl) $(shell find modules -name '*.ts' -not -name '*.spec.ts')

.PHONY: help install engine tesseract dev test chaos corpus bench check format build synth validate scan cost preflight bootstrap pipeline pins cdktn image drift plan deploy destroy rollout rollback hooks clean missing

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(installed) ## install the packages of the lockfile; only the two that need their install scripts run them

# aws-lambda-ric would compile a native client that the local platform does not need; only these two need their scripts.
$(installed): $(manifests)
	@echo "Installing packages"
	@PATH="$(machine_path)" npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@PATH="$(machine_path)" npm rebuild node esbuild --loglevel=error
	@$(install_engine)
	@touch $@

engine: $(installed) ## install the DynamoDB engine of this machine's platform, where `make install` could not
	@$(install_engine)

tesseract: ## install the engine that reads the text in pictures on this machine: optional, 80 MB, Apache-2.0
	@PATH="$(machine_path)" npm ci --prefix local/tesseract --ignore-scripts --no-audit --no-fund --loglevel=error

dev: $(synthesized) ## run the whole platform on this machine (PORT=4010, DATA=.nova)
	@exec node local/main.ts

# A path first, since it loads only matching files; otherwise the name of a test.
test: $(synthesized) ## unit, infrastructure and integration tests (ONLY=part of a path, or of a test's name)
	@if [ -z "$$ONLY" ]; then vitest run; \
	elif git ls-files --cached --others --exclude-standard '*.spec.ts' | grep -qF -e "$$ONLY"; then vitest run "$$ONLY"; \
	else vitest run --testNamePattern "$$ONLY"; fi

chaos: $(synthesized) ## write while workers are killed and DynamoDB fails, and prove that nothing is lost (EVENTS=10000, SEED)
	@node tests/chaos/main.ts

corpus: $(installed) ## read every document, recording and video of a folder, and compare with a text, pdftotext or ffmpeg (DIR=, JSON=1)
	@node tests/corpus/main.ts

bench: $(synthesized) ## measure how long one key waits beside another that floods the platform (some minutes)
	@node bench/neighbours.ts

check: $(installed) ## formatter, linter, type check, workflows, IAM
	@biome ci --colors=off --error-on-warnings .
	@for workspace in . shared lambdas local cli deploy; do tsc -p $$workspace || exit 1; done
	@vitest run --project workflows --project infra tests/workflows tests/infra/iam

format: $(installed) ## format and fix what can be fixed
	@biome check --write .

hooks: ## check what is staged before each commit (git's core.hooksPath becomes .githooks)
	@git config core.hooksPath .githooks

build: $(built) ## build one bundle and one zip per function, in lambdas/dist

$(built): $(installed) $(contract) $(functions) lambdas/tsconfig.json $(call missing,$(bundles))
	@echo "Building functions"
	@cd lambdas && tsup
	@node lambdas/build/zip.ts
	@touch $@

synth: $(synthesized) ## Terraform of both stacks, in cdktf.out/stacks (STAGE=dev, REGION=us-east-1, STATE_BUCKET, ACCOUNT_LOGGING)

$(synthesized): $(built) $(infrastructure) $(call missing,$(stacks))
	@node main.ts
	@rm -f cdktf.out/.synthesized-*
	@touch $@

# All three, unless STAGE is given.
validated = $(if $(filter file,$(origin STAGE)),dev staging prod,$(STAGE))

validate: $(built) ## check whether Terraform accepts the stacks, against a stub of the provider, not AWS (STAGE; all three)
	@echo "Structural check: the real terraform, where there is one, before a stub of the AWS provider"
	@for stage in $(validated); do \
	  out=cdktf.out/validate/$$stage; mkdir -p $$out; \
	  STAGE=$$stage PIPELINE_REPOSITORY=$${PIPELINE_REPOSITORY:-owner/name} CDKTF_OUTDIR=$$out node main.ts && node review/validate/main.ts $$stage $$out/stacks || exit 1; \
	done

scan: $(built) ## compare Checkov's findings in production's plan with docs/security.md (needs checkov, terraform)
	@STAGE=prod PIPELINE_REPOSITORY=owner@1/name@2 CDKTF_OUTDIR=cdktf.out/scan node main.ts
	@node review/scan/main.ts cdktf.out/scan/stacks

cost: $(synthesized) ## show what the stage costs a month, beside the seed's alternatives (STAGE, PROFILE=own.json)
	@node cost/main.ts

preflight: $(installed) ## ask AWS what the account lacks before the stage can answer; changes nothing (STAGE)
	@node deploy/commands/preflight.ts

bootstrap: $(installed) ## create the bucket for Terraform's state, once per stage (STAGE, STATE_BUCKET, ADOPT=<bucket>)
	@node deploy/commands/bootstrap.ts

pipeline: $(synthesized) ## let a repository's workflows plan and deploy the stage (STAGE, PIPELINE_REPOSITORY)
	@node deploy/commands/pipeline.ts

pins: $(installed) ## pin the base image by digest and the AWS provider by hash, to commit (needs terraform)
	@node deploy/commands/pins.ts

cdktn: $(built) ## try the move from CDKTF to CDK Terrain on a copy: `npm run cdktn` makes it (installs packages; minutes)
	@node deploy/commands/cdktn.ts --copy

image: $(synthesized) ## build and push the image of agent-core; creates the registry if there is none (STAGE)
	@node deploy/commands/image.ts

drift: $(synthesized) ## show manual changes since the stage was applied; changes nothing (STAGE)
	@node deploy/commands/drift.ts

plan: $(synthesized) ## plan both stacks and write the review to plan.md; changes nothing (STAGE, IMAGE=later)
	@node deploy/commands/plan.ts

deploy: $(synthesized) ## apply the reviewed plan, within a day, and roll it out (STAGE, YES=1; PLAN=none without a plan)
	@node deploy/commands/deploy.ts
	@node deploy/commands/rollout.ts

destroy: $(synthesized) ## destroy a stage except its data, or with it (STAGE, DATA=destroy, CONFIRM=<stage>)
	@node deploy/commands/destroy.ts

rollout: $(installed) ## second half of deploy: move callers to the newest versions, and back when an alarm rings (STAGE, ALARMS=ignore)
	@node deploy/commands/rollout.ts

rollback: $(installed) ## undo the last rollout, for all callers, at once (STAGE)
	@node deploy/commands/rollback.ts

clean: ## remove what was built, and nothing else
	@rm -rf lambdas/dist cdktf.out
