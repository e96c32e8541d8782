#!/usr/bin/env bash
# Makes a picture of the lock page of a workspace, for the documentation.
# usage: tests/browser/picture.sh WORKSPACE PICTURE.png ['#PLACE' [WIDTHxHEIGHT]]
# HAZMAP: the program; built here where it is not given.
set -euo pipefail
workspace=$1
picture=$(realpath "$2")
place=${3:-}
size=${4:-1200x1000}

page=$(mktemp -d)
trap 'rm -rf "$page"' EXIT
if [ -n "${HAZMAP:-}" ]; then
    "$HAZMAP" hazmap report "$workspace" --html "$page/locks.html"
else
    cargo run --release --quiet -- hazmap report "$workspace" --html "$page/locks.html"
fi

# The browser is one that tests of pages use as well.
for browser in chromium chromium-browser google-chrome chrome; do
    command -v "$browser" >/dev/null && break
done
"$browser" --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$page/profile" \
    --window-size="${size/x/,}" --screenshot="$picture" "file://$page/locks.html$place" 2>/dev/null
