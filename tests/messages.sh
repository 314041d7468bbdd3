#!/bin/sh
# Each message of the program is in the manual.
source=${IONFARM_SOURCE:-$(dirname "$0")/..}
[ -x /usr/bin/python3 ] || { echo 'skipped: messages: there is no /usr/bin/python3'; exit 77; }
exec /usr/bin/python3 "$source/tests/messages.py" "$source"
