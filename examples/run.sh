#!/bin/sh
# One batch job from file to export, by commands alone, against the simulated API:
# no key, no network, no cost. It takes about half a minute.
#
#   examples/run.sh [WHERE-TO-PUT-THE-EXPORT]
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
export_file=${1:-example-results.jsonl}
scratch=$(mktemp -d)
simulator=

if ! command -v batchtui >/dev/null 2>&1; then
    # Not installed: run it from this checkout.
    PYTHONPATH=$(dirname -- "$here")${PYTHONPATH:+:$PYTHONPATH}
    export PYTHONPATH
    batchtui() { python3 -m batchtui "$@"; }
fi

clean_up() {
    exec 9>&-
    if [ -n "$simulator" ]; then
        kill "$simulator" 2>/dev/null || :
        wait "$simulator" 2>/dev/null || :
    fi
    rm -rf "$scratch"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

step() { printf '\n$ batchtui %s\n' "$*" >&2; }

run() {
    step "$@"
    batchtui "$@"
}

# Exit code 4 says: settled, but some requests did not succeed. Here some are meant to fail.
run_to_the_end() {
    step "$@"
    batchtui "$@" || [ $? -eq 4 ]
}

# The simulated API; a day there is under three minutes here. Its first line is its address.
# It stops when its input ends, so that nothing outlives this script: the pipe is held open by file 9.
mkfifo "$scratch/lifeline"
batchtui simulate --speed 600 --exit-with-parent --ledger "$scratch/ledger.jsonl" \
    <"$scratch/lifeline" >"$scratch/address" &
simulator=$!
exec 9>"$scratch/lifeline"
until [ -s "$scratch/address" ]; do
    kill -0 "$simulator" 2>/dev/null || { echo "the simulator did not start" >&2; exit 1; }
    sleep 0.1
done

# From here on batchtui talks to the simulator, with a key that is none and a workspace of its own.
unset ANTHROPIC_AUTH_TOKEN ANTHROPIC_PROFILE ANTHROPIC_CUSTOM_HEADERS 2>/dev/null || :
ANTHROPIC_BASE_URL=$(head -n 1 "$scratch/address")
ANTHROPIC_API_KEY=sk-ant-example-not-a-key
BATCHTUI_WORKSPACE=$scratch/workspace
export ANTHROPIC_BASE_URL ANTHROPIC_API_KEY BATCHTUI_WORKSPACE
mkdir "$BATCHTUI_WORKSPACE"
printf '[poll]\nafter_action = 1\nrunning = 2\n' >"$BATCHTUI_WORKSPACE/batchtui.toml"

run check "$here/requests.jsonl"
run plan "$here/requests.jsonl" --chunk-requests 100
run_to_the_end submit "$here/requests.jsonl" --name example --chunk-requests 100 --yes --wait

# What did not succeed, grouped; then send again what can succeed as it is.
run errors example
run retry example --yes
run_to_the_end watch example.r1

# The latest success of each request over both attempts, in the order of the file.
run export example -o "$export_file" --only succeeded
run ls
printf '\n%s of 600 requests succeeded: %s\n' "$(wc -l <"$export_file" | tr -d ' ')" "$export_file" >&2
