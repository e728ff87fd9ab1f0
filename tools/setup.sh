#!/bin/sh
# Creates .venv (with the `braid` command in it) and node_modules. Run through `make setup` or `make setup-dev`; it
# does nothing when the lock files haven't changed since the last run.
#
#     tools/setup.sh [run|dev]    run: what `make demo` and the command need; dev: checks and tests as well
set -eu
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }
fail() { say "setup: $*"; exit 1; }

stamp=".venv/.setup-stamp"
mode=${1:-run}
case "$mode" in run | dev) ;; *) fail "there is no mode $mode; use run or dev" ;; esac
# Whoever has the developers' tools keeps them: `make demo` after `make test` uninstalls nothing.
if [ -f "$stamp" ] && ! grep -q '^run ' "$stamp"; then mode=dev; fi

command -v node >/dev/null || fail "Node isn't installed. Install Node 22 (20 works), then run make again."
node_major=$(node -p 'process.versions.node.split(".")[0]')
[ "$node_major" -ge 20 ] || fail "Node $node_major is too old. Install Node 22 (20 works), then run make again."

version_of() { "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || true; }

# pocketsphinx, the last fall-back for speech, has wheels for 3.11 and 3.13 only.
python=""
for candidate in ${PYTHON:-} python3.13 python3.11 python3; do
  command -v "$candidate" >/dev/null 2>&1 || continue
  case "$(version_of "$candidate")" in 3.11 | 3.13) python=$candidate; break ;; esac
done
fallback=""
for candidate in ${PYTHON:-} python3 python; do
  command -v "$candidate" >/dev/null 2>&1 || continue
  "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && fallback=$candidate && break
done
[ -n "$python$fallback" ] || fail "Python 3.11 or newer isn't installed. Install Python 3.13, then run make again."

locks="requirements/$mode.txt requirements/core-layer.txt requirements/uv.txt package-lock.json pyproject.toml \
  local/weights/catalogue.toml tools/setup.sh"
wanted="$mode $(cat $locks | cksum)"
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && [ -x node_modules/.bin/cdk ]; then exit 0; fi

started=$(date +%s)
# Beside the Python packages: neither needs the other, and each waits for its registry.
if [ "$mode" = run ]; then omitted=--omit=dev; else omitted=; fi
npm ci --silent --no-audit --no-fund $omitted &
cdk=$!
# It shall not go on where this ends early: the next run begins another one.
trap 'kill "$cdk" 2>/dev/null || true' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
if [ ! -x .venv/bin/python ]; then
  say "setup: creating .venv with ${python:-$fallback} ($(version_of "${python:-$fallback}"))"
  "${python:-$fallback}" -m venv .venv || fail "can't create .venv; on Debian: apt-get install python3-venv"
fi
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
# uv reads the system's certificates where pip was told which ones to trust.
if [ -n "${PIP_CERT:-}" ]; then export SSL_CERT_FILE="${SSL_CERT_FILE:-$PIP_CERT}"; fi

if [ -z "$python" ]; then
  say "setup: Python $(version_of .venv/bin/python) has no wheel of pocketsphinx (fall-back for speech); trying to get 3.13"
  if .venv/bin/uv venv --quiet --seed --python 3.13 .venv-3.13; then
    uv_path=$(mktemp -d) && cp .venv/bin/uv "$uv_path/uv"
    rm -rf .venv .venv-3.13
    "$uv_path/uv" venv --quiet --seed --python 3.13 .venv
    rm -rf "$uv_path"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
  else
    say "setup: Python 3.13 isn't available; continuing: where no weights are fetched, speech will show as missing"
  fi
fi

say "setup: installing Python packages"
.venv/bin/uv pip sync --quiet --python .venv/bin/python --require-hashes "requirements/$mode.txt"
.venv/bin/uv pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation --editable .
# MiniStack pins its own botocore. The service models of the one that functions carry lie beside it
# (local/service_models.py); the layer's build finds the same wheel in uv's cache.
rm -rf .venv/share/layer-botocore
sed -n '/^botocore==/,/[^\\]$/p' requirements/core-layer.txt |
  .venv/bin/uv pip install --quiet --python .venv/bin/python --target .venv/share/layer-botocore \
    --no-deps --require-hashes -r -
# Python compiles what it imports for the first time, of the CDK and the embedded AWS for five seconds: beside what
# follows. Whoever is quicker to need them does it for themselves.
(.venv/bin/python -c 'import local.launcher.server, stacks.assembly' >/dev/null 2>&1 || true) &
# Engines without their weights leave the work to their fall-backs, or refuse it; nothing else needs them.
say "setup: fetching the engines' weights"
.venv/bin/braid engines fetch ||
  say "setup: going on without them; \`braid engines fetch\` tries again"
say "setup: installing the CDK command line"
wait "$cdk" || fail "npm ci failed; what it says is above"
trap - EXIT
printf '%s' "$wanted" >"$stamp"
say "setup: done in $(($(date +%s) - started)) s"
