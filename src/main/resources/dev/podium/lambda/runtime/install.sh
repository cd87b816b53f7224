# Installs what a function's code names into a folder of its own, and hands that to the server. For any POSIX shell, in
# the runtime's image or on the embedded cluster's machine, where others bring the variables and take the folder.

podium_task=${PODIUM_TASK:-/var/task}
podium_into=${PODIUM_INTO:-/podium/installed}
if [ -z "${PODIUM_TASK:-}" ]; then
  . /podium/env
  # Ruby takes no folder for temporary files that everybody may write to and that isn't sticky, as volumes are.
  export HOME=/tmp TMPDIR=/tmp/podium-install
  mkdir -p -m 700 "$TMPDIR" || exit 1
fi
export npm_config_cache="${TMPDIR:-/tmp}/npm" npm_config_update_notifier=false
export BUNDLE_WITHOUT=${BUNDLE_WITHOUT-development:test} BUNDLE_SILENCE_ROOT_WARNING=1 THOR_COLUMNS=1000
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
# These run where the code is, which may name parts of itself, and put what they write there into the result.
if [ -f package.json ]; then
  podium_find npm
  if [ -n "${NPM_REGISTRY:-}" ]; then
    printf '\n%sregistry=%s\n' "${NPM_SCOPE:+@${NPM_SCOPE#@}:}" "$NPM_REGISTRY" >>.npmrc || exit 1
  fi
  rm -rf node_modules
  npm install --omit=dev --no-audit --no-fund || exit 1
  [ ! -d node_modules ] || mv node_modules "$podium_into" || exit 1
fi
if [ -f Gemfile ]; then
  podium_find bundle
  bundle config set --local path "$podium_into/vendor/bundle" && bundle install || exit 1
  rm -rf "$podium_into"/vendor/bundle/ruby/*/cache
  # For code that requires bundler/setup.
  bundle config set --local path vendor/bundle || exit 1
  bundle config set --local without "$BUNDLE_WITHOUT" || exit 1
  cp -R .bundle Gemfile.lock "$podium_into" || exit 1
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
