#!/bin/sh
# Errors in a job file: exit status 2, all of them on stderr with their places, nothing on stdout.
# IONFARM is the program; it must not need more than a few seconds for any of these.
set -u
: "${IONFARM:=./ionfarm}"
command -v "$IONFARM" >/dev/null || { echo "job_errors: no program $IONFARM"; exit 99; }
case $IONFARM in /*) ;; *) IONFARM=$PWD/$IONFARM ;; esac

directory=$(mktemp -d) || exit 99
trap 'rm -rf "$directory"' EXIT
cd "$directory" || exit 99
failed=0

fail() { echo "job_errors: $*"; failed=1; }

# refused FILE WORDS...: check must refuse FILE, and say each of WORDS on stderr.
refused() {
	file=$1
	shift
	timeout 20 "$IONFARM" check "$file" >out 2>err </dev/null
	status=$?
	[ "$status" = 2 ] || fail "$file: exit status $status, expected 2"
	[ -s out ] && fail "$file: something on stdout"
	for words; do
		grep -qF -- "$words" err || { fail "$file: stderr lacks \"$words\""; cat err; }
	done
}

cat >good.yaml <<'JOB'
histories: 1e3
beam:
  ion: proton
  energy: 20 MeV
phantom:
  material: water
  size: [1 cm, 1 cm, 1 cm]
scoring:
  voxel: [1 mm, 1 mm, 1 mm]
JOB

# changed SED-SCRIPT NAME: a copy of the good job with one thing changed.
changed() { sed "$1" good.yaml >"$2"; }

timeout 20 "$IONFARM" check good.yaml >described.yaml 2>err || { fail "good.yaml refused"; cat err; }
timeout 20 "$IONFARM" check described.yaml >again.yaml 2>err || { fail "description refused"; cat err; }
# What is free changes from one moment to the next.
sed -i '/this machine has\|current directory has room/d' described.yaml again.yaml
cmp described.yaml again.yaml || fail "the description of a description differs"

changed 's/energy/enrgy/; s/1 cm, 1 cm, 1 cm/1 cm, 1 mm/; s/water/watr/' several.yaml
refused several.yaml 'several.yaml:4:3: unknown key enrgy in beam, did you mean energy?' \
	'several.yaml:6:13: ' 'did you mean "water"?' \
	'several.yaml:7:9: phantom.size: found 2 values' \
	'    4 |   enrgy: 20 MeV' '      |   ^~~~~' '4 errors'

changed 's/20 MeV/20/' unit.yaml
refused unit.yaml 'unit.yaml:4:11: beam.energy: missing unit: keV, MeV, GeV' '1 error'
changed 's/20 MeV/20 GeV/' range.yaml
refused range.yaml 'outside of 1 MeV/u to 1000 MeV/u'
changed 's/20 MeV/nan MeV/' nan.yaml
refused nan.yaml 'found nan MeV, expected a number'
changed 's/20 MeV/1e400 MeV/' large.yaml
refused large.yaml 'too large'
changed 's/proton/unobtainium/' ion.yaml
refused ion.yaml 'ion.yaml:3:8: beam.ion: '
changed 's/\[1 mm/[3 mm/' voxel.yaml
refused voxel.yaml 'sizes that fit: 0.9 cm or 1.2 cm'
changed 's/proton/*proton/' alias.yaml
refused alias.yaml 'aliases'
changed 's/water/"water/' quote.yaml
refused quote.yaml 'quote.yaml:6:' 'not valid YAML'
{ cat good.yaml; echo 'seed: 1'; echo 'seed: 2'; } >twice.yaml
refused twice.yaml 'twice.yaml:11:1: seed: given twice, first in line 10'
changed 's/water/water\n  stopping_power: nowhere.txt/' table.yaml
refused table.yaml 'nowhere.txt: No such file or directory'
printf '1 2\n2 x\n2 3\n' >table.txt
changed 's/water/water\n  stopping_power: table.txt/' table.yaml
refused table.yaml 'table.txt:2:3: found x, expected a number'

changed '/size:/d; s/material: water/size: [1 cm, 1 cm]\n  layers:\n  - {material: pmma, thickness: 2.5 mm}\n  - {material: water, thickness: 7.5 mm}/' cut.yaml
refused cut.yaml 'cut.yaml:8:33: phantom.layers.thickness: ' 'between layers 1 and 2 at a depth of 0.25 cm' \
	'depths that fit: 0.2 cm or 0.3 cm'
printf '# length: mm\n20 0 0 0 1 1 1\n20 0 0 0 1 1 x\n' >spots.txt
changed 's/energy: 20 MeV/spots: spots.txt/' spots.yaml
refused spots.yaml 'spots.txt:3:14: weight: found x, expected a number'
changed 's/energy: 20 MeV/spots: [{weight: 1}]/' energy.yaml
refused energy.yaml 'energy.yaml:4:11: beam.spots: the spot has no energy'
changed 's/voxel: .*/cylinder: {radii: [1 mm, 2 mm], depth_bin: 1 mm}/' rings.yaml
refused rings.yaml 'rings.yaml:9:22: scoring.cylinder.radii: the first radius must be 0'

: >empty.yaml
refused empty.yaml 'missing key histories' 'missing section beam'
head -c 3000 "$IONFARM" >binary.yaml
refused binary.yaml 'expected UTF-8 text'
truncate -s 100M huge.yaml
refused huge.yaml 'larger than the 1024 KiB'
head -c 500000 /dev/zero | tr '\0' '[' >deep.yaml
refused deep.yaml 'nested too deeply'
mkfifo fifo.yaml
refused fifo.yaml 'not a regular file'
refused . 'is a directory'
refused /dev/zero 'not a regular file'
refused nothing.yaml 'nothing.yaml: No such file or directory'

[ "$failed" = 0 ] && echo "job_errors: in order"
exit "$failed"
