/* Writes texts and pictures into a page of HTML. */
#include "io/html.h"

#include <stddef.h>

#include "io/text_file.h"

static const char *
entity(unsigned char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	}
	return (c < ' ' && c != '\n' && c != '\t') || c == 0x7f ? "\ufffd" : NULL;
}

void
html_put_text(struct file *f, const char *text)
{
	for (; *text != '\0'; text++) {
		const char *instead = entity((unsigned char)*text);

		if (instead != NULL)
			file_printf(f, "%s", instead);
		else
			file_write(f, text, 1);
	}
}

/* RFC 4648: three bytes are four characters of six bits. */
static void
put_base64(struct file *f, const unsigned char *data, size_t n)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < n; i += 3) {
		unsigned b1 = i + 1 < n ? data[i + 1] : 0u, b2 = i + 2 < n ? data[i + 2] : 0u;
		unsigned bits = (unsigned)data[i] << 16 | b1 << 8 | b2;
		char four[4] = {
			letters[bits >> 18], letters[bits >> 12 & 63],
			i + 1 < n ? letters[bits >> 6 & 63] : '=', i + 2 < n ? letters[bits & 63] : '=',
		};

		file_write(f, four, sizeof four);
	}
}

int
html_put_png(struct file *f, const char *path, const char *alternative, struct err *e)
{
	struct text_file picture;

	if (text_file_read(&picture, path, HTML_IMAGE_BYTES_MAX, e) != 0)
		return -1;
	file_printf(f, "<img alt=\"");
	html_put_text(f, alternative);
	file_printf(f, "\" src=\"data:image/png;base64,");
	put_base64(f, (const unsigned char *)picture.text, picture.length);
	file_printf(f, "\">\n");
	text_file_free(&picture);
	return 0;
}
