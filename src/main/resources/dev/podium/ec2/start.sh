# First process of an instance: runs user data once, then waits. PODIUM_USER_DATA holds it at the first boot only.
trap 'trap - TERM; kill $(jobs -p) 2>/dev/null; exit 143' TERM INT
trap 'kill $(jobs -p) 2>/dev/null; exit 0' USR2
PODIUM_INIT=$$
cloud=/var/lib/cloud
mkdir -p "$cloud/bin" "$cloud/instance" 2>/dev/null
for name in shutdown poweroff halt; do
  [ -f "$cloud/bin/$name" ] || printf '#!/bin/sh\nkill -USR2 %s\n' "$PODIUM_INIT" > "$cloud/bin/$name"
  chmod 755 "$cloud/bin/$name"
done
PATH=$cloud/bin:$PATH
export PATH
case $PODIUM_USER_DATA in
'') ;;
'#!'*)
  script=$cloud/instance/user-data.txt
  printf '%s\n' "$PODIUM_USER_DATA" > "$script"
  unset PODIUM_USER_DATA
  chmod 700 "$script"
  (cd / && exec "$script") &
  wait $!
  code=$?
  [ $code = 0 ] || echo "podium: user data ended with exit status $code" ;;
*) echo 'podium: user data does not begin with #! and is not run' ;;
esac
while :; do
  sleep 3600 &
  wait $!
done
