#!/usr/bin/python3
"""Reads the exports of a result with other people's programs, and compares them with the result's own images.

usage: read_exports.py DIR READER

DIR has dose.mhd with its raw file, and the same for each field, and the field's exports beside it. READER is
numpy, csv, nibabel, vtk, pydicom or unu. Places are compared with those of the MetaImage in DIR, which
test_image has compared with the tally.

Exit status: 0 all agree, 1 something does not, 2 usage, 77 the reader is not installed.
"""
import os
import subprocess
import sys
import tempfile

try:
    import numpy as np
except ImportError:
    print("skipped: python3-numpy is not installed")
    sys.exit(77)

FIELDS = ["dose", "dose_error", "fluence", "let_t", "let_d"]
FAILURES = []


def check(is_true, claim):
    print(("ok      " if is_true else "NOT OK  ") + claim)
    if not is_true:
        FAILURES.append(claim)


class Image:
    """The reference: value[ix, iy, iz], size of a voxel and centre of the first one, mm."""

    def __init__(self, directory, name):
        self.path = os.path.join(directory, name)
        with open(self.path + ".mhd", encoding="ascii") as f:
            header = dict(line.strip().split(" = ") for line in f)
        self.n = [int(x) for x in header["DimSize"].split()]
        self.size = [float(x) for x in header["ElementSpacing"].split()]
        self.first = [float(x) for x in header["Offset"].split()]
        self.value = np.fromfile(self.path + ".raw", "<f4").reshape(self.n, order="F")


def same_place(found, expected):
    return np.allclose(np.asarray(found, float), expected, rtol=1e-7, atol=1e-6)


def same_values(found, image):
    return found.shape == tuple(image.n) and np.array_equal(found, image.value)


def with_numpy(image):
    found = np.load(image.path + ".npy")
    check(found.dtype == np.float32 and same_values(found, image), image.path + ".npy: a[ix, iy, iz]")


def with_csv(image):
    rows = np.loadtxt(image.path + ".csv", delimiter=",", skiprows=1)
    check(same_values(rows[:, 3].astype(np.float32).reshape(image.n, order="F"), image), image.path + ".csv: values")
    for axis in range(3):
        mm = rows[:, axis].reshape(image.n, order="F")
        index = np.indices(image.n)[axis]
        check(same_place(mm, image.first[axis] + index * image.size[axis]), f"{image.path}.csv: centres, axis {axis}")


def with_nibabel(image):
    import nibabel
    found = nibabel.load(image.path + ".nii.gz")
    check(same_values(np.asarray(found.dataobj), image), image.path + ".nii.gz: values")
    check(same_place(found.header.get_zooms(), image.size), image.path + ".nii.gz: spacing")
    check(found.header.get_xyzt_units()[0] == "mm", image.path + ".nii.gz: mm")
    last = [n - 1 for n in image.n]
    # RAS has x and y the other way round.
    for form in (found.get_sform(), found.get_qform(), found.affine):
        check(same_place(form @ [0, 0, 0, 1], [-image.first[0], -image.first[1], image.first[2], 1]),
              image.path + ".nii.gz: the first voxel")
        end = [f + k * s for f, k, s in zip(image.first, last, image.size)]
        check(same_place(form @ [*last, 1], [-end[0], -end[1], end[2], 1]), image.path + ".nii.gz: the last voxel")
    check(nibabel.aff2axcodes(found.affine) == ("L", "P", "S"), image.path + ".nii.gz: orientation")


def with_vtk(image):
    from vtkmodules.util.numpy_support import vtk_to_numpy
    from vtkmodules.vtkIOImage import vtkMetaImageReader
    from vtkmodules.vtkIOLegacy import vtkStructuredPointsReader
    mha = vtkMetaImageReader()
    mha.SetFileName(image.path + ".mha")
    mha.Update()
    found = mha.GetOutput()
    values = vtk_to_numpy(found.GetPointData().GetScalars()).reshape(found.GetDimensions(), order="F")
    check(same_values(values, image), image.path + ".mha: values")
    check(same_place(found.GetSpacing(), image.size), image.path + ".mha: spacing")
    check(same_place(found.GetOrigin(), image.first), image.path + ".mha: origin")
    legacy = vtkStructuredPointsReader()
    legacy.SetFileName(image.path + ".vtk")
    legacy.Update()
    found = legacy.GetOutput()
    values = vtk_to_numpy(found.GetCellData().GetScalars()).reshape(image.n, order="F")
    check(same_values(values, image), image.path + ".vtk: values")
    bounds = np.reshape(found.GetCell(0).GetBounds(), (3, 2))
    check(same_place(bounds.mean(axis=1), image.first), image.path + ".vtk: the first cell's centre")
    check(same_place(bounds[:, 1] - bounds[:, 0], image.size), image.path + ".vtk: the first cell's size")
    bounds = np.reshape(found.GetCell(found.GetNumberOfCells() - 1).GetBounds(), (3, 2))
    end = [f + (n - 1) * s for f, n, s in zip(image.first, image.n, image.size)]
    check(same_place(bounds.mean(axis=1), end), image.path + ".vtk: the last cell's centre")


def with_pydicom(image):
    import pydicom
    name = os.path.basename(image.path)
    if name not in ("dose", "dose_error"):
        return
    d = pydicom.dcmread(image.path + ".dcm")
    step = float(d.DoseGridScaling)
    steps = np.frombuffer(d.PixelData, "<u4").reshape(d.NumberOfFrames, d.Rows, d.Columns)
    found = steps.transpose(2, 1, 0) * step
    check(found.shape == tuple(image.n) and np.abs(found - image.value).max() <= 0.5001 * step,
          image.path + ".dcm: values within half a step")
    check(steps.max() > 2 ** 32 * 0.999, image.path + ".dcm: all 32 bits are used")
    expected = ("GY", "PHYSICAL") if name == "dose" else ("RELATIVE", "ERROR")
    check((d.DoseUnits, d.DoseType) == expected, image.path + ".dcm: unit and kind")
    check(d.SOPClassUID == pydicom.uid.RTDoseStorage and d.Modality == "RTDOSE", image.path + ".dcm: an RT Dose")
    check(same_place(d.ImagePositionPatient, image.first), image.path + ".dcm: origin")
    check(same_place(d.PixelSpacing, [image.size[1], image.size[0]]), image.path + ".dcm: spacing")
    check(same_place(d.GridFrameOffsetVector, np.arange(image.n[2]) * image.size[2]), image.path + ".dcm: frames")
    check(same_place(d.ImageOrientationPatient, [1, 0, 0, 0, 1, 0]), image.path + ".dcm: orientation")
    check(d.FrameIncrementPointer == 0x3004000C, image.path + ".dcm: what its frames are")


def with_unu(image):
    """Teem is the library whose format NRRD is."""
    with tempfile.TemporaryDirectory() as scratch:
        plain = os.path.join(scratch, "plain.nrrd")
        subprocess.run(["teem-unu", "save", "-f", "nrrd", "-e", "raw", "-i", image.path + ".nrrd", "-o", plain], check=True)
        with open(plain, "rb") as f:
            head, data = f.read().split(b"\n\n", 1)
    fields = dict(line.split(": ", 1) for line in head.decode().splitlines() if ": " in line and line[0] != "#")

    def vectors(text):
        return [[float(x) for x in v.strip("()").split(",")] for v in text.split()]
    check(same_values(np.frombuffer(data, "<f4").reshape(image.n, order="F"), image), image.path + ".nrrd: values")
    check(same_place(vectors(fields["space directions"]), np.diag(image.size)), image.path + ".nrrd: spacing")
    check(same_place(vectors(fields["space origin"])[0], image.first), image.path + ".nrrd: origin")
    check(fields["space"] == "left-posterior-superior", image.path + ".nrrd: orientation")
    check(fields["space units"] == '"mm" "mm" "mm"', image.path + ".nrrd: mm")


READERS = {"numpy": with_numpy, "csv": with_csv, "nibabel": with_nibabel, "vtk": with_vtk,
           "pydicom": with_pydicom, "unu": with_unu}


def main():
    if len(sys.argv) != 3 or sys.argv[2] not in READERS:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        for name in FIELDS:
            READERS[sys.argv[2]](Image(sys.argv[1], name))
    except (ImportError, FileNotFoundError) as missing:
        if isinstance(missing, FileNotFoundError) and missing.filename != "teem-unu":
            raise
        print(f"skipped: {missing}")
        return 77
    return 1 if FAILURES else 0


sys.exit(main())
