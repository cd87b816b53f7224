# Installs what a function's code names into a folder of its own, and hands that to the server. For any POSIX shell, in
# the runtime's image or on the embedded cluster's machine, where others bring the variables and take the folder.

podium_task=${PODIUM_TASK:-/var/task}
podium_into=${PODIUM_INTO:-/podium/installed}
if [ -z "${PODIUM_TASK:-}" ]; then
  . /podium/env
  export HOME=/tmp
fi
export npm_config_cache="${TMPDIR:-/tmp}/npm" npm_config_update_notifier=false
mkdir -p "$podium_into" && cd "$podium_task" || exit 1

# podium_find TOOL...: puts the first of these that is there into podium_found.
podium_find() {
  for podium_found in "$@"; do
    [ -n "$podium_found" ] && command -v "$podium_found" >/dev/null 2>&1 && return 0
  done
  echo "podium: found none of: $*" >&2
  exit 127
}

if [ -f requirements.txt ]; then
  podium_find ${PODIUM_PYTHON:+"$PODIUM_PYTHON"} python3 python
  "$podium_found" -m pip install --disable-pip-version-check --no-input --no-cache-dir --progress-bar off \
    --target "$podium_into" -r requirements.txt || exit 1
fi
if [ -f package.json ]; then
  podium_find npm
  cp package.json "$podium_into" || exit 1
  [ ! -f package-lock.json ] || cp package-lock.json "$podium_into" || exit 1
  if [ -n "${NPM_REGISTRY:-}" ]; then
    echo "${NPM_SCOPE:+@${NPM_SCOPE#@}:}registry=$NPM_REGISTRY" >"$podium_into/.npmrc" || exit 1
  fi
  (cd "$podium_into" && npm install --omit=dev --no-audit --no-fund) || exit 1
  rm -f "$podium_into/package.json" "$podium_into/package-lock.json" "$podium_into/.npmrc"
fi
if [ -f Gemfile ]; then
  podium_find bundle
  cp Gemfile* "$podium_into" || exit 1
  (cd "$podium_into" && BUNDLE_PATH=vendor/bundle BUNDLE_WITHOUT=development:test bundle install) || exit 1
  rm -rf "$podium_into"/Gemfile* "$podium_into/.bundle"
fi

if [ -z "${PODIUM_TASK:-}" ]; then
  # The image's own tools where it has them: busybox can be made without these.
  podium_run() {
    if command -v "$1" >/dev/null 2>&1; then "$@"; else /podium/busybox "$@"; fi
  }
  podium_run tar -c -f /tmp/podium-installed.tar -C "$podium_into" . || exit 1
  # As text: busybox's wget posts a file up to its first zero byte.
  podium_run base64 /tmp/podium-installed.tar >/tmp/podium-installed || exit 1
  /podium/busybox wget -q -O /dev/null --post-file /tmp/podium-installed "${PODIUM_CODE%/code}/installed?format=base64"
fi
