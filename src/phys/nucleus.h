/* Nuclei as the interactions see them. */
#ifndef PHYS_NUCLEUS_H
#define PHYS_NUCLEUS_H

/* Mass number of the nucleus that stands for the natural element Z, 1..92: the integer next to its
 * atomic weight. */
int nucleus_of_element(int Z);

/* Root-mean-square radius of the charge. */
double nucleus_radius_fm(int A);

#endif
