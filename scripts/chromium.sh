#!/bin/sh
# Chromium for the browser tests: Debian's package, installed when it is absent and we may.
set -eu
packages="chromium fonts-dejavu-core fonts-liberation"

if command -v chromium >/dev/null; then
    exit 0
fi
if ! command -v apt-get >/dev/null; then
    echo "The browser tests need Chromium as the command 'chromium'; install it the way your system does." >&2
    exit 1
fi
if [ "$(id -u)" = 0 ]; then
    as_root=""
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root="sudo -n"
else
    echo "The browser tests need Chromium. Install it once: sudo apt-get install $packages" >&2
    exit 1
fi
$as_root apt-get update --quiet=2
DEBIAN_FRONTEND=noninteractive $as_root apt-get install --quiet=2 --yes --no-install-recommends $packages
