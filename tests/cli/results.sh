#!/bin/sh
# The files of a result, read by other programs: Python for the numbers, gnuplot for the pictures.
set -u
# shellcheck source=lib/common.sh
. "${IONFARM_SOURCE:-$(dirname "$0")/../..}/tests/cli/lib/common.sh"

python=/usr/bin/python3
[ -x "$python" ] || python=$(command -v python3) || python=

# A beam off the axis and through the side of the grid, so that each channel of the balance is used.
cat >job.yaml <<'JOB'
histories: 2010
histories_per_range: 100
final_states: yes
seed: 77
beam:
  ion: proton
  energy: 60 MeV
  energy_spread: 0.8 %
  spot_size: 7 mm
  position: [1 mm, -2 mm, 0 mm]
phantom:
  material: pmma
  size: [4 cm, 3 cm, 25.5 mm]
scoring:
  voxel: [2 mm, 2 mm, 0.5 mm]
  size: [2 cm, 2.4 cm, 2 cm]
  origin: [-1 cm, -1.2 cm, 5 mm]
JOB
echo 'transport: {nuclear: off}' >>job.yaml
small_job 30 100 'transport: {nuclear: off}' >few.yaml

# Carbon that reacts, with all there is to score, in voxels and in rings, and what is only taken out of the beam.
cat >voxels.yaml <<'JOB'
histories: 1510
histories_per_range: 100
final_states: yes
seed: 78
beam: {ion: C-12, energy: 200 MeV/u, spot_size: 7 mm, position: [1 mm, -2 mm, 0 mm]}
phantom: {material: pmma, size: [4 cm, 3 cm, 85 mm]}
scoring:
  quantities: [let, yields]
  voxel: [2 mm, 2 mm, 1 mm]
  size: [2 cm, 2.4 cm, 7 cm]
  origin: [-1 cm, -1.2 cm, 5 mm]
JOB
{ sed '/^  voxel/,$d' voxels.yaml
echo '  let_of: primaries'
echo '  cylinder: {radii: [0 mm, 1 mm, 4 mm, 10 mm], depth_bin: 1 mm}'; } >rings.yaml
sed '/^  quantities/s/\[.*/[yields]/; $s/$/\ntransport: {nuclear: attenuation only}/' voxels.yaml >attenuated.yaml
sed '/^  quantities/d; $s/$/\ntransport: {nuclear: on}/' voxels.yaml >dose.yaml

for dir in result few voxels rings attenuated dose; do
	job=$dir
	[ $dir != result ] || job=job
	run_into $dir -w 2 $job.yaml || finish
done

cat >report.py <<'PYTHON'
import json, sys
r = json.load(open(sys.argv[1]), parse_float=float)
e, h = r["energy_balance"], r["histories"]
parts = [e[k] for k in ("source", "deposited", "outside", "escaped")]
assert e["neutral"] == e["binding"] == h["histories_reacted"] == h["secondaries"] == 0
assert all(type(p) is int and p > 0 for p in parts), parts
assert parts[0] == sum(parts[1:]), parts
assert e["closes"] is True and e["unit"] == "2^-20 MeV"
assert h["asked"] == h["done"] == 2010 and h["was_stopped"] is False
assert h["histories_stopped"] + h["histories_escaped"] + h["histories_missed"] == 2010
assert min(h["histories_stopped"], h["histories_escaped"], h["histories_missed"]) > 0, h
mean_MeV = parts[0] / 2 ** 20 / 2010
assert abs(mean_MeV / 60 - 1) < 5 * 0.008 / 2010 ** 0.5, mean_MeV
assert r["provenance"]["plan_hash"] == sys.argv[2]
assert r["provenance"]["seed"] == 77
assert r["workers"]["n_deaths"] == 0 and r["workers"]["deaths"] == []
assert r["workers"]["count"] == 2 and r["workers"]["serial"] is False
assert r["time"]["transport_s"] > 0 and r["time"]["histories_per_s"] > 0
few = json.load(open(sys.argv[3]))
assert few["depth_dose"]["mean_relative_error"] is None
PYTHON

cat >reactions.py <<'PYTHON'
import json, sys
def read(directory):
    r = json.load(open(directory + "/report.json"))
    return r["energy_balance"], r["histories"]
for directory in "voxels", "rings", "dose", "attenuated":
    e, h = read(directory)
    assert e["source"] == sum(e[k] for k in ("deposited", "outside", "escaped", "neutral", "binding")), directory
    fates = [h["histories_" + k] for k in ("stopped", "escaped", "missed", "reacted")]
    assert sum(fates) == h["done"] == 1510 and h["histories_reacted"] > 0, directory
    assert h["nonelastic_events"] >= h["histories_reacted"]
    assert (h["secondaries"] > 0) == (directory != "attenuated")
assert read("voxels")[1] == read("rings")[1] == read("dose")[1], "what is scored changes a history"
assert read("attenuated")[0]["binding"] == read("attenuated")[1]["elastic_events"] == 0
PYTHON

exits 0 check job.yaml
hash=$(sed -n 's/^# plan hash: //p' out)
mv out described.yaml
exits 0 check described.yaml
claim 'check prints a job that means the same plan' [ "$(sed -n 's/^# plan hash: //p' out)" = "$hash" ]
if [ -n "$python" ]; then
	claim 'report.json adds up, and has the hash of check' "$python" report.py result/report.json "$hash" few/report.json
	claim 'so do those of runs with nuclear interactions' "$python" reactions.py
	for dir in result few voxels rings attenuated dose; do
		files_agree $dir "of $dir, as ionfarm-result(5) describes them"
	done
else
	skip 'the numbers: no python3'
fi

exits 0 check -s 78 job.yaml
claim 'another seed is another plan' [ "$(sed -n 's/^# plan hash: //p' out)" != "$hash" ]
exits 0 check -n 5 -w 3 job.yaml
claim 'more or fewer histories are the same plan' [ "$(sed -n 's/^# plan hash: //p' out)" = "$hash" ]

# plot DIR: makes three pictures, twice each.
if command -v gnuplot >/dev/null; then
	exits 0 plot result
	for name in depth slice profile; do
		claim "$name.png is a picture" [ "$(head -c 4 result/plot/$name.png | tail -c 3)" = PNG ]
		claim "$name.png is more than an empty frame" [ "$(wc -c <result/plot/$name.png)" -gt 4000 ]
		claim "$name.svg is a picture" grep -q '</svg>' result/plot/$name.svg
		claim "stdout names $name.png" grep -qx "result/plot/$name.png" out
	done
	exits 0 plot -d 6,12.2 result
	exits 0 plot result few
	for name in profiles workers compare; do
		claim "$name.png is more than an empty frame" [ "$(wc -c <result/plot/$name.png)" -gt 4000 ]
		claim "$name.svg is a picture" grep -q '</svg>' result/plot/$name.svg
	done
	claim 'several results are compared' [ "$(cat out)" = result/plot/compare.png ]
	claim 'gnuplot has nothing to say' [ ! -s err ]
	sed 's/^/    stderr: /' err
	exits 2 plot -d 26 result && says 'a depth of 26 mm is outside the grid, 5 to 25 mm'
	run_into often -w 2 -n 1e6 --checkpoint-interval 50ms job.yaml && exits 0 plot often
	claim 'convergence.png is a picture' [ "$(head -c 4 often/plot/convergence.png | tail -c 3)" = PNG ]
	exits 0 plot few
	claim 'a result without errors can be drawn' [ -s few/plot/profile.png ]
	exits 0 plot result && ok 'pictures can be drawn again'
else
	skip 'pictures: gnuplot is not installed'
fi
mkdir no_programs
PATH=$scratch/no_programs "$IONFARM" plot few >out 2>err </dev/null
claim 'without gnuplot, plot fails' [ $? = 1 ]
says 'gnuplot is not installed' few/plot

# Damaged results are told.
head -c 3000 result/tally.bin >few/tally.bin
exits 2 plot few && ok 'a tally that is cut short is refused'
sed 's/IONTALLY/IONTALLX/' result/tally.bin >few/tally.bin
exits 2 plot few && ok 'a file that is no tally is refused'
{ head -c 2000 result/tally.bin; printf X; tail -c +2002 result/tally.bin; } >few/tally.bin
exits 2 plot few && says tally.bin && ok 'a tally with a wrong byte is refused'
finish
