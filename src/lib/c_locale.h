/* Numbers as in the C locale, in this thread, whatever the program around has set. */
#ifndef LIB_C_LOCALE_H
#define LIB_C_LOCALE_H

#include <locale.h>

#include "base/err.h"

struct c_locale {
	locale_t c, before;
};

/* ERR_SYSTEM */
static inline int
c_locale_begin(struct c_locale *l, struct err *e)
{
	l->c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	if (l->c == (locale_t)0) {
		err_sys(e, "take the C locale");
		return -1;
	}
	l->before = uselocale(l->c);
	return 0;
}

static inline void
c_locale_end(const struct c_locale *l)
{
	uselocale(l->before);
	freelocale(l->c);
}

#endif
