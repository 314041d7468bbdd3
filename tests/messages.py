#!/usr/bin/python3
"""Holds the messages of the program against DIAGNOSTICS of ionfarm(1): each of them is listed there, or, of the
library alone, in that of libionfarm(3).

usage: messages.py SOURCE-TREE

Formats are taken from the calls that make messages, in src/app, src/lib, src/farm, src/io and src/main.c. An item of
the page (.It) stands for a message if the two agree where the page has neither "..." nor a word in capitals.
Exit status: 0 all are listed, 1 some are not.
"""
import glob
import os
import re
import sys

# A function that makes messages: which of its arguments is the format, and the message around it.
MAKERS = {
    "err_set": (2, "{}"), "err_sys": (1, "{}: X"), "err_prefix": (1, "{}: X"), "watch_note": (1, "{}"),
    "progress_say": (1, "{}"), "listener_say": (2, "{}"), "sealed_damaged": (2, "X: damaged X: {}"),
}
BUFFERS = {"text", "said"}     # of which some are printed into before they are said
CALL = re.compile(r"\b(" + "|".join(MAKERS) + r"|snprintf|fprintf)\(")
WILD = "X"


def arguments(code, at):
    """Of the call whose parenthesis is at `at`, split at its commas."""
    depth, in_text, parts = 0, False, [""]
    while True:
        c = code[at]
        if in_text and c == "\\":
            c = code[at:at + 2]
        elif c == '"':
            in_text = not in_text
        elif not in_text and c in "([":
            depth += 1
        elif not in_text and c in ")]":
            depth -= 1
            if depth == 0:
                return [p.strip() for p in parts]
        if c == "," and depth == 1 and not in_text:
            parts.append("")
        elif depth > 1 or in_text or c != "(":
            parts[-1] += c
        at += len(c)


def literal(argument):
    """The text of joined string literals, each conversion and macro of it a wildcard."""
    text = ""
    for string, macro in re.findall(r'"((?:[^"\\]|\\.)*)"|(\w+)', argument):
        text += string if not macro else "u" if macro.startswith("PRI") else WILD
    text = text.replace("\\n", " ").replace('\\"', '"')
    return re.sub(r"%[-#0 +]*[0-9]*(\.[0-9*]+)?(hh|h|ll|l|j|z|t)?[a-zA-Z]?", WILD, text).strip()


def message_of(name, call):
    """What a call says, or None."""
    if name == "snprintf":
        named = re.sub(r"^.*->", "", call[0])
        return literal(call[2]) if named in BUFFERS and len(call) > 2 and call[1].startswith("sizeof") else None
    if name == "fprintf":
        return literal(call[1]) if call[0] == "stderr" else None
    at, around = MAKERS[name]
    return around.format(literal(call[at])) if len(call) > at and '"' in call[at] else None


def messages(tree):
    for path in sorted(glob.glob(tree + "/src/*/*.c") + [tree + "/src/main.c"]):
        if os.path.basename(os.path.dirname(path)) in ("base", "model", "phys") or path.endswith("json.c"):
            continue
        with open(path) as f:
            code = re.sub(r"/\*.*?\*/", "", f.read(), flags=re.S)
        for call in CALL.finditer(code):
            text = message_of(call.group(1), arguments(code, call.end() - 1))
            text = (text or "").removeprefix("ionfarm: ")
            if re.search("[a-z]{2}", text):
                yield os.path.relpath(path, tree), text


def listed(page):
    """The items of DIAGNOSTICS, as expressions."""
    with open(page) as f:
        section = re.search(r"^\.Sh DIAGNOSTICS\n(.*?)^\.Sh ", f.read(), re.S | re.M).group(1)
    for item in re.findall(r"^\.It (.*)$", section, re.M):
        text = re.escape(item.replace("\\&", "").replace("\\(dq", '"')).replace(r"\.\.\.", ".*")
        expression = re.sub(r"\b[A-Z]+\b", ".*", text)
        if len(re.findall("[a-z]", expression)) < 3:
            sys.exit("an item says nothing: " + item)
        yield re.compile(expression)


def main():
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    items = [item for page in ("ionfarm.1", "libionfarm.3") for item in listed(sys.argv[1] + "/man/" + page)]
    n, missing = 0, []
    for path, text in messages(sys.argv[1]):
        n += 1
        if not any(item.fullmatch(text) for item in items):
            missing.append((path, text))
    for path, text in missing:
        print('not in DIAGNOSTICS of man/ionfarm.1: %s: "%s"' % (path, text))
    print("%d messages, %d of them not listed" % (n, len(missing)))
    return 1 if missing or n < 100 else 0


sys.exit(main())
