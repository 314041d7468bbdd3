/* Linked in before the transport: histories that the environment names in FAULT cannot be carried. */
#include <stdlib.h>

#include "phys/history.h"

int __real_history_carry(struct batch *b, const struct physics *ph, const struct tally_layout *layout,
    uint64_t first, uint32_t count, struct range_score *score, struct err *e);
int __wrap_history_carry(struct batch *b, const struct physics *ph, const struct tally_layout *layout,
    uint64_t first, uint32_t count, struct range_score *score, struct err *e);

/* What comes before such a history is scored, as in life. */
int
__wrap_history_carry(struct batch *b, const struct physics *ph, const struct tally_layout *layout,
    uint64_t first, uint32_t count, struct range_score *score, struct err *e)
{
	const char *list = getenv("FAULT");
	char *end;

	for (; list != NULL && *list != '\0'; list = end) {
		unsigned long long bad = strtoull(list, &end, 10);

		if (end == list)
			break;
		if (bad < first || bad >= first + count)
			continue;
		if (__real_history_carry(b, ph, layout, first, (uint32_t)(bad - first), score, e) != 0)
			return -1;
		return err_set(e, ERR_INTERNAL, "history %llu is at fault", bad);
	}
	return __real_history_carry(b, ph, layout, first, count, score, e);
}
