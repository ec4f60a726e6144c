#!/usr/bin/env bash
# Proof that a bare machine needs nothing but a clone: as somebody new, with an empty home folder and an empty cache, what
# the README says works, and a demonstration that is there already is served within ten seconds.
#
#   tests/proofs/bare_machine.sh [--no-check] [--keep] [--json FILE]
#
#   --no-check    leave out ./check --fast, which takes longest
#   --keep        leave the clone behind to look at
#   --json FILE   write the measurements there as well
#
# As root it makes a user for the purpose and removes it afterwards; otherwise it runs as you, with an empty home folder. It
# clones what is committed. Packages come from wherever pip is set up to take them, and this needs that source to answer.
# Seconds depend on the machine and on what else it does; the limits are those of the README.
set -uo pipefail
root=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
second_limit=10

check=yes keep='' json=''
while [ $# -gt 0 ]; do
    case $1 in
        --no-check) check='' ;;
        --keep) keep=yes ;;
        --json) json=$(realpath -m -- "${2:?--json takes a file}"); shift ;;
        -h | --help) sed -n '2,/^set -/{/^set -/d;s/^# \{0,1\}//;p;}' "${BASH_SOURCE[0]}"; exit 0 ;;
        *) echo "bare_machine.sh: there is no option $1; --help lists them" >&2; exit 2 ;;
    esac
    shift
done

place=$(mktemp -d "${TMPDIR:-/tmp}/quarterdeck-bare.XXXXXX")
chmod 755 "$place"
home=$place/home clone=$place/quarterdeck
user='' server='' failed=''
rows=()

tidy() {
    [ -z "$server" ] || stop
    [ -z "$user" ] || userdel "$user" >/dev/null 2>&1
    if [ -z "$keep" ]; then rm -rf -- "$place"; else echo "kept: $clone" >&2; fi
}
trap tidy EXIT
trap 'exit 130' INT TERM

# What a machine's administrator sets for everybody on it, such as where packages come from, and nothing of our own.
settings=()
while IFS= read -r -d '' pair; do
    case ${pair%%=*} in PIP_* | UV_* | *_proxy | *_PROXY | SSL_CERT_* | QUARTERDECK_PYTHON) settings+=("$pair") ;; esac
done < <(env -0)

# become_new COMMAND...: turns into the command, run by the new person in the clone with the environment of a first sign-in.
become_new() {
    local command=(env -i "HOME=$home" "LANG=C.UTF-8" "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        ${settings[@]+"${settings[@]}"} "$@")
    [ -z "$user" ] || command=(setpriv --reuid "$user" --regid "$user" --init-groups "${command[@]}")
    cd "$clone" && exec "${command[@]}"
}
as_new() { (become_new "$@"); }

now() { date +%s.%N; }
since() { awk -v a="$1" -v b="$(now)" 'BEGIN { printf "%.1f", b - a }'; }

# row NAME SECONDS LIMIT VERDICT
row() {
    rows+=("$(printf '%-58s %8s %8s  %s' "$1" "$2" "$3" "$4")")
    results+="${results:+, }{\"step\": \"$1\", \"seconds\": ${2/–/null}, \"limit\": ${3/–/null}, \"ok\": $([ "$4" = ok ] && echo true || echo false)}"
    echo "   $1: $2 s: $4" >&2
    [ "$4" = ok ] || failed=yes
}
results=''

# holds NAME COMMAND...: a row that is ok when the command succeeds.
holds() {
    local name=$1 start
    start=$(now)
    shift
    if "$@"; then row "$name" "$(since "$start")" – ok; else row "$name" "$(since "$start")" – FAILED; fi
}

# serve LOG WORDS...: starts ./run WORDS and waits until it says where it is; sets url and took.
serve() {
    local log=$1 start
    shift
    start=$(now)
    become_new ./run "$@" >"$log" 2>"$log.err" &
    server=$!
    url=''
    while [ -z "$url" ]; do
        url=$(sed -n 's/^Quarterdeck is at \(http[^ ]*\).*/\1/p' "$log" 2>/dev/null)
        if ! kill -0 "$server" 2>/dev/null || awk -v a="$start" -v b="$(now)" 'BEGIN { exit !(b - a > 900) }'; then break; fi
        sleep 0.05
    done
    took=$(since "$start")
    [ -n "$url" ] || { cat "$log.err" >&2; return 1; }
}

# What we started has become the supervisor itself, which ends everything it started.
stop() {
    local code
    kill -TERM "$server"
    wait "$server"
    code=$?
    server=''
    return "$code"
}

answers() { as_new /usr/bin/env python3 -c 'import sys, urllib.request; page = urllib.request.urlopen(sys.argv[1] + "/account/login/").read(); sys.exit(b"password" not in page)' "$url"; }

if [ "$(id -u)" -eq 0 ]; then
    user=qd-bare-$$
    useradd --create-home --home-dir "$home" --shell /bin/sh "$user" || exit 2
else
    mkdir "$home"
fi
echo "== a clone of what is committed, for ${user:-$(id -un)} in $place" >&2
git clone --quiet --no-hardlinks "$root" "$clone" || exit 2
[ -z "$user" ] || chown -R "$user" "$clone"
ls -A "$home/.cache" >/dev/null 2>&1 && { echo "the cache is not empty" >&2; exit 2; }

echo "== ./run demo --once --json" >&2
start=$(now)
if as_new ./run demo --once --json >"$place/once.json" 2>"$place/once.err"; then
    row './run demo --once --json, everything installed' "$(since "$start")" – ok
else
    cat "$place/once.err" >&2
    row './run demo --once --json, everything installed' "$(since "$start")" – FAILED
fi
prepared() {
    as_new python3 - "$place/once.json" <<'PYTHON'
import json, pathlib, sys

said = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
home, package = (pathlib.Path(said[name]["b"]) for name in ("homes", "packages"))
assert (home / "db.sqlite3").is_file(), home
names = {path.name for path in package.iterdir()}
assert {"R1.htm", "manifest.json"} <= names and any(name.endswith(".htm") and name != "R1.htm" for name in names), names
assert said["url"] is None
assert any(user["login"] == "ye.lin" and user["password"] for user in said["users"]), said["users"]
PYTHON
}
holds '  it names home, package and who can sign in' prepared

echo "== ./run demo b" >&2
if serve "$place/b" demo b; then row './run demo b, until it says where it is' "$took" – ok; else row './run demo b, until it says where it is' "$took" – FAILED; fi
holds '  the page to sign in answers there' answers
holds '  it stops when asked' stop

echo "== ./run demo, again" >&2
if serve "$place/again" demo && awk -v t="$took" -v l="$second_limit" 'BEGIN { exit !(t <= l) }'; then verdict=ok; else verdict=FAILED; fi
row './run demo, the second time' "$took" "$second_limit" "$verdict"
holds '  the page to sign in answers there' answers
holds '  it stops when asked' stop

verified() { as_new ./run quarterdeck ledger verify --home .homes/demo-b >/dev/null; }
holds './run quarterdeck ledger verify, as the README has it' verified
clean() { [ -z "$(as_new git -c safe.directory="$clone" status --porcelain)" ]; }
holds '  nothing was left in the clone that git would see' clean

if [ -n "$check" ]; then
    echo "== ./check --fast" >&2
    start=$(now)
    if as_new ./check --fast >"$place/check" 2>&1; then verdict=ok; else verdict=FAILED; tail -n 60 "$place/check" >&2; fi
    row './check --fast' "$(since "$start")" – "$verdict"
    grep '^check: ' "$place/check" >&2
fi

printf '\n%-58s %8s %8s\n' "on $(nproc) processors, load $(cut -d' ' -f1 /proc/loadavg)" seconds 'at most'
printf '%s\n' "${rows[@]}"
[ -z "$json" ] || printf '{"processors": %s, "load": %s, "steps": [%s]}\n' "$(nproc)" "$(cut -d' ' -f1 /proc/loadavg)" "$results" >"$json"
[ -z "$failed" ]
