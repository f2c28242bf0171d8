#!/bin/sh
# Makes docs/demo.png from the real demo on a real terminal. Needs tmux, aha and chromium (all in Debian), and a build.
set -eu
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
screen() { tmux -S "$folder/tmux" "$@" 2>/dev/null; }
trap 'screen kill-server 2>/dev/null || true; rm -rf "$folder"' EXIT

screen -f /dev/null new-session -d -s demo -x 118 -y 27 'node dist/bin/farm-guardian.js demo; sleep 60'
tries=600
until screen capture-pane -p -t demo | grep -q 'delivered ftp/b1 down'; do
  tries=$((tries - 1))
  [ "$tries" -gt 0 ] || { echo 'the demo did not get there' >&2; exit 1; }
  sleep 0.05
done
sleep 0.3 # the table is drawn a moment after the event
screen capture-pane -e -p -t demo | sed -e 's/[[:space:]]*$//' | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}' |
  aha --black --title demo | sed 's#<pre>#<pre style="font:14px/1.35 DejaVu Sans Mono,monospace">#' > "$folder/demo.html"
chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
  --disable-component-update --disable-sync --user-data-dir="$folder/chromium" --hide-scrollbars \
  --window-size=1060,500 --screenshot=docs/demo.png "file://$folder/demo.html" 2>/dev/null
