#!/bin/sh
# Mistakes that programs of this kind have made before, each as a user would meet it.
set -u
# shellcheck source=lib/common.sh
. "${IONFARM_SOURCE:-$(dirname "$0")/../..}/tests/cli/lib/common.sh"

# job ION ENERGY MATERIAL VOXEL-DEPTH HISTORIES: in 40 cm. What particles do to electrons can be foretold to
# the last digit where no nucleus is in the way.
job() {
	cat <<-JOB
	histories: $5
	histories_per_range: 100
	beam:
	  ion: $1
	  energy: $2
	phantom:
	  material: $3
	  size: [40 cm, 40 cm, 40 cm]
	scoring:
	  voxel: [1 cm, 1 cm, $4]
	transport:
	  nuclear: off
	JOB
}

# Energy that leaves the phantom is told, and no peak is claimed where there is none.
job proton '400 MeV' water '5 mm' 1000 >through.yaml
exits 0 run -w 2 -o through through.yaml
claim 'the summary claims no peak' grep -q '^peak  *none' out
claim 'nor does report.json' grep -q '"peak_mm": null' through/report.json
source=$(number source through/report.json)
deposited=$(number deposited through/report.json)
escaped=$(number escaped through/report.json)
claim 'most of the energy escapes, and all of it is told' \
	[ $((source - deposited)) = "$escaped" ] && [ $((escaped * 2)) -gt "$source" ]
claim 'all particles left the phantom' [ "$(number histories_escaped through/report.json)" = 1000 ]

# A depth is no range where the beam is not along +z: 30 degrees would take 13 % from R80.
job proton '150 MeV' water '5 mm' 1000 | sed '/^beam:/a\  direction: [1, 0, 1.732]' >oblique.yaml
exits 0 run -w 2 -o oblique oblique.yaml
claim 'the summary tells no range of an oblique beam' grep -q '^peak  *not told, nor a range' out
claim 'and no R80' [ "$(grep -c R80 out)" = 0 ]
claim 'nor does report.json' grep -q '"R80_mm": null' oblique/report.json

# The balance is a matter of integers, not of per cent: nothing else takes energy.
job C-12 '400 MeV/u' water '1 mm' 300 >carbon.yaml
run_into carbon -w 2 carbon.yaml
claim 'carbon: all energy is in the phantom' \
	[ "$(number source carbon/report.json)" = "$(number deposited carbon/report.json)" ]
claim 'carbon: the source is 4800 MeV each, to 1e-7' \
	awk -v q="$(number source carbon/report.json)" 'BEGIN { d = q / 1048576 / 300 / 4800 - 1; exit !(d < 1e-7 && d > -1e-7) }'
steps=$(number steps carbon/report.json)
claim "carbon: some 20 steps each, $((steps / 300))" awk -v n=$((steps / 300)) 'BEGIN { exit !(n > 15 && n < 60) }'

# Where nuclei take part, they take energy: as integers, too, and to named channels.
sed 's/nuclear: off/nuclear: on/' carbon.yaml >reacting.yaml
run_into reacting -w 2 reacting.yaml
rest=$(number source reacting/report.json)
for channel in deposited outside escaped neutral binding; do
	rest=$((rest - $(number $channel reacting/report.json)))
done
claim 'carbon that reacts: every quantum has its channel' [ "$rest" = 0 ]
claim 'carbon that reacts: dose behind the range, of what reactions set in flight' \
	awk -F, 'NR > 1 && $1 > 280 { sum += $2 } END { exit !(sum > 0) }' reacting/depth.csv

# Every bin before the peak has its dose; the curve rises towards it; behind it there is none.
claim 'carbon: no bin before the peak is empty, and none is below the one before by 2 %' awk -F, '
	NR > 1 && $1 < 274 { if (!($2 > 0.98 * last)) exit 1; last = $2 }' carbon/depth.csv
claim 'carbon: no dose behind the range' awk -F, 'NR > 1 && $1 > 280 && $2 != 0 { exit 1 }' carbon/depth.csv
claim 'every value has its error' awk -F, 'NR > 1 && $1 < 274 && !($3 > 0 && $3 < $2) { exit 1 }' carbon/depth.csv
claim 'the first millimetre has the stopping power of the beam' \
	awk -F, 'NR == 2 { exit !($2 > 108.2 && $2 < 109.8) }' carbon/depth.csv

# No result depends on the step: mean ranges with steps of a third of a millimetre and of three agree.
for step in 0.3 3; do
	job proton '150 MeV' water '1 mm' 1000 >step.$step.yaml
	printf '  step: %s mm\n  range_fraction: 20 %%\n' $step >>step.$step.yaml
	exits 0 run -q -w 2 -o step.$step step.$step.yaml
done
r80() { sed -n 's/.*"R80_mm": \([0-9.]*\).*/\1/p' "$1/report.json"; }
claim "R80 with steps of 0.3 mm and 3 mm: $(r80 step.0.3) and $(r80 step.3) mm" \
	awk -v a="$(r80 step.0.3)" -v b="$(r80 step.3)" 'BEGIN { d = a - b; exit !(d < 0.3 && d > -0.3 && a > 150) }'

# An unknown name is an error, never another ion or material; a table is not stretched beyond its ends.
refuse() {     # WORDS SED-SCRIPT
	sed "$2" through.yaml >mistake.yaml
	exits 2 run -o refused mistake.yaml && says "$1" && ok "refused: $1"
	[ ! -e refused ] || fail "$1: a directory was made"
}
refuse 'carbon-twelve' 's/proton/carbon-twelve/'
refuse 'wtaer' 's/water/wtaer/'
refuse 'energy' 's/400 MeV/0 MeV/'
refuse 'nan' 's/400 MeV/nan MeV/'
refuse 'energy' 's/400 MeV/-5 MeV/'
refuse 'energy' 's/400 MeV/1.5 GeV/'
printf '1 260\n10 45\n100 7.2\n300 3.5\n' >short.txt
refuse 'above the stopping-power table' 's/material: water/&\n  stopping_power: short.txt/'
printf '0.001 100\n1 260\n10 -45\n100 7.2\n500 3.5\n' >negative.txt
refuse 'negative.txt:3' 's/material: water/&\n  stopping_power: negative.txt/'

# Every worker has the whole plan: nothing that is not a default gets lost on the way to it.
cat >odd.yaml <<'JOB'
histories: 520
histories_per_range: 40
seed: 424242
final_states: yes
beam: {ion: He-4, energy: 71 MeV/u, energy_spread: 1.5 MeV/u, spot_size: 2.5 mm, divergence: 7 mrad,
       position: [3 mm, -2 mm, -4 cm], direction: [0.05, -0.03, 1]}
phantom:
  material: {name: foam, density: 0.31 g/cm3, composition: {C: 85 %, H: 15 %}, mean_excitation_energy: 61 eV}
  size: [11 cm, 9 cm, 13 cm]
scoring: {voxel: [3 mm, 2.5 mm, 0.7 mm], size: [6 cm, 5 cm, 9.1 cm], origin: [-2.5 cm, -3 cm, 1.3 cm]}
transport: {step: 1.7 mm, range_fraction: 3 %, cutoff: 33 um}
JOB
run_into odd.serial --serial odd.yaml
run_into odd.farm -w 3 odd.yaml
for file in tally.bin final_states.npy depth.csv; do
	claim "a job without a default: $file of serial and farm agree" same $file odd.serial odd.farm
done
for change in 's/0.31 g/0.32 g/' 's/9.1 cm/8.4 cm/' 's/0.7 mm/0.65 mm/' 's/61 eV/62 eV/' 's/33 um/34 um/' \
	's/7 mrad/8 mrad/' 's/1.7 mm/1.6 mm/' 's/3 %/4 %/' 's/424242/424243/' 's/-4 cm/-5 cm/' \
	's/33 um/33 um, nuclear: off/' 's/33 um/33 um, nuclear: attenuation only/'; do
	sed "$change" odd.yaml >changed.yaml
	run_into changed --force -w 3 changed.yaml
	differs tally.bin odd.farm changed || fail "$change changes nothing"
done

# What cannot start fails, soon, and says so once: no respawning for ever.
timeout "$LIMIT_s" prlimit --as=20000000 "$IONFARM" run -w 4 -o tight through.yaml >out 2>err </dev/null
status=$?
if grep -q '__asan_init' "$IONFARM"; then
	skip 'little memory: a sanitizer needs more to begin with'
else
	claim 'too little memory for the slabs' [ $status = 1 ]
	says 'memory'
fi
# The limit of processes does not hold for root, so root becomes somebody else, where it can.
if [ "$(id -u)" = 0 ]; then
	somebody='setpriv --reuid=65533 --regid=65533 --clear-groups'
	chmod 777 .
	$somebody test -w . -a -x "$IONFARM" 2>/dev/null || somebody=none
else
	somebody=
fi
if [ "$somebody" = none ]; then
	skip 'a fork that fails: no other user may work here'
else
	# shellcheck disable=SC2086
	timeout "$LIMIT_s" $somebody prlimit --nproc=1 "$IONFARM" run -w 4 -o unborn through.yaml >out 2>err </dev/null
	claim 'no worker can be forked' [ $? = 1 ]
	says 'Resource temporarily unavailable'
	claim 'which is told, and not over and over' [ "$(grep -c fork err)" -le 2 ]
fi
finish
