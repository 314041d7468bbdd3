#!/bin/sh
# ionfarm table: stopping powers against published values, and what it refuses.
set -u
# shellcheck source=lib/common.sh
. "${IONFARM_SOURCE:-$(dirname "$0")/../..}/tests/cli/lib/common.sh"

# column N: of the last line of ./out
column() { tail -n 1 out | awk -v n="$1" '{ print $n }'; }

# is_near FOUND EXPECTED PERCENT
is_near() { awk -v a="$1" -v b="$2" -v p="$3" 'BEGIN { d = 100 * (a / b - 1); exit !(d <= p && d >= -p) }'; }

# has WORDS EXPECTED PERCENT COLUMN ARGUMENTS...
has() {
	words=$1 expected=$2 percent=$3 n=$4
	shift 4
	exits 0 table "$@" || return
	claim "$words: $(column "$n"), within $percent % of $expected" is_near "$(column "$n")" "$expected" "$percent"
}
has 'protons in water, NIST PSTAR, electronic' 7.286 0.3 2 -e 100 -I 75 proton water
has 'protons in water, NIST PSTAR, total' 7.289 0.3 4 -e 100 -I 75 proton water
has 'protons in water, NIST PSTAR, range' 7.718 0.3 5 -e 100 -I 75 proton water
has 'protons in water, 10 MeV, NIST PSTAR' 45.67 0.3 4 -e 10 -I 75 proton water
has 'protons in water, ICRU 90' 7.2486 0.1 2 -e 100 proton water
has 'protons by another name' 7.2486 0.1 2 --energies=100 --mean-excitation-energy 78 H-1 water
has 'protons in aluminium, NIST PSTAR' 5.676 0.3 2 -e 100 proton aluminium
has 'helium ions in water, NIST ASTAR, 150 MeV/u' 21.668 0.3 2 -e 150 -I 75 alpha water
has 'carbon ions in water' 108.87 0.1 4 -e 400 C-12 water
has 'carbon ions in water, range' 27.5 1 5 -e 400 12C water

# 4 dE/dx: a helium ion is as fast as a proton of the same energy per nucleon.
exits 0 table -e 200 proton water && proton=$(column 2)
exits 0 table -e 200 He-4 water && claim 'Z squared at equal velocity' is_near "$(column 2)" "$(echo "$proton" | awk '{ print 4 * $1 }')" 0.5

exits 0 table proton water
claim 'header lines come first, and begin with #' awk '/^#/ { if (n) exit 1; h++; next } { n++ } END { exit h != 3 }' out
claim 'every line has five columns' awk '!/^#/ && NF != 5 { exit 1 }' out
claim 'total = electronic + nuclear' awk '!/^#/ { d = $4 - $2 - $3; if (d * d > 1e-10 * $4 * $4) exit 1 }' out
claim 'energy and range grow, all is positive' \
	awk '!/^#/ { if (!($1 > e && $5 > r && $2 > 0 && $3 > 0)) exit 1; e = $1; r = $5 }' out
claim 'from 1 keV/u to 1 GeV/u' awk '!/^#/ { if (!n++) a = $1; b = $1 } END { exit !(a == 0.001 && b == 1000 && n > 50) }' out
# Range is the integral of 1 / S: by trapezoids in log E, from 10 MeV up.
claim 'the range is the integral of the stopping power' awk '
	!/^#/ && $1 >= 10 { if (e) s += ($1 - e) * (1 / $4 + 1 / t) / 2; else r0 = $5; e = $1; t = $4; r = $5 }
	END { d = s / (r - r0) - 1; exit !(d < 0.02 && d > -0.02) }' out

# Nuclear interactions. Carbon on a molecule of water at 300 MeV/u: 1332 mb.
has 'carbon ions in water, free path, from 1332 mb' 22.46 0.2 4 --nuclear -e 300 C-12 water
has 'protons on carbon, ICRU 63' 227 0.5 6 --nuclear -e 100 proton graphite
has 'protons on oxygen, ICRU 63' 295 5 8 --nuclear -e 150 proton water
exits 0 table --nuclear proton water
claim 'nuclear: header lines come first, and begin with #' awk '/^#/ { if (n) exit 1; h++; next } { n++ } END { exit h != 3 }' out
claim 'nuclear: two columns for each element' awk '!/^#/ && NF != 8 { exit 1 }' out
claim 'nuclear: from 1 MeV/u to 1 GeV/u' awk '!/^#/ { if (!n++) a = $1; b = $1 } END { exit !(a == 1 && b == 1000 && n > 25) }' out
claim 'nuclear: no interaction, no end of the path' awk '$1 == 5 { exit !($3 == 0 && $4 == "inf") }' out
claim 'nuclear: path and cross section agree' awk '!/^#/ && $3 > 0 { d = $3 * $4 - 1; if (d * d > 1e-10) exit 1 }' out
claim 'nuclear: a molecule is its atoms' awk '!/^#/ { d = $3 - 6.02214e-4 * (2 * $6 + $8) / 18.015
	if (d * d > 1e-7 * $3 * $3) exit 1 }' out
exits 0 table --nuclear -e 200 He-3 water
claim 'nuclear: ions have no elastic scattering' awk '!/^#/ { exit !(NF == 6 && $2 == 0 && $3 > 0) }' out

exits 0 table -e 0.001,1,1000 Fe-56 copper
claim 'the energies that were asked for' [ "$(awk '!/^#/ { printf "%s ", $1 }' out)" = '0.001 1 1000 ' ]

refused() {     # WORDS ARGUMENTS...
	words=$1
	shift
	exits 2 table "$@" && says "$words" && ok "refused: table $*"
}
refused 'carbn' carbn water
refused 'did you mean' carbn water
refused 'did you mean' proton watr
refused 'unobtainium' proton unobtainium
refused 'outside' -e 1001 proton water
refused 'outside' -e 0.0009 proton water
refused 'outside' -e 100,2000 C-12 water
for e in 0 -1 nan inf '1,,' ',' 1,x '' 1e999 100MeV; do
	refused '--energies' -e "$e" proton water
done
for i in 0 -75 nan x 75eV 1e9 ''; do
	refused 'xcitation' -I "$i" proton water
done
refused 'an ion and a material' proton water steel
refused 'none of its matters' --nuclear -I 75 proton water
refused 'outside' --nuclear -e 1001 proton water
finish
