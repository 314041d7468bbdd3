#!/bin/sh
# A result as one page: it holds its pictures and figures, needs nothing else, and a browser shows it.
set -u
# shellcheck source=lib/common.sh
. "${IONFARM_SOURCE:-$(dirname "$0")/../..}/tests/cli/lib/common.sh"

python=/usr/bin/python3
[ -x "$python" ] || python=$(command -v python3) || python=
browser=$(command -v chromium || command -v chromium-browser) || browser=

# The name would be markup, were it not written as text.
dir='a<img src=x>&b'
small_job 3000 100 >job.yaml
run_into "$dir" -w 2 job.yaml || finish
command -v gnuplot >/dev/null || {
	exits 1 report "$dir" && says 'gnuplot is not installed'
	skip 'gnuplot is not installed'
	[ "$failed" = 1 ] || exit 77
	finish
}
exits 0 report "$dir"
page=$dir/report.html
claim 'its name is printed' [ "$(cat out)" = "$page" ]
claim 'names are written as text' grep -qF '<h1>a&lt;img src=x&gt;&amp;b</h1>' "$page"
claim 'the plan is in it' grep -q '^  energy: 60 MeV' "$page"
for channel in deposited neutral binding; do
	claim "the balance is in it: $channel" grep -q \
		"<th>$channel</th><td class=\"number\">$(number $channel "$dir/report.json")</td>" "$page"
done
claim 'the hash of the plan is in it' grep -q "<code>[0-9a-f]\{32\}</code>" "$page"
claim 'its style loads nothing' [ -z "$(grep -oE 'url\(|@import' "$page")" ]

cat >pictures.py <<'PYTHON'
import base64, glob, re, sys
from html.parser import HTMLParser


class Page(HTMLParser):
    images, open = [], []

    def handle_starttag(self, tag, attributes):
        if tag == "img":
            self.images.append(dict(attributes)["src"])
        assert tag not in ("a", "link", "script", "iframe", "object"), tag
        assert all(key != "src" or value.startswith("data:") for key, value in attributes), attributes
        if tag not in ("img", "meta"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag


page = Page()
page.feed(open(sys.argv[1] + "/report.html", encoding="utf-8").read())
assert page.open == [], page.open
inside = [base64.b64decode(re.fullmatch("data:image/png;base64,(.*)", src)[1], validate=True) for src in page.images]
drawn = [open(name, "rb").read() for name in glob.glob(glob.escape(sys.argv[1]) + "/plot/*.png")]
assert sorted(inside) == sorted(drawn) and len(drawn) >= 4, (len(inside), len(drawn))
PYTHON
if [ -n "$python" ]; then
	claim 'the pictures in it are those in plot, and each element is closed' "$python" pictures.py "$dir"
else
	skip 'the pictures: no python3'
fi

if [ -n "$browser" ]; then
	cp "$page" page.html
	# No file that is not there, nothing that the policy of the page forbids, nothing from a network.
	HOME=$scratch timeout 100 "$browser" --headless --no-sandbox --disable-gpu --no-first-run \
		--enable-logging=stderr --v=0 --virtual-time-budget=5000 --window-size=1100,2000 \
		--screenshot="$scratch/shot.png" "file://$scratch/page.html" >browser.log 2>&1
	claim 'the browser draws it' [ -s shot.png ]
	claim 'the browser has nothing against it' [ -z "$(grep CONSOLE browser.log)" ]
	# The same page with a script, which its policy would not let run: how wide is each picture?
	sed "s/default-src 'none'/&; script-src 'unsafe-inline'/; s|</body>|<script>onload = () => { document.body.dataset.widths = [...document.images].map(i => i.naturalWidth).join(); }</script>&|" page.html >asked.html
	HOME=$scratch timeout 100 "$browser" --headless --no-sandbox --disable-gpu --no-first-run \
		--virtual-time-budget=5000 --dump-dom "file://$scratch/asked.html" >dom.html 2>browser.log
	claim 'the browser sees each picture' grep -qE 'data-widths="1600(,1600){3,}"' dom.html
else
	skip 'the browser: chromium is not installed'
fi

rm "$dir/report.json" "$page"
exits 2 report "$dir" && says 'report.json'
claim 'no half of a page is left' [ ! -e "$page" ]
exits 2 report nowhere && says 'nowhere holds no result'
finish
