#!/usr/bin/env python3
"""A Bragg curve: runs a job, prints the depth dose, and draws it as bragg.svg into the result.

usage: bragg.py JOB DIRECTORY [OPTION=VALUE...]     options of `ionfarm run`: histories=1e5 workers=2

Needs libionfarm and Python, and nothing else.
"""
import ctypes
import os
import sys

lib = ctypes.CDLL(os.environ.get("LIBIONFARM", "libionfarm.so.0"))
Handle = ctypes.c_void_p
ErrorPointer = ctypes.POINTER(Handle)


class Progress(ctypes.Structure):
    _fields_ = [("histories_done", ctypes.c_uint64), ("histories_asked", ctypes.c_uint64),
                ("histories_per_s", ctypes.c_double), ("seconds", ctypes.c_double),
                ("deaths", ctypes.c_uint64), ("workers", ctypes.c_int), ("is_asked", ctypes.c_int)]


class Grid(ctypes.Structure):
    _fields_ = [("n", ctypes.c_int * 3), ("voxel_mm", ctypes.c_double * 3), ("first_mm", ctypes.c_double * 3),
                ("ring_edge_mm", ctypes.POINTER(ctypes.c_double)), ("primaries", ctypes.c_double),
                ("is_part", ctypes.c_int)]


ProgressFunction = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.POINTER(Progress))
TextFunction = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p)
WARNING = 0

# Each function: what it returns, what it takes. Those that can fail take a pointer to an error at the end.
for name, returns, *takes in [
        ("ionfarm_error_text", ctypes.c_char_p, Handle),
        ("ionfarm_error_details", ctypes.c_char_p, Handle),
        ("ionfarm_error_free", None, Handle),
        ("ionfarm_plan_read", Handle, ctypes.c_char_p, ErrorPointer),
        ("ionfarm_plan_free", None, Handle),
        ("ionfarm_options_new", Handle),
        ("ionfarm_options_set", ctypes.c_int, Handle, ctypes.c_char_p, ctypes.c_char_p, ErrorPointer),
        ("ionfarm_options_listen", None, Handle, ProgressFunction, TextFunction, ctypes.c_void_p),
        ("ionfarm_options_free", None, Handle),
        ("ionfarm_run", ctypes.c_int, Handle, ctypes.c_char_p, Handle, ErrorPointer),
        ("ionfarm_result_read", Handle, ctypes.c_char_p, ErrorPointer),
        ("ionfarm_result_grid", ctypes.POINTER(Grid), Handle),
        ("ionfarm_result_depth", ctypes.c_int, Handle, ctypes.c_char_p, ctypes.POINTER(ctypes.c_double),
         ctypes.c_size_t, ErrorPointer),
        ("ionfarm_result_free", None, Handle)]:
    function = getattr(lib, name)
    function.restype, function.argtypes = returns, takes


def call(function, *arguments):
    """Calls a function that can fail, and says why it does."""
    error = Handle()
    result = function(*arguments, ctypes.byref(error))
    if result is None or (function.restype is ctypes.c_int and result < 0):
        text = lib.ionfarm_error_details(error) + lib.ionfarm_error_text(error)
        lib.ionfarm_error_free(error)
        sys.exit("bragg: " + text.decode())
    return result


@ProgressFunction
def show(_, progress):
    p = progress.contents
    print("%5.1f %%" % (100 * p.histories_done / p.histories_asked), file=sys.stderr)
    return 0            # anything else would stop the run


@TextFunction
def say(_, kind, text):
    if kind == WARNING:
        print("bragg: " + text.decode(), file=sys.stderr)


def run(job, directory, settings):
    plan = call(lib.ionfarm_plan_read, job.encode())
    options = lib.ionfarm_options_new()
    for setting in settings:
        name, _, value = setting.partition("=")
        call(lib.ionfarm_options_set, options, name.encode(), value.encode() or None)
    lib.ionfarm_options_listen(options, show, say, None)
    call(lib.ionfarm_run, plan, directory.encode(), options)
    lib.ionfarm_options_free(options)
    lib.ionfarm_plan_free(plan)


def columns(directory, *names):
    """Columns of depth.csv, with all their digits."""
    result = call(lib.ionfarm_result_read, directory.encode())
    n = lib.ionfarm_result_grid(result).contents.n[2]
    found = []
    for name in names:
        values = (ctypes.c_double * n)()
        call(lib.ionfarm_result_depth, result, name.encode(), values, n)
        found.append(list(values))
    lib.ionfarm_result_free(result)
    return found


def draw(path, x, y, x_label, y_label):
    """A curve as an SVG, in a frame with an axis from 0 on each side."""
    width, height, left, top = 640, 400, 70, 20
    step = [10.0 ** (len(str(int(max(v)))) - 1) for v in (x, y)]
    end = [s * (max(v) // s + 1) for s, v in zip(step, (x, y))]

    def place(a, b):
        return "%.2f,%.2f" % (left + width * a / end[0], top + height * (1 - b / end[1]))

    lines = ['<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="14">'
             % (left + width + 20, top + height + 55),
             '<rect width="100%" height="100%" fill="white"/>',
             '<rect x="%d" y="%d" width="%d" height="%d" fill="none" stroke="black"/>' % (left, top, width, height)]
    for i in range(int(end[0] / step[0]) + 1):
        at = left + width * i * step[0] / end[0]
        lines.append('<text x="%.1f" y="%d" text-anchor="middle">%g</text>' % (at, top + height + 20, i * step[0]))
    for i in range(int(end[1] / step[1]) + 1):
        at = top + height * (1 - i * step[1] / end[1])
        lines.append('<text x="%d" y="%.1f" text-anchor="end">%g</text>' % (left - 8, at + 5, i * step[1]))
    lines += ['<text x="%d" y="%d" text-anchor="middle">%s</text>' % (left + width / 2, top + height + 45, x_label),
              '<text transform="translate(20 %d) rotate(-90)" text-anchor="middle">%s</text>'
              % (top + height / 2, y_label),
              '<polyline fill="none" stroke="#0072b2" stroke-width="2" points="%s"/>'
              % " ".join(place(a, b) for a, b in zip(x, y)), "</svg>"]
    with open(path, "w") as f:
        f.write("\n".join(lines) + "\n")


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    job, directory = sys.argv[1:3]
    run(job, directory, sys.argv[3:])
    depth, dose, error = columns(directory, "depth_mm", "idd_MeV_cm2_g", "idd_error_MeV_cm2_g")
    draw(directory + "/bragg.svg", depth, dose, "depth / mm", "depth dose / MeV cm\u00b2/g per primary")
    for row in zip(depth, dose, error):
        print("%.9g,%.9g,%.9g" % row)


main()
