#!/bin/sh
# The architecture: which folder of src may include which, and who may talk to processes.
set -u
cd "${IONFARM_SOURCE:-$(dirname "$0")/..}/src" || exit 99
failed=0

fail() { echo "layers: $*"; failed=1; }

# folder, then the folders that it may include
may_include() {
	folder=$1
	shift
	pattern=$(printf '%s|' "$folder" "$@" | sed 's/|$//')
	grep -rnE '^#include "' "$folder" | grep -vE "#include \"($pattern)/" |
		grep -vE "#include \"(config|ionfarm|version)\.h\"" && fail "$folder may include only: $folder $*"
}
may_include base
may_include model base
may_include phys base model
may_include io base model
may_include farm base
may_include lib base model phys io farm
may_include app base model phys io farm lib

only_in() {     # pattern, allowed files
	grep -rnE "$1" . --include='*.[ch]' | grep -vE "$2" && fail "'$1' stands outside $2"
}
only_in '(^|[^_[:alnum:]])exit\(' '^\./main\.c:'
only_in '(^|[^_[:alnum:]])(fork|waitpid|waitid|_exit|posix_spawnp?)\(' '^\./farm/'
only_in '(^|[^_[:alnum:]])uv_' '^\./farm/'
only_in 'include <(math|stdio|errno|time|unistd|stdlib)\.h>' '^\./(base|model|io|farm|lib|app)/|^\./main\.c|^\./phys/history\.c:.*stdlib'

# No wait and no limit depends on the clock that may be set: it is read where the time of day is told.
only_in '(^|[^_[:alnum:]])(time|gettimeofday)\(|CLOCK_REALTIME' '^\./base/host\.c:'

# The farm knows nothing of what is computed.
grep -rniwE 'ion|dose|voxel|MeV|physics|phantom' farm && fail "farm uses a word of the domain"
# The physics draws on nothing but its arguments.
grep -rnE '(^|[^_[:alnum:]])(printf|fopen|getpid|time|rand|getenv)\(' phys && fail "phys has a side effect"
grep -rnE 'ffast-math|Ofast' .. --include=Makefile.am && fail "bits would differ"

[ "$failed" = 0 ] && echo "layers: in order"
exit "$failed"
