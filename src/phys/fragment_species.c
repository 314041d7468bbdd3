/* Which nuclides come out of the reactions of ions. Each needs tables of its own in each material, so
 * they are few: for each element those that are made most, which lie a little on the proton side of the
 * stable ones, and one that lost a neutron where the element is a usual beam. The nucleons by which a
 * fragment is heavier than the nearest of these leave it as neutrons. */
#include "phys/fragment_species.h"

/* By Z, then A. */
static const struct nuclide_id species[] = {
	{1, 1}, {1, 2}, {1, 3}, {2, 3}, {2, 4}, {3, 6}, {3, 7}, {4, 7}, {4, 9}, {5, 10}, {5, 11},
	{6, 11}, {6, 12}, {7, 13}, {7, 14}, {7, 15}, {8, 15}, {8, 16}, {9, 18}, {9, 19},
	{10, 19}, {10, 20}, {11, 22}, {11, 23}, {12, 23}, {12, 24}, {13, 26}, {13, 27},
	{14, 27}, {14, 28}, {15, 30}, {15, 31}, {16, 32}, {16, 34}, {17, 35}, {17, 37},
	{18, 36}, {18, 38}, {18, 39}, {19, 39}, {19, 41}, {20, 40}, {20, 42}, {21, 43}, {21, 45},
	{22, 44}, {22, 46}, {22, 48}, {23, 47}, {23, 49}, {24, 50}, {24, 52}, {25, 53}, {25, 55},
	{26, 54}, {26, 55},
};

#define N_SPECIES ((int)(sizeof species / sizeof *species))

int
fragment_heaviest(int Z, int A_max)
{
	int A = 0;

	for (int i = 0; i < N_SPECIES; i++)
		if (species[i].Z == Z && species[i].A <= A_max)
			A = species[i].A;
	return A;
}

int
fragmentation_species(int Z, int A, struct nuclide_id list[], int max)
{
	int n = 0;

	if (n++ < max)
		list[0] = (struct nuclide_id){Z, A};
	for (int i = 0; i < N_SPECIES; i++) {
		struct nuclide_id s = species[i];

		if (s.Z <= Z && s.A < A && s.A - s.Z <= A - Z && n++ < max)
			list[n - 1] = s;
	}
	return n;
}
