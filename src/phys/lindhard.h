/* Stopping of heavy point charges by Dirac's electrons: Lindhard, Sorensen, Phys. Rev. A 53 (1996) 2443. */
#ifndef PHYS_LINDHARD_H
#define PHYS_LINDHARD_H

/* Correction to Bethe's stopping number for charge z > 0 (need not be an integer) at speed beta,
 * Lorentz factor gamma; contains Bloch's and Mott's corrections. Point nucleus. z below 100. */
double lindhard_correction(double z, double beta, double gamma);

#endif
