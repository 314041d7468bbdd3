#!/bin/sh
# A result in the formats of other programs, read back by other programs.
set -u
# shellcheck source=lib/common.sh
. "${IONFARM_SOURCE:-$(dirname "$0")/../..}/tests/cli/lib/common.sh"

python=/usr/bin/python3
[ -x "$python" ] || python=$(command -v python3) || python=
: "${IONFARM_LIBEXECDIR:=$IONFARM_SOURCE/libexec}"
export IONFARM_LIBEXECDIR

# No two axes have the same number of voxels, spacing or origin.
cat >job.yaml <<'JOB'
histories: 2010
histories_per_range: 100
seed: 77
beam:
  ion: proton
  energy: 60 MeV
  spot_size: 3 mm
  position: [1 mm, -2 mm, 0 mm]
phantom:
  material: pmma
  size: [4 cm, 3 cm, 25.5 mm]
scoring:
  quantities: [dose, fluence, let]
  voxel: [2 mm, 2.5 mm, 0.5 mm]
  size: [2 cm, 2 cm, 2 cm]
  origin: [-1.1 cm, -1.2 cm, 5 mm]
JOB
run_into result -w 2 job.yaml || finish

for format in npy nrrd nifti mha vtk csv; do
	for what in dose error fluence let_t let_d; do
		exits 0 export --to $format --what $what result
	done
done
claim 'the line on standard output tells where the voxels are' grep -qx 'result/let_d.csv: let_d, keV/um; 10 x 8 x 40 voxels of 2 x 2.5 x 0.5 mm, the centre of the first at -10, -10.75, 5.25 mm' out
exits 0 export --to csv result
claim 'it tells for how many primaries a dose is' grep -q ': dose, Gy per primary; ' out
if "$python" -c 'import pydicom, numpy' 2>/dev/null; then
	exits 0 export --to dicom result
	exits 0 export --to dicom --what error result
	cp result/dose.dcm first.dcm
	exits 0 export --to dicom result
	claim 'the same result gives the same DICOM file' cmp -s first.dcm result/dose.dcm
	exits 1 export --to dicom --what let_d result && says 'holds dose or error, not let_d'
	claim 'and leaves nothing' [ ! -e result/let_d.dcm ]
	claim 'no intermediate file is left' [ -z "$(find result -name '.*.mha' -o -name '.*.tmp')" ]
fi

n_skipped=0
for reader in numpy csv nibabel vtk pydicom unu; do
	[ -n "$python" ] && "$python" "$IONFARM_SOURCE/tests/cli/read_exports.py" result $reader >read.out 2>&1
	case $? in
	0) ok "$reader reads the same values at the same places" ;;
	77) skip "$reader: $(cat read.out)"; n_skipped=$((n_skipped + 1)) ;;
	*) fail "$reader reads something else"; grep -v '^ok' read.out ;;
	esac
done

mkdir elsewhere
exits 0 export -t nifti -o elsewhere/d.nii.gz result
claim '-o names the file' cmp -s elsewhere/d.nii.gz result/dose.nii.gz
exits 0 export -t npy -o here.npy result
claim '-o without a directory is in the current one' cmp -s here.npy result/dose.npy

exits 2 export result && says '--to FORMAT is missing'
exits 2 export -t tiff result && says "'tiff' is no format; there are npy, nrrd, nifti, mha, vtk, csv, dicom"
exits 2 export -t npy --what colour result && says "'colour' is none of dose, error, fluence, let_t, let_d"
exits 2 export -t npy elsewhere && says 'elsewhere holds no result'
exits 6 export -t npy -o no/such/place.npy result && says no/such
small_job 30 10 >plain.yaml
run_into plain plain.yaml
exits 2 export -t npy --what let_d plain && says 'let_d was not scored in this run'
IONFARM_LIBEXECDIR=$scratch/elsewhere exits 1 export -t dicom result && says 'elsewhere/ionfarm-rtdose'
if ionfarm run -q -o rings "$IONFARM_SOURCE/examples/cylinder.yaml" -n 100 && [ "$status" = 0 ]; then
	exits 2 export -t npy rings && says 'rings are no voxels'
else
	fail 'the example with rings does not run'
fi

[ "$failed" = 1 ] || [ $n_skipped -lt 6 ] || exit 77
finish
