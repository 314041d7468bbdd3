/* Which nuclides come out of the reactions of ions. */
#ifndef PHYS_FRAGMENT_SPECIES_H
#define PHYS_FRAGMENT_SPECIES_H

struct nuclide_id {
	int Z, A;
};

enum { FRAGMENT_SPECIES_MAX = 80 };    /* enough for any projectile up to Fe-56 */

/* Mass number of the heaviest fragment of charge number Z with no more than A_max nucleons, 0 if there
 * is none. */
int fragment_heaviest(int Z, int A_max);

/* All that can fly on after any number of reactions of the nuclide (Z, A), itself first, then by Z and
 * A; none twice. Returns how many; at most `max` of them stand in list. */
int fragmentation_species(int Z, int A, struct nuclide_id list[], int max);

#endif
