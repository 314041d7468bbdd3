/* The parts of the Bethe stopping number. S = K (Z/A) z^2/beta^2 L, with
 *   L = 1/2 ln(2 m_e c^2 (beta gamma)^2 W_max / I^2) - beta^2 - delta/2 - C/Z + z L1 + L2(z). */
#ifndef PHYS_BETHE_H
#define PHYS_BETHE_H

#include "phys/target.h"
#include "phys/velocity.h"

double bethe_shell(int Z, const struct velocity *v);     /* C/Z */
double bethe_barkas(int Z, const struct velocity *v);    /* L1 of one element */
double bethe_bloch(double z, const struct velocity *v);  /* L2 */
double bethe_target_barkas(const struct target *t, const struct velocity *v);   /* over its electrons */

/* L of a proton. */
double bethe_proton(const struct target *t, const struct velocity *v);

/* MeV cm2/g from a stopping number, and back. */
double bethe_stopping(const struct target *t, const struct velocity *v, double z, double number);
double bethe_number(const struct target *t, const struct velocity *v, double z, double stopping);

#endif
