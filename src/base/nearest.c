/* Finds the known word that is nearest to an unknown one, by edit distance. */
#include "base/nearest.h"

#include <string.h>

#define WORD_MAX 63   /* longer words are compared by their beginning */

static int
smaller(int a, int b)
{
	return a < b ? a : b;
}

static int
fold(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A' + 'a';
	return c == '-' || c == ' ' ? '_' : c;
}

/* Optimal string alignment distance; cost[i][j] is that of the first i and j letters. */
static int
edit_distance(const char *a, const char *b)
{
	int cost[WORD_MAX + 1][WORD_MAX + 1];
	int n_a = (int)strnlen(a, WORD_MAX), n_b = (int)strnlen(b, WORD_MAX);

	for (int j = 0; j <= n_b; j++)
		cost[0][j] = j;
	for (int i = 1; i <= n_a; i++) {
		cost[i][0] = i;
		for (int j = 1; j <= n_b; j++) {
			int differs = fold(a[i - 1]) != fold(b[j - 1]);

			cost[i][j] = smaller(cost[i - 1][j - 1] + differs,
			    1 + smaller(cost[i - 1][j], cost[i][j - 1]));
			if (i > 1 && j > 1 && fold(a[i - 1]) == fold(b[j - 2]) &&
			    fold(a[i - 2]) == fold(b[j - 1]))
				cost[i][j] = smaller(cost[i][j], cost[i - 2][j - 2] + 1);
		}
	}
	return cost[n_a][n_b];
}

const char *
nearest_name(const char *word, const char *(*name)(size_t i, void *ctx), void *ctx)
{
	int best = ((int)strnlen(word, WORD_MAX) + 2) / 3 + 1;
	const char *found = NULL, *candidate;

	for (size_t i = 0; (candidate = name(i, ctx)) != NULL; i++) {
		int distance = edit_distance(word, candidate);

		if (distance < best) {
			best = distance;
			found = candidate;
		}
	}
	return found;
}
