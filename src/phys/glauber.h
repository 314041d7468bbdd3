/* Cross sections of nucleus on nucleus in the optical limit of Glauber's theory. */
#ifndef PHYS_GLAUBER_H
#define PHYS_GLAUBER_H

/* mb, of projectile (Zp, Ap) on target (Zt, At) at kinetic energy per nucleon > 0, T/A. 0 below the Coulomb
 * barrier. Of hydrogen on hydrogen these are not cross sections. */
double glauber_reaction_mb(int Zp, int Ap, int Zt, int At, double energy_MeV_u);
double glauber_elastic_mb(int Zp, int Ap, int Zt, int At, double energy_MeV_u);

/* Total cross sections of free nucleons, mb; held at 10 MeV below that. */
double glauber_pp_mb(double energy_MeV);
double glauber_np_mb(double energy_MeV);

/* Square of the width a of the density exp(-r^2/a^2) of the nucleons of a nucleus, taken as points. */
double glauber_width2_fm2(int A);

#endif
